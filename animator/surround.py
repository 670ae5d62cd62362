"""Writes what stands around the panels: title, step counter, caption and key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.text import Text

from animator.panels import Drawing
from animator.panels.readout import Readout

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from animator.scene import Scene
    from animator.theme import Theme
    from animator.timeline import Timeline

# Spaces that SVG keeps.
_GAP = 3 * "\N{NO-BREAK SPACE}"
KEY = f"□ start{_GAP}○ minimum of the map"


def surround(figure: Figure, scene: Scene, timeline: Timeline, theme: Theme) -> Drawing:
    """Write a scene's texts, and leave the room between them to the panels."""
    width, height = figure.get_size_inches() * 72  # all in points from here
    edge = 0.8 * theme.title_size
    top, bottom = 2.1 * theme.title_size, 1.9 * theme.tick_size
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
    head, foot = height - 1.45 * theme.title_size, 0.6 * theme.tick_size
    room = width - 3.5 * edge
    small: dict[str, Any] = {"size": theme.tick_size, "color": theme.muted}

    def write(x: float, y: float, text: str, **font: Any) -> Text:
        return figure.text(
            x / width, y / height, text, va="baseline", in_layout=False, **font
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
    _fit(title, room - _width(counter))
    key = write(width - edge, foot, KEY, ha="right", **small)
    _fit(write(edge, foot, scene.caption, **small), room - _width(key))
    return Drawing(moving=[counter], update=count)


def _width(text: Text) -> float:
    """Return how wide a text is, in points."""
    figure = text.get_figure(root=True)
    assert figure is not None
    return text.get_window_extent().width * 72 / figure.dpi


def _fit(text: Text, room: float) -> None:
    """Make a text's type smaller, down to 60 %, and then cut it, to suit some room."""
    wanted = _width(text)
    if wanted <= room:
        return
    text.set_fontsize(float(text.get_fontsize()) * max(room / wanted, 0.6))
    words = text.get_text()
    while words and (wide := _width(text)) > room:
        words = words[: min(len(words) - 1, int(len(words) * room / wide))].rstrip()
        text.set_text(words + "…")
