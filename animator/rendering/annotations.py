"""Writes the texts around the panels: title, step counter, captions and key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.text import Text

from animator.drawing.readout import Readout
from animator.drawing.text import fit_text, sanitize, text_width
from animator.panels import Drawing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

    from animator.drawing.theme import Theme
    from animator.scenes.counter import CounterText
    from animator.scenes.scene import Scene

# Spaces that SVG keeps.
_GAP = 3 * "\N{NO-BREAK SPACE}"
_EDGE = 0.8
"""Distance of the texts from the sides, in multiples of the title's size."""


def reserve_margins(figure: Figure, scene: Scene, theme: Theme) -> None:
    """Reserve room for the texts above and below the panels."""
    width, height = figure.get_size_inches() * 72  # all in points from here
    top, bottom = 2.1 * theme.title_size, 1.9 * _caption_size(scene, theme)
    edge = _EDGE * theme.title_size
    figure.set_layout_engine(
        ConstrainedLayoutEngine(
            rect=(
                0.2 * edge / width,
                bottom / height,
                1 - 0.5 * edge / width,
                1 - (top + bottom) / height,
            ),
            w_pad=0.1,
            h_pad=0.05,
            wspace=0.02,
            hspace=0.03,
        )
    )


def annotate(
    figure: Figure,
    scene: Scene,
    text: CounterText,
    theme: Theme,
    key: Sequence[str],
) -> Drawing:
    """Write the title, the step counter, the captions and the key of a scene.

    Args:
        figure: where to write; `reserve_margins` has reserved the room.
        scene: the scene.
        text: of the step counter.
        theme: colours and sizes.
        key: the meanings of the symbols in the panels.
    """
    counter, drawing = _draw_counter(figure, text, theme)
    _draw_title(figure, scene, theme, text_width(counter))
    return drawing + _draw_captions(figure, scene, theme, key)


def _draw_counter(
    figure: Figure, text: CounterText, theme: Theme
) -> tuple[Readout, Drawing]:
    """Draw the step counter at the top right; its width never changes."""
    width, height = figure.get_size_inches() * 72
    counter = Readout(
        1 - _EDGE * theme.title_size / width,
        _title_height(height, theme) / height,
        ha="right",
        va="baseline",
        size=0.82 * theme.title_size,
        color=theme.text,
        transform=figure.transFigure,
        parse_math=False,
    )
    figure.add_artist(counter)

    def update(step: float) -> None:
        counter.set_text(f"{text.before}{text.at(step)}{text.after}")

    update(0)
    return counter, Drawing(moving=[counter], update=update)


def _draw_title(figure: Figure, scene: Scene, theme: Theme, reserved: float) -> None:
    """Write the title at the top left; some points at the right are reserved."""
    width, height = figure.get_size_inches() * 72
    edge = _EDGE * theme.title_size
    place = edge, _title_height(height, theme)
    title = _write(figure, place, scene.title, size=theme.title_size, weight="bold")
    fit_text(title, width - 3.5 * edge - reserved)


def _draw_captions(
    figure: Figure, scene: Scene, theme: Theme, key: Sequence[str]
) -> Drawing:
    """Write the captions at the bottom left, and the key at the bottom right."""
    width = figure.get_size_inches()[0] * 72
    edge, size = _EDGE * theme.title_size, _caption_size(scene, theme)
    room, foot = width - 3.5 * edge, 0.6 * size
    small: dict[str, Any] = {"size": theme.tick_size, "color": theme.muted}
    meanings = _write(figure, (width - edge, foot), _GAP.join(key), ha="right", **small)
    captions = {-1: _write(figure, (edge, foot), scene.caption, **small)}
    for step, text in sorted(scene.captions.items()):
        captions[step] = _write(figure, (edge, foot), text, size=size, color=theme.text)
    longest = max(map(text_width, captions.values()))
    fit_text(meanings, max(0.6 * room, room - longest))
    for caption in captions.values():
        fit_text(caption, room - text_width(meanings))
    if len(captions) == 1:
        return Drawing()

    def update(step: float) -> None:
        current = max(first for first in captions if first <= step)
        for first, caption in captions.items():
            if caption.get_visible() != (first == current):
                caption.set_visible(first == current)

    return Drawing(moving=list(captions.values()), update=update)


def _write(figure: Figure, place: tuple[float, float], text: str, **font: Any) -> Text:
    """Write a text at a place in points, counted from the bottom left corner."""
    width, height = figure.get_size_inches() * 72
    return figure.text(
        place[0] / width,
        place[1] / height,
        sanitize(text),
        va="baseline",
        in_layout=False,
        **font,
    )


def _title_height(height: float, theme: Theme) -> float:
    """Return the height of the title's baseline on a figure, in points."""
    return height - 1.45 * theme.title_size


def _caption_size(scene: Scene, theme: Theme) -> float:
    """Return the size of the captions; those of single steps are larger."""
    return theme.label_size if scene.captions else theme.tick_size
