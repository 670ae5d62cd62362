"""Draws the texts around the panels: title, captions, step counter and key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from animator.drawing.drawing import Drawing
from animator.drawing.readout import Readout
from animator.drawing.text import Label, text_height, text_width
from animator.drawing.wrapping import wrap_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.figure import Figure

    from animator.drawing.theme import Theme
    from animator.scenes.counter import CounterText
    from animator.scenes.scene import Scene

# Spaces that SVG keeps.
_GAP = 3 * "\N{NO-BREAK SPACE}"
_PAD = "\N{FIGURE SPACE}"
EDGE = 0.75
"""Distance of the texts from the sides, in multiples of the title's size."""


@dataclass(frozen=True, slots=True)
class Counter:
    """The step counter at the top right: a large number between small words."""

    number: Readout
    before: Label
    after: Label
    digits: str

    def set_words(self, *, on_one_line: bool) -> None:
        """Write the words on the number's line, or below it."""
        below = f"{self.before.full} {self.after.full}".strip()
        self.after.set_text(self.after.full if on_one_line else below)

    def width(self, *, on_one_line: bool) -> float:
        """Return the width in points, which is the same at every step."""
        shown, own = self.number.get_text(), 0.0
        self.number.set_text(self.digits)
        own = 1.06 * text_width(self.number)
        self.number.set_text(shown)
        words = text_width(self.before), text_width(self.after)
        gap = 0.35 * self.before.full_size
        return sum(words) + 2 * gap + own if on_one_line else max(own, words[1])

    def place(self, right: float, base: float, below: float | None) -> None:
        """Put the counter at the right; its words may have a line of their own."""
        gap = 0.35 * self.before.full_size
        self.before.set_visible(below is None)
        if below is not None:
            self.number.place(right, base)
            self.after.place(right, below)
            return
        self.after.place(right, base)
        edge = right - text_width(self.after) - gap
        self.number.place(edge, base)
        width = self.width(on_one_line=True)
        self.before.place(right - width + text_width(self.before), base)


@dataclass(frozen=True, slots=True)
class Header:
    """The title, the captions below it, and the step counter."""

    figure: Figure
    theme: Theme
    title: Label
    captions: Mapping[int, Label]
    counter: Counter

    def arrange(self, left: float, right: float) -> float:
        """Arrange the texts between two sides, in points; return their height."""
        theme = self.theme
        high = float(self.figure.get_size_inches()[1]) * 72
        top = high - 0.7 * theme.title_size
        captions = [c for c in self.captions.values() if c.full]
        one_line = not (captions and self.title.full)
        self.counter.set_words(on_one_line=one_line)
        room = right - left - self.counter.width(on_one_line=one_line)
        room -= theme.title_size
        base = top - 0.78 * theme.title_size
        below = None
        if self.title.full:
            lines = wrap_text(self.title, room)
            self.title.place(left, top)
            rest = text_height(self.title) if lines else 0.0
            top -= max(rest, 1.05 * theme.title_size)
        if captions:
            top -= 0.18 * theme.title_size if self.title.full else 0.0
            below = None if one_line else top - 0.85 * theme.label_size
            taken = 0.0
            for caption in captions:
                wrap_text(caption, room)
                caption.place(left, top)
                taken = max(taken, text_height(caption))
            top -= taken
        self.counter.place(right, base, below)
        lowest = base if below is None else below
        return high - min(top, lowest - 0.3 * theme.label_size)


def draw_header(
    figure: Figure, scene: Scene, text: CounterText, theme: Theme
) -> tuple[Header, Drawing]:
    """Draw the title, the captions and the step counter of a scene."""
    title = Label(
        scene.title, color=theme.text, size=theme.title_size, weight="bold", va="top"
    )
    figure.add_artist(title)
    captions = {}
    for step, words in sorted({-1: scene.caption, **scene.captions}.items()):
        caption = Label(
            words,
            color=theme.muted,
            size=1.08 * theme.label_size,
            va="top",
        )
        figure.add_artist(caption)
        captions[step] = caption
    counter, drawing = _draw_counter(figure, text, theme)
    header = Header(figure, theme, title, captions, counter)
    return header, drawing + _changing(captions)


def _changing(captions: Mapping[int, Label]) -> Drawing:
    """Return the captions as artists; each is shown from its step until the next."""
    if len(captions) == 1:
        return Drawing()

    def update(step: float) -> None:
        current = max(first for first in captions if first <= step)
        for first, caption in captions.items():
            if caption.get_visible() != (first == current):
                caption.set_visible(first == current)

    return Drawing(moving=list(captions.values()), update=update)


def _draw_counter(
    figure: Figure, text: CounterText, theme: Theme
) -> tuple[Counter, Drawing]:
    """Draw the step counter, whose width is the same at every step."""
    widest = "".join("0" if c.isdigit() or c == _PAD else c for c in text.at(0))
    number = Readout(
        0,
        0,
        widest,
        ha="right",
        va="baseline",
        size=1.05 * theme.title_size,
        weight="bold",
        color=theme.text,
        parse_math=False,
        role="counter",
    )
    figure.add_artist(number)
    before, after = text.before.strip(), text.after.strip()
    after = f"of {after[1:].strip()}" if after.startswith("/") else after
    words = [
        Label(word, color=theme.muted, size=theme.label_size, ha="right")
        for word in (before, after)
    ]
    for word in words:
        figure.add_artist(word)

    def update(step: float) -> None:
        number.set_text(text.at(step).lstrip(_PAD))

    update(0)
    return Counter(number, words[0], words[1], widest), Drawing(
        moving=[number], update=update
    )


@dataclass(frozen=True, slots=True)
class Footer:
    """The key at the bottom right: the meanings of symbols on the panels."""

    figure: Figure
    theme: Theme
    key: Label | None

    def arrange(self, left: float, right: float) -> float:
        """Put the key between two sides, in points; return its height."""
        edge = 0.5 * self.theme.title_size
        if self.key is None:
            return edge
        wrap_text(self.key, right - left, gap=_GAP)
        self.key.place(right, edge)
        return edge + text_height(self.key) + 0.3 * self.theme.tick_size


def draw_footer(figure: Figure, theme: Theme, key: Sequence[str]) -> Footer:
    """Draw the key of a scene; a line breaks only between two entries."""
    if not key:
        return Footer(figure, theme, None)
    label = Label(
        _GAP.join(key), color=theme.muted, size=theme.tick_size, ha="right", va="bottom"
    )
    figure.add_artist(label)
    return Footer(figure, theme, label)
