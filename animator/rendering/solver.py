"""Solves the layout: each text gets the room that it needs when it is drawn.

The solver measures the margins of the panels and moves the panels, in turns, until
nothing moves any more. Panels of a row have their tops, and their titles, at the same
height; maps with equal scales get columns of suitable width.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.transforms import Bbox

from animator.drawing.axis_names import fit_axis_names
from animator.drawing.legend import LINE_HEIGHT
from animator.drawing.room import axes_box, room_of
from animator.drawing.text import fit_text, text_rise
from animator.rendering.annotations import EDGE, Footer, Header
from animator.rendering.layout import Block, no_room, spec_of
from animator.rendering.tracks import Tracks, suit_aspects

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from animator.drawing.text import Label
    from animator.drawing.theme import Theme

_ROUNDS = 6
_LEAST = 4.0
"""The least width and height of a panel's axes, in points."""

Area = tuple[float, float, float, float]
"""Left, bottom, right and top, in points."""


@dataclass(frozen=True, slots=True)
class Margins:
    """How far a panel's texts reach beyond its axes, in points."""

    left: float
    right: float
    top: float
    bottom: float


def solve(
    figure: Figure,
    blocks: Sequence[Block],
    header: Header,
    footer: Footer,
    fits: Sequence[Callable[[], None]],
    theme: Theme,
) -> float:
    """Put all panels and texts in their places.

    Args:
        figure: the figure with the panels and texts.
        blocks: the blocks of panels.
        header: the texts above them.
        footer: the texts below them.
        fits: functions that fit the texts of the panels to the sizes of their axes.
        theme: the theme, which has the sizes of type.

    Returns:
        The smallest share of a panel's width or height that its axes fill.

    Raises:
        SceneError: there is no room for the panels.
    """
    width, height = (float(side) * 72 for side in figure.get_size_inches())
    edge = EDGE * theme.title_size
    left, share, before = edge, 1.0, np.zeros(0)
    start = 0.6 * edge  # tick labels may begin here; axes may not
    for _ in range(_ROUNDS):
        top = height - header.arrange(left, width - edge) - 0.5 * theme.label_size
        bottom = footer.arrange(edge, width - edge)
        inner = (start, bottom, width - edge, top)
        shares = [_place_block(figure, block, inner, theme) for block in blocks]
        share = min(shares)
        for fit in fits:
            fit()
        boxes = np.array([axes_box(ax) for block in blocks for ax in block.axes])
        first = min(axes_box(ax)[0] for ax in blocks[0].axes)
        start = max(start, min(edge, start + edge - first))
        left = max(edge, first) if first < 0.13 * width else edge
        if boxes.shape == before.shape and np.abs(boxes - before).max() < 0.2:
            break
        before = boxes
    header.arrange(left, width - edge)
    return share


def _place_block(figure: Figure, block: Block, inner: Area, theme: Theme) -> float:
    """Put a block in its part of an area; return the smallest share, as `solve`."""
    column, row, columns, rows = block.place
    x0, y0, x1, y1 = inner
    gap = 0.8 * theme.title_size
    width = (x1 - x0 - (columns - 1) * gap) / columns
    height = (y1 - y0 - (rows - 1) * gap) / rows
    left = x0 + column * (width + gap)
    top = y1 - row * (height + gap)
    bottom, size = top - height, theme.label_size
    first = min(axes_box(ax)[0] for ax in block.axes)
    start = first if left <= first < left + 0.3 * width else left
    if block.title is not None and block.title.full:
        fit_text(block.title, left + width - start)
        rise, drop = text_rise(block.title)
        block.title.place(start, top - rise)
        top -= rise + max(drop, 0.3 * block.title.full_size) + 0.3 * size
    if block.legend is not None:
        top -= 0.25 * size
        room = left + width - start
        taken = block.legend.arrange(start, top, room, 0.16 * height)
        fixed = room_of(block.axes[0]).fixed
        if fixed is not None:
            fixed.legend = taken = max(taken, fixed.legend)
        top -= taken + 0.35 * size
    return _place_grid(figure, block, (left, bottom, left + width, top), theme)


def _place_grid(figure: Figure, block: Block, area: Area, theme: Theme) -> float:
    """Put the panels of a block in an area; return the smallest share, as `solve`."""
    left, bottom, right, top = area
    panels, size = block.axes, theme.panel_size
    above = max((sum(_line(t)) for t in block.column_titles), default=0.0)
    if block.column_titles:
        top -= above + 0.3 * size
    rise, below = _beside_rows(block, size)
    left += rise + below
    grid = spec_of(panels[0]).get_gridspec()
    _align_headings(panels)
    fit_axis_names(panels)
    margins = {ax: measure_margins(ax) for ax in panels}
    columns = Tracks(
        grid.ncols,
        {ax: (spec_of(ax).colspan.start, spec_of(ax).colspan.stop) for ax in panels},
        {ax: (own.left, own.right) for ax, own in margins.items()},
        right - left,
        1.1 * theme.label_size,
        {ax: room_of(ax).labels for ax in panels},
    )
    rows = Tracks(
        grid.nrows,
        {ax: (spec_of(ax).rowspan.start, spec_of(ax).rowspan.stop) for ax in panels},
        {ax: (own.top, own.bottom) for ax, own in margins.items()},
        top - bottom,
        0.5 * theme.label_size,
    )
    suit_aspects(panels, columns, rows)
    shares = []
    for ax in panels:
        (x, wide), (y, high) = columns.span(ax), rows.span(ax)
        if min(wide, high) < _LEAST:
            raise no_room(figure)
        _set_box(ax, (left + x, top - y - high, wide, high))
        own = margins[ax]
        shares += [
            wide / (wide + own.left + own.right),
            high / (high + own.top + own.bottom),
        ]
    _place_titles(block, top, left - below, size)
    return min(shares)


def _beside_rows(block: Block, size: float) -> tuple[float, float]:
    """Return the room that titles of rows need left and right of their baseline."""
    lines = [_line(title) for title in block.row_titles]
    if not lines:
        return 0.0, 0.0
    below = max(drop for _, drop in lines) + 0.2 * size
    return max(max(rise for rise, _ in lines), LINE_HEIGHT * size - below), below


def _line(title: Label) -> tuple[float, float]:
    """Return how far a title reaches above and below its baseline, in points."""
    rotation = title.get_rotation()
    title.set_rotation(0)
    rise, drop = text_rise(title)
    title.set_rotation(rotation)
    size = title.full_size
    return max(rise, 0.8 * size), max(drop, 0.25 * size)


def _align_headings(panels: Sequence[Axes]) -> None:
    """Put the titles of panels that begin in the same row at the same height."""
    for ax in panels:
        row = spec_of(ax).rowspan.start
        same = [other for other in panels if spec_of(other).rowspan.start == row]
        room_of(ax).row_top = max(room_of(other).top for other in same)


def measure_margins(ax: Axes) -> Margins:
    """Return a panel's fixed margins, or measure how far its texts reach."""
    ax.apply_aspect()
    fixed = room_of(ax).fixed
    if fixed is not None and fixed.margins is not None:
        return Margins(*fixed.margins)
    box, outer = ax.bbox, ax.get_tightbbox()
    figure = ax.get_figure(root=True)
    assert figure is not None
    if outer is None:
        return Margins(0, 0, 0, 0)
    scale = 72 / figure.dpi
    return Margins(
        max(box.x0 - outer.x0, 0) * scale,
        max(outer.x1 - box.x1, 0) * scale,
        max((outer.y1 - box.y1) * scale, room_of(ax).row_top, 0),
        max(box.y0 - outer.y0, 0) * scale,
    )


def _set_box(ax: Axes, bounds: tuple[float, float, float, float]) -> None:
    """Set the box of an axes, in points; a fixed aspect may leave some of it empty."""
    figure = ax.get_figure(root=True)
    assert figure is not None
    width, height = figure.get_size_inches() * 72
    x, y, wide, high = bounds
    corners = np.array(
        [[x / width, y / height], [(x + wide) / width, (y + high) / height]]
    )
    ax.set_anchor("N")
    ax.set_position(Bbox(np.round(corners, 9)))
    ax.apply_aspect()


def _place_titles(block: Block, top: float, left: float, size: float) -> None:
    """Put the titles of columns and rows at the edges of the grid."""
    for ax in block.axes:
        spec = spec_of(ax)
        x, y, width, height = axes_box(ax)
        column, row = spec.colspan.start, spec.rowspan.start
        if row == 0 and column < len(block.column_titles):
            title = block.column_titles[column]
            _fit_beside(title, block.column_titles, width)
            title.place(x + width / 2, top + 0.3 * size + _line(title)[1])
        if column == 0 and row < len(block.row_titles):
            title = block.row_titles[row]
            _fit_beside(title, block.row_titles, height)
            title.place(left, y + height / 2)


def _fit_beside(title: Label, titles: Sequence[Label], room: float) -> None:
    rotation = title.get_rotation()
    title.set_rotation(0)
    fit_text(title, room, apart=[t.full for t in titles if t is not title])
    title.set_rotation(rotation)
