"""Draws the background of a stage, which neither grows nor moves, as an SVG."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from matplotlib.image import AxesImage
from matplotlib.text import Text

from animator.drawing.svg_fonts import faces_of
from animator.player.recorder import Recorder
from animator.player.svg import svg_pieces

if TYPE_CHECKING:
    from matplotlib.artist import Artist

    from animator.player.export import Characters
    from animator.player.store import Store
    from animator.scenes.stage import Stage


def draw_background(
    stage: Stage,
    store: Store,
    characters: Characters,
    maps: Mapping[AxesImage, str],
    groups: Mapping[Artist, str],
) -> list[str]:
    """Return the background as pieces of an SVG.

    Args:
        stage: the stage.
        store: the store for images and long paths.
        characters: collects the characters of texts.
        maps: the images of loss maps, which the page paints, with their ids.
        groups: artists that become groups with an id.
    """
    figure = stage.figure
    recorder = Recorder(figure, store, still=True)
    with ExitStack() as stack:
        stack.enter_context(_hidden([*stage.growing, *stage.moving, figure.patch]))
        stack.enter_context(_named(groups))
        for image, name in maps.items():
            stack.enter_context(_as_placeholder(image, name))
        drawn = recorder.record(figure)
    for text, families, weight, style in drawn.fonts:
        characters.add(faces_of(text, families, weight, style))
    return svg_pieces(drawn, (recorder.width, recorder.height), store)


@contextmanager
def _hidden(artists: Sequence[Any]) -> Iterator[None]:
    visible = [artist for artist in artists if artist.get_visible()]
    for artist in visible:
        artist.set_visible(False)
    yield
    for artist in visible:
        artist.set_visible(True)


@contextmanager
def _named(groups: Mapping[Artist, str]) -> Iterator[None]:
    before = {artist: artist.get_gid() for artist in groups}
    for artist, name in groups.items():
        artist.set_gid(name)
    yield
    for artist, gid in before.items():
        artist.set_gid(gid)


@contextmanager
def _as_placeholder(image: AxesImage, name: str) -> Iterator[None]:
    """Record an image as an empty image with an id, as large as its axes."""
    own: Any = image

    def draw(renderer: Recorder) -> None:
        box = own.axes.bbox
        renderer.drawn.structure.append({"op": "map", "id": name})
        renderer.drawn.numbers += [
            box.x0, renderer.height - box.y1, box.width, box.height
        ]  # fmt: skip

    own.draw = draw
    yield
    del own.draw


def key_groups(stage: Stage, labels: Sequence[str]) -> dict[Artist, tuple[str, bool]]:
    """Return the artists of the background that belong to settings.

    Returns:
        For each artist the label of its setting, and whether it is an entry of a
        legend.
    """
    moving = {*stage.moving, *stage.growing}
    found: dict[Artist, tuple[str, bool]] = {}
    artists: list[Any] = stage.figure.findobj()
    for artist in artists:
        label = artist.get_label()
        if label in labels and artist not in moving and artist.get_visible():
            found[artist] = str(label), isinstance(artist, Text)
    return found
