"""A legend in columns, with the colour, label and current loss of each setting."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from animator.drawing.drawing import Drawing
from animator.drawing.number_room import number_room
from animator.drawing.readout import Readout
from animator.drawing.text import Label, fit_text, text_rise, text_width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

    from animator.drawing.legend_entries import LegendEntry
    from animator.drawing.theme import Theme

_RISE, _DROP = 1.1, 0.4
"""Room above and below the baseline of a line, in multiples of the size of the type."""
_APART = 0.12
"""Room above and below a formula, in the same multiples."""
LINE_HEIGHT = _RISE + _DROP
"""From a line of text to the next, in multiples of the size of the type."""
_DOT, _GAP, _BETWEEN = 1.25, 0.6, 1.9
"""The space for a dot, before a loss and between columns, in font sizes."""
_NARROWEST = 7.0
"""The smallest width of a shortened label, in multiples of the font size."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """The arrangement of a legend.

    Attributes:
        scale: the scale of the font.
        rows: the number of rows.
        losses: whether losses are shown.
        widths: the width of the labels in each column, in points.
    """

    scale: float
    rows: int
    losses: bool
    widths: Sequence[float]


@dataclass(slots=True)
class Legend:
    """The artists of a legend, which `arrange` positions.

    Attributes:
        entries: what is listed.
        size: of the type, in points.
        dots: of the entries, in their colours.
        labels: of the entries.
        losses: of the entries; none if the legend has no losses.
        rest: the text that says how many settings are not listed.
        numbers: room left and right of the decimal point, in multiples of the size.
        widths: of the labels in full, in points; measured once.
        reach: how far the labels reach above and below their baselines, in points.
    """

    entries: Sequence[LegendEntry]
    size: float
    dots: Sequence[Label]
    labels: Sequence[Label]
    losses: Sequence[Readout]
    rest: Label
    numbers: tuple[float, float] = (0.0, 0.0)
    widths: Sequence[float] = field(default_factory=list)
    reach: Sequence[tuple[float, float]] = field(default_factory=list)

    def drawing(self) -> Drawing:
        """Return the drawing of the losses, which change with the step."""
        if not self.losses:
            return Drawing()

        def update(step: float) -> None:
            for loss, entry in zip(self.losses, self.entries, strict=True):
                loss.set_text(entry.text_at(step))

        return Drawing(moving=list(self.losses), update=update)

    def arrange(self, left: float, top: float, width: float, limit: float) -> float:
        """Position all artists; return the height of the legend, in points.

        Args:
            left: the left edge, in points from the figure's left edge.
            top: the upper edge, in points from the figure's lower edge.
            width: the width, in points.
            limit: the desired largest height, in points.
        """
        plan = self._plan(width, limit)
        size = plan.scale * self.size
        rise, line = (size * share for share in self._row())
        count = len(self.entries)
        lefts = [left]
        for own in plan.widths:
            lefts.append(lefts[-1] + self._column(own, plan, size))
        places = len(plan.widths) * plan.rows
        shown = count if count <= places else places - 1
        for index in range(count):
            column, row = divmod(min(index, places - 1), plan.rows)
            place = lefts[column], top - rise - row * line
            self._place(index, place, plan, plan.widths[column], index < shown)
            if index == shown:
                self.rest.full = f"… and {count - shown} more"
                self.rest.set_text(self.rest.full)
                self.rest.set_fontsize(size)
                self.rest.place(*place)
        self.rest.set_visible(shown < count)
        self.rest.omission = self._omission(count - shown, plan)
        return plan.rows * line

    def _omission(self, hidden: int, plan: _Plan) -> str:
        """Return a text that describes what a plan omits."""
        parts = [f"{hidden} setting{'s' * (hidden > 1)}"] if hidden else []
        if self.losses and not plan.losses:
            parts.append("all losses")
        if not parts:
            return ""
        return f"the legend leaves out {' and '.join(parts)}"

    def _column(self, label: float, plan: _Plan, size: float) -> float:
        """Return the width of a column with its gap, from the width of its labels."""
        number = (_GAP + sum(self.numbers)) * size if plan.losses else 0.0
        return (_DOT + _BETWEEN) * size + label + number

    def _place(
        self,
        index: int,
        place: tuple[float, float],
        plan: _Plan,
        width: float,
        is_shown: bool,
    ) -> None:
        """Position an entry, or hide it."""
        x, y = place
        size = plan.scale * self.size
        label, dot = self.labels[index], self.dots[index]
        for text in (label, dot):
            text.set_visible(is_shown)
        label.full_size = size
        if is_shown:
            others = [other.full for other in self.labels if other is not label]
            fit_text(label, width, apart=others)
        dot.set_fontsize(size)
        dot.place(x, y)
        label.place(x + _DOT * size, y)
        if self.losses:
            loss = self.losses[index]
            loss.set_visible(is_shown and plan.losses)
            loss.set_fontsize(size)
            loss.place(x + (_DOT + _GAP + self.numbers[0]) * size + width, y)

    def _plan(self, width: float, limit: float) -> _Plan:
        """Choose font size, columns and rows, to show as much as possible."""
        labels = self._label_widths()
        limit *= min(self._row()[1] / LINE_HEIGHT, 2)  # formulas have as many rows
        for scale, losses in ((1.0, True), (0.85, True), (0.85, False)):
            size = scale * self.size
            for columns in range(len(labels), 0, -1):
                rows = math.ceil(len(labels) / columns)
                widths = [
                    scale * max(labels[first : first + rows])
                    for first in range(0, len(labels), rows)
                ]
                plan = _Plan(scale, rows, losses and bool(self.losses), widths)
                total = sum(self._column(own, plan, size) for own in widths)
                if total - _BETWEEN * size <= width:
                    if rows == 1 or rows * self._row()[1] * size <= limit:
                        return plan
                    break
        return self._tight_plan(width, limit, max(labels))

    def _tight_plan(self, width: float, limit: float, longest: float) -> _Plan:
        """Return a plan that shortens labels or omits entries."""
        size, count = 0.85 * self.size, len(self.entries)
        rows = max(int(limit / (self._row()[1] * size)), 1)
        columns = math.ceil(count / rows)
        room = width + _BETWEEN * size
        for losses in (True, False) if self.losses else (False,):
            plan = _Plan(0.85, rows, losses, [])
            label = room / columns - self._column(0.0, plan, size)
            if label >= _NARROWEST * size:
                own = min(label, 0.85 * longest)
                return _Plan(0.85, rows, losses, [own] * columns)
        narrow = min(_NARROWEST * size, 0.85 * longest)
        columns = max(1, int(room / self._column(narrow, plan, size)))
        return _Plan(0.85, rows, losses=False, widths=[narrow] * columns)

    def _label_widths(self) -> Sequence[float]:
        """Return the widths of the full labels, in points; measured only once."""
        if not self.widths:
            for label in self.labels:
                label.set_text(label.full)
                label.set_fontsize(self.size)
            self.widths = [text_width(label) + 0.5 for label in self.labels]
            self.reach = [text_rise(label) for label in self.labels]
        return self.widths

    def _row(self) -> tuple[float, float]:
        """Return how far a row reaches above its baseline, and how high it is.

        Both are in multiples of the size of the type; a formula may be higher than it.
        """
        self._label_widths()
        rise = max(_RISE, _APART + max(rise for rise, _ in self.reach) / self.size)
        drop = max(_DROP, _APART + max(drop for _, drop in self.reach) / self.size)
        return rise, rise + drop


def draw_legend(
    figure: Figure, entries: Sequence[LegendEntry], theme: Theme, *, losses: bool
) -> Legend:
    """Create the artists of a legend on a figure, without positioning them."""
    size = theme.label_size

    def label(text: str, color: str, owner: str = "") -> Label:
        artist = Label(text, color=color, size=size, label=owner)
        figure.add_artist(artist)
        return artist

    readouts = []
    for entry in entries if losses else ():
        readout = Readout(
            0,
            0,
            color=theme.text,
            size=size,
            va="baseline",
            decimal=True,
            role="value",
            label=entry.run.label,
        )
        figure.add_artist(readout)
        readouts.append(readout)
    return Legend(
        entries=entries,
        size=size,
        dots=[label("●", entry.color, entry.run.label) for entry in entries],
        labels=[label(e.label, theme.text, e.run.label) for e in entries],
        losses=readouts,
        rest=label("…", theme.muted),
        numbers=number_room(figure, entries, size) if losses else (0.0, 0.0),
    )
