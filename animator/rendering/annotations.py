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
    from animator.scenes.scene import Scene
    from animator.scenes.timeline import Timeline

# Spaces that SVG keeps.
_GAP = 3 * "\N{NO-BREAK SPACE}"
_EDGE = 0.8
"""How far the texts are from the sides, in multiples of the title's size."""


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
    figure: Figure, scene: Scene, timeline: Timeline, theme: Theme, key: Sequence[str]
) -> Drawing:
    """Write a scene's texts in the room that was left.

    Args:
        figure: where to write.
        scene: whose texts.
        timeline: which has the number of steps.
        theme: how it looks.
        key: what the symbols in the panels mean.
    """
    width, height = figure.get_size_inches() * 72
    edge, caption_size = _EDGE * theme.title_size, _caption_size(scene, theme)
    head, foot = height - 1.45 * theme.title_size, 0.6 * caption_size
    room = width - 3.5 * edge
    small: dict[str, Any] = {"size": theme.tick_size, "color": theme.muted}

    def write(x: float, y: float, text: str, **font: Any) -> Text:
        return figure.text(
            x / width,
            y / height,
            sanitize(text),
            va="baseline",
            in_layout=False,
            **font,
        )

    counter = Readout(
        1 - edge / width,
        head / height,
        ha="right",
        va="baseline",
        size=0.82 * theme.title_size,
        color=theme.text,
        transform=figure.transFigure,
    )
    figure.add_artist(counter)
    digits = len(str(timeline.steps))

    def count(step: float) -> None:
        # A figure space is as wide as a digit: the word "step" stays where it is.
        number = str(int(step)).rjust(digits, "\N{FIGURE SPACE}")
        counter.set_text(f"step {number} / {timeline.steps}")

    count(timeline.steps)
    title = write(edge, head, scene.title, size=theme.title_size, weight="bold")
    fit_text(title, room - text_width(counter))
    signs = write(width - edge, foot, _GAP.join(key), ha="right", **small)
    fit_text(signs, 0.6 * room)
    room -= text_width(signs)
    captions = {-1: write(edge, foot, scene.caption, **small)}
    for step, text in sorted(scene.captions.items()):
        captions[step] = write(edge, foot, text, size=caption_size, color=theme.text)
    for caption in captions.values():
        fit_text(caption, room)
    if len(captions) == 1:
        return Drawing(moving=[counter], update=count)

    def update(step: float) -> None:
        count(step)
        current = max(first for first in captions if first <= step)
        for first, caption in captions.items():
            if caption.get_visible() != (first == current):
                caption.set_visible(first == current)

    return Drawing([], [counter, *captions.values()], update)


def _caption_size(scene: Scene, theme: Theme) -> float:
    """Return the size of the captions; those of single steps are larger."""
    return theme.label_size if scene.captions else theme.tick_size
