"""The background of a stage as an SVG: all that neither grows nor moves."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from io import BytesIO
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.image import AxesImage
from matplotlib.text import Text

from animator.drawing.svg_fonts import Face, characters_in
from animator.player.names import css_families
from animator.player.paths import relative

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.backend_bases import RendererBase

    from animator.scenes.stage import Stage

_SETTINGS: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "animator",
    "svg.id": None,
    "image.composite_image": False,
    "path.simplify_threshold": 0.25,
}
_RASTERS = 2
"""Pixels of a raster, such as a colour bar's, for one of the figure."""
_NUMBER = re.compile(r"-?\d+\.\d{3,}")
_IDS = re.compile(r'(\bid="|href="#|url\(#)(?!an-)([\w.-]+)')
_FONT = re.compile(r"(font-family: ?|font: [^;\"]*?px )([^;\"]*)")
_PIECE = 2000
"""Characters that a piece of an SVG has at least; equal pieces are stored once."""


def draw_background(
    stage: Stage, maps: Mapping[AxesImage, str], groups: Mapping[Artist, str]
) -> tuple[list[str], Mapping[Face, set[str]]]:
    """Return what neither grows nor moves, and the characters that it has.

    Args:
        stage: the scene.
        maps: the pictures that the page paints, with the ids of their places.
        groups: artists that become groups with an id.

    Returns:
        Pieces of an SVG, and the characters of each font.
    """
    figure = stage.figure
    file = BytesIO()
    inches = tuple(figure.get_size_inches())
    # The figure is slightly larger than its size.
    width, height = figure.canvas.get_width_height()
    with ExitStack() as stack:
        stack.enter_context(mpl.rc_context(_SETTINGS))
        stack.enter_context(_hidden([*stage.growing, *stage.moving]))
        stack.enter_context(_named(groups))
        for image, name in maps.items():
            stack.enter_context(_left_out(image, name))
        figure.set_size_inches(width / figure.dpi, height / figure.dpi)
        stack.callback(figure.set_size_inches, inches)
        figure.savefig(
            file,
            format="svg",
            dpi=figure.dpi * _RASTERS,
            facecolor="none",
            metadata={"Date": None},
        )
    svg = file.getvalue()
    characters = characters_in(svg)
    return _pieces(_shortened(svg.decode())), characters


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
    for artist, name in before.items():
        artist.set_gid(name)


@contextmanager
def _left_out(image: AxesImage, name: str) -> Iterator[None]:
    """Write an empty picture with an id, as large as its axes, instead of an image."""
    own: Any = image
    ax: Axes = own.axes

    def draw(renderer: RendererBase) -> None:
        while not isinstance(renderer, RendererSVG):  # it is one of several
            renderer = renderer._renderer  # type: ignore[attr-defined]
        box, (_, height) = ax.bbox, renderer.get_canvas_width_height()
        place = {
            "x": f"{box.x0:.3f}",
            "y": f"{height - box.y1:.3f}",
            "width": f"{box.width:.3f}",
            "height": f"{box.height:.3f}",
        }
        renderer.writer.element("image", id=name, preserveAspectRatio="none", **place)

    own.draw = draw
    yield
    del own.draw


def _shortened(svg: str) -> str:
    """Return matplotlib's SVG without what a page does not need.

    Numbers have two digits after the point, hundredths of a point.
    """
    svg = svg[svg.index("<svg ") :]
    svg = re.sub(r"\s*<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r"\s*<style[^>]*>.*?</style>", "", svg, flags=re.DOTALL)
    svg = re.sub(r"<!--.*?-->", "", svg, flags=re.DOTALL)
    svg = re.sub(r'^<svg [^>]*viewBox="([^"]*)"[^>]*>', _opened, svg)
    svg = re.sub(r'(?<= d=")[^"]*', lambda found: relative(found[0]), svg)
    svg = _NUMBER.sub(_rounded, svg)
    svg = svg.replace(' transform="rotate(-0 ', ' transform="rotate(0 ')
    svg = re.sub(r' transform="rotate\(0 [^"]*"', "", svg)
    svg = _IDS.sub(r"\1an\2", svg)
    svg = _without_unused_ids(svg)
    svg = _FONT.sub(_own_families, svg)
    return re.sub(r"\n\s*", "\n", svg)


def _opened(found: re.Match[str]) -> str:
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" '
        'xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'viewBox="{found[1]}" style="stroke-linejoin:round;stroke-linecap:butt">'
    )


def _rounded(found: re.Match[str]) -> str:
    text = f"{float(found[0]):.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _own_families(found: re.Match[str]) -> str:
    """Return the beginning of a font with the page's names of its families."""
    families = [name.strip(" '") for name in found[2].split(",")]
    return found[1] + css_families(families)


def _without_unused_ids(svg: str) -> str:
    """Return an SVG without the ids to which nothing in it refers."""
    used = set(re.findall(r"#(an[\w.-]+)", svg))

    def kept(found: re.Match[str]) -> str:
        name = found[1]
        return found[0] if name in used or name.startswith("an-") else ""

    return re.sub(r' id="(an[\w.-]*)"', kept, svg)


def _pieces(svg: str) -> list[str]:
    """Cut an SVG where groups begin, so that what equals another's is found."""
    pieces, piece = list[str](), ""
    for line in svg.splitlines(keepends=True):
        if len(piece) >= _PIECE and line.startswith("<g"):
            pieces.append(piece)
            piece = ""
        piece += line
    return [*pieces, piece]


def key_groups(stage: Stage, labels: Sequence[str]) -> dict[Artist, tuple[str, bool]]:
    """Return the artists of the background that belong to settings.

    Returns:
        For each of them the label of its setting, and whether it is its name in a key.
    """
    moving = {*stage.moving, *stage.growing}
    found: dict[Artist, tuple[str, bool]] = {}
    artists: list[Any] = stage.figure.findobj()
    for artist in artists:
        label = artist.get_label()
        if label in labels and artist not in moving and artist.get_visible():
            found[artist] = str(label), isinstance(artist, Text)
    return found
