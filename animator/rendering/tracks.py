"""Divides the space of a grid among its columns and rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes


_NARROWEST = 0.58
"""The share of an even width that other panels keep beside maps."""
_SHORTEST = 0.8
"""The share of its height that a panel without a fixed aspect keeps beside maps."""


class Tracks:
    """The columns, or the rows, of a grid: their sizes and margins, in points."""

    def __init__(
        self,
        count: int,
        spans: dict[Axes, tuple[int, int]],
        margins: dict[Axes, tuple[float, float]],
        length: float,
        gap: float,
        labels: Mapping[Axes, float] | None = None,
    ) -> None:
        """Divide a length evenly, without the margins, gaps and labels."""
        self.spans = spans
        self.before, self.after = [0.0] * count, [0.0] * count
        for ax, (start, stop) in spans.items():
            low, high = margins[ax]
            self.before[start] = max(self.before[start], low)
            self.after[stop - 1] = max(self.after[stop - 1], high)
        self.gap = gap
        self.labels = [0.0] * count
        for ax, width in (labels or {}).items():
            last = spans[ax][1] - 1
            self.labels[last] = max(self.labels[last], width)
        fixed = sum(self.before) + sum(self.after) + (count - 1) * gap
        self.free = max(length - fixed - sum(self.labels), 0.0)
        self.sizes = [self.free / count + own for own in self.labels]
        self.lead = 0.0

    def inside(self, start: int, stop: int) -> float:
        """Return the margins and gaps within a span."""
        own = sum(self.before[start + 1 : stop]) + sum(self.after[start : stop - 1])
        return own + (stop - start - 1) * self.gap

    def span(self, ax: Axes) -> tuple[float, float]:
        """Return where an axes begins, and its length."""
        start, stop = self.spans[ax]
        lengths = [
            b + size + a + self.gap
            for b, size, a in zip(self.before, self.sizes, self.after, strict=True)
        ]
        begin = [0.0, *accumulate(lengths)][start] + self.before[start] + self.lead
        return begin, sum(self.sizes[start:stop]) + self.inside(start, stop)


def suit_aspects(panels: Sequence[Axes], columns: Tracks, rows: Tracks) -> None:
    """Set the sizes of columns and rows so that maps with a fixed aspect fill them."""
    wanted: dict[int, float] = {}
    shapes = {ax: _shape(ax) for ax in panels}
    for ax, shape in shapes.items():
        if shape is None:
            continue
        start, stop = columns.spans[ax]
        width = rows.span(ax)[1] / shape - columns.inside(start, stop)
        for column in range(start, stop):
            wanted[column] = max(wanted.get(column, 0.0), width / (stop - start))
    if not sum(wanted.values()):
        return
    for column, width in wanted.items():  # curves in it need room beside their labels
        wanted[column] = max(width, 2 * columns.labels[column])
    others = len(columns.sizes) - len(wanted)
    even = columns.free / len(columns.sizes)
    free = columns.free + sum(columns.labels[column] for column in wanted)
    room = free - _NARROWEST * even * others
    factor = min(1.0, room / sum(wanted.values()))
    for column, width in wanted.items():
        columns.sizes[column] = factor * width
    rest = free - factor * sum(wanted.values())
    for column in range(len(columns.sizes)):
        if column not in wanted:
            columns.sizes[column] = rest / others + columns.labels[column]
    if not others:
        columns.lead = rest / 2
    if factor < 1:
        _shorten_rows(panels, shapes, columns, rows)


def _shorten_rows(
    panels: Sequence[Axes],
    shapes: dict[Axes, float | None],
    columns: Tracks,
    rows: Tracks,
) -> None:
    """Make rows about as high as their maps; the rest of the height stays below."""
    heights = [0.0] * len(rows.sizes)
    for ax in panels:
        start, stop = rows.spans[ax]
        shape, least = shapes[ax], _SHORTEST * sum(rows.sizes[start:stop])
        if shape is not None:
            least = columns.span(ax)[1] * shape - rows.inside(start, stop)
        for row in range(start, stop):
            heights[row] = max(heights[row], least / (stop - start))
    if sum(heights) < sum(rows.sizes):
        rows.sizes = heights


def _shape(ax: Axes) -> float | None:
    """Return height over width of an axes with a fixed aspect, otherwise None."""
    aspect = ax.get_aspect()
    if aspect == "auto":
        return None
    return float(aspect) * ax.get_data_ratio()
