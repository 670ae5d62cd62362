"""Writes the losses of contour lines on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from animator.drawing.drawing import Drawing
from animator.drawing.text import Label

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.contour import ContourSet

    from animator.drawing.theme import Theme

_SIZE = 0.8
"""The size of these numbers, in sizes of the ticks' type."""


def number_contours(ax: Axes, lines: ContourSet, theme: Theme) -> Drawing:
    """Write the loss of each contour line on it.

    Args:
        ax: where the map is.
        lines: the contour lines.
        theme: colours and sizes.

    Returns:
        What hides the numbers that would lie on others, or on the name of a mark, once
        the axes have their size.
    """
    texts = ax.clabel(
        lines, fmt="%.3g", fontsize=_SIZE * theme.tick_size, colors=theme.muted
    )
    for text in texts:
        text.set(in_layout=False, zorder=2)

    def fit() -> None:
        names = [name for name in ax.get_children() if isinstance(name, Label)]
        taken = [name.get_window_extent() for name in names if name.get_visible()]
        for text in texts:
            text.set_visible(True)
            box = text.get_window_extent()
            is_free = not any(box.overlaps(other) for other in taken)
            text.set_visible(is_free)
            if is_free:
                taken.append(box)

    return Drawing(fit=fit)
