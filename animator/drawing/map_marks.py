"""Draws the marks on a map: a ring around an extremum, a square at a start."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from animator.drawing.theme import Theme


def draw_extremum(ax: Axes, at: tuple[float, float], theme: Theme) -> None:
    """Mark an extremum by a ring, which stays visible around a marker."""
    _draw_mark(ax, at, theme.marker_size + 2.4 * theme.line_width, "o", theme)


def draw_start(
    ax: Axes, at: tuple[float, float], theme: Theme, weight: float = 1.0
) -> None:
    """Mark a start by a small square, which stays when the marker moves.

    The weight multiplies its size and line width.
    """
    theme = theme.weighted(weight)
    _draw_mark(ax, at, 0.7 * theme.marker_size, "s", theme)


def _draw_mark(
    ax: Axes, at: tuple[float, float], size: float, shape: str, theme: Theme
) -> None:
    for color, width in ((theme.shade, 0.95), (theme.sign, 0.45)):
        ax.plot(
            *([value] for value in at),
            shape,
            markersize=size,
            markerfacecolor="none",
            markeredgecolor=color,
            markeredgewidth=width * theme.line_width,
            zorder=3,
        )
