"""A loss map as an image, with contour lines, and the marks on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from animator.base.checks import is_integer, is_number, quoted
from animator.base.errors import SceneError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colors import Normalize
    from matplotlib.image import AxesImage

    from animator.drawing.theme import Theme
    from animator.experiments.lossmap import LossMap


_MOST_LINES = 1000
"""How many contour lines there may be."""


def draw_map(ax: Axes, landscape: LossMap, cmap: str, norm: Normalize) -> AxesImage:
    """Draw a loss map, each of the grid's points in the middle of its cell."""
    x, y = landscape.x, landscape.y
    right, up = (x[1] - x[0]) / 2, (y[1] - y[0]) / 2
    return ax.imshow(
        np.ma.masked_invalid(landscape.loss),
        cmap=cmap,
        norm=norm,
        origin="lower",
        extent=(x[0] - right, x[-1] + right, y[0] - up, y[-1] + up),
        aspect="auto",
        interpolation="bilinear",
        interpolation_stage="data",
    )


def check_contours(caller: str, contours: object) -> None:
    """Raise `SceneError` unless something is a number of lines, or a list of losses."""
    good = is_integer(contours, 0, _MOST_LINES) or (
        isinstance(contours, Sequence)
        and len(contours) <= _MOST_LINES
        and all(map(is_number, contours))
    )
    if not good:
        raise SceneError(
            f"{caller}: contours is {quoted(contours)}; give how many lines, up to "
            f"{_MOST_LINES}, or a list of losses"
        )


def draw_contours(
    ax: Axes,
    landscape: LossMap,
    norm: Normalize,
    contours: int | Sequence[float],
    theme: Theme,
) -> None:
    """Draw lines of equal loss.

    Args:
        ax: where the map is.
        landscape: the map.
        norm: the scale of its colours.
        contours: how many lines, evenly spaced on that scale; or their losses.
        theme: colours and sizes.
    """
    if isinstance(contours, int):
        shares = np.arange(1, contours + 1) / (contours + 1)
        levels = np.asarray(norm.inverse(shares)).tolist()
    else:
        levels = sorted(set(contours))
    if levels:
        ax.contour(
            landscape.x,
            landscape.y,
            np.ma.masked_invalid(landscape.loss),
            levels=levels,
            colors=theme.shade,
            linewidths=0.45 * theme.line_width,
            linestyles="solid",
            zorder=2,
        )


def draw_extremum(ax: Axes, at: tuple[float, float], theme: Theme) -> None:
    """Mark an extremum by a ring that stays visible around a marker inside it."""
    _draw_mark(ax, at, theme.marker_size + 5.5 * theme.line_width, "o", theme)


def draw_start(
    ax: Axes, at: tuple[float, float], theme: Theme, weight: float = 1.0
) -> None:
    """Mark a start by a square that stays visible around a marker inside it.

    Its size and its lines are multiplied by the weight.
    """
    theme = theme.weighted(weight)
    _draw_mark(ax, at, theme.marker_size + 4.5 * theme.line_width, "s", theme)


def _draw_mark(
    ax: Axes, at: tuple[float, float], size: float, shape: str, theme: Theme
) -> None:
    for color, width in ((theme.shade, 2.2), (theme.casing, 1.2)):
        ax.plot(
            *([value] for value in at),
            shape,
            markersize=size,
            markerfacecolor="none",
            markeredgecolor=color,
            markeredgewidth=width * theme.line_width / 1.5,
            zorder=3,
        )
