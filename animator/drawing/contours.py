"""A loss map as an image, with contour lines, and the marks on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.colors import Normalize

from animator.base.checks import is_integer, is_number, quoted
from animator.base.errors import SceneError
from animator.drawing.thinning import thin_lines

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colors import Colormap
    from matplotlib.image import AxesImage

    from animator.drawing.theme import Theme
    from animator.experiments.lossmap import LossMap


_MOST_LINES = 1000
"""How many contour lines there may be."""
_HAIRLINE = 0.26
"""The width of a contour line, in line widths; 0.8 pixels of a clip of 720p."""
_DECADES, _WIDE = 3, 100.0
"""Lines span so many powers of ten at most, and are even in the logarithm from this
ratio of the largest to the smallest loss on."""
_SHARE = 0.75
"""How much of a panel's room the map takes, about."""


def draw_map(
    ax: Axes, landscape: LossMap, cmap: Colormap, norm: Normalize
) -> AxesImage:
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


def contour_levels(
    landscape: LossMap, norm: Normalize, contours: int | Sequence[float]
) -> list[float]:
    """Return the losses of contour lines.

    A number of lines is spaced evenly on the scale of the colours. Where that is linear
    and the losses have two decades or more, their logarithms are spaced evenly, so that
    the lines show the bottom as well as the walls.

    Args:
        landscape: the map.
        norm: the scale of its colours.
        contours: how many lines, or their losses.
    """
    if not isinstance(contours, int):
        return sorted(set(contours))
    shares = np.arange(1, contours + 1) / (contours + 1)
    low, high = float(norm.vmin or 0.0), float(norm.vmax or 0.0)
    least = max(low, high * 10.0**-_DECADES)
    if type(norm) is Normalize and low >= 0 and least * _WIDE <= high:
        return [float(level) for level in np.geomspace(least, high, contours + 2)[1:-1]]
    return [float(level) for level in np.asarray(norm.inverse(shares))]


def draw_contours(
    ax: Axes, landscape: LossMap, levels: Sequence[float], theme: Theme, *, thin: bool
) -> None:
    """Draw hairlines of equal loss.

    Args:
        ax: where the map is.
        landscape: the map.
        levels: the losses of the lines, in ascending order.
        theme: colours and sizes.
        thin: whether lines are interrupted where they would run together.
    """
    if not levels:
        return
    lines = ax.contour(
        landscape.x,
        landscape.y,
        np.ma.masked_invalid(landscape.loss),
        levels=levels,
        colors=theme.contour,
        linewidths=_HAIRLINE * theme.line_width,
        linestyles="solid",
        zorder=2,
    )
    if thin:
        thin_lines(lines, landscape, _pixels(ax))


def _pixels(ax: Axes) -> tuple[float, float]:
    """Return about how wide and how high the axes will be, in pixels."""
    spec, box = ax.get_subplotspec(), ax.figure.bbox
    if spec is None:
        return float(ax.bbox.width), float(ax.bbox.height)
    rows, columns = spec.get_gridspec().get_geometry()
    return (
        _SHARE * float(box.width) * len(spec.colspan) / columns,
        _SHARE * float(box.height) * len(spec.rowspan) / rows,
    )


def draw_extremum(ax: Axes, at: tuple[float, float], theme: Theme) -> None:
    """Mark an extremum by a ring that stays visible around a marker inside it."""
    _draw_mark(ax, at, theme.marker_size + 3.4 * theme.line_width, "o", theme)


def draw_start(
    ax: Axes, at: tuple[float, float], theme: Theme, weight: float = 1.0
) -> None:
    """Mark a start by a square that stays visible around a marker inside it.

    Its size and its lines are multiplied by the weight.
    """
    theme = theme.weighted(weight)
    _draw_mark(ax, at, theme.marker_size + 2.8 * theme.line_width, "s", theme)


def _draw_mark(
    ax: Axes, at: tuple[float, float], size: float, shape: str, theme: Theme
) -> None:
    for color, width in ((theme.shade, 1.2), (theme.sign, 0.55)):
        ax.plot(
            *([value] for value in at),
            shape,
            markersize=size,
            markerfacecolor="none",
            markeredgecolor=color,
            markeredgewidth=width * theme.line_width,
            zorder=3,
        )
