"""Draws a loss map as an image with contour lines."""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize

from animator.base.checks import is_integer, is_number, quoted
from animator.base.errors import SceneError
from animator.drawing.contour_numbers import number_contours
from animator.drawing.drawing import Drawing
from animator.drawing.thinning import thin_lines

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colors import Colormap
    from numpy.typing import NDArray

    from animator.drawing.theme import Theme
    from animator.experiments.lossmap import LossMap


Fill = bool | Literal["bands"]

_MOST_LINES = 1000
"""The most contour lines of a map."""
_HAIRLINE = 0.26
"""The width of a contour line, in line widths; 0.8 pixels in a 720p clip."""
_COLORED = 0.6
"""The width of a contour line in the colour of its loss, in line widths."""
_DECADES, _WIDE = 3, 100.0
"""The most decades that contour lines span, and the ratio of the largest loss to the
smallest from which their spacing is logarithmic."""
_SHARE = 0.75
"""The approximate fraction of a panel that the map fills."""


def draw_map(
    ax: Axes,
    landscape: LossMap,
    cmap: Colormap,
    norm: Normalize,
    *,
    fill: Fill = True,
    levels: Sequence[float] = (),
) -> ScalarMappable:
    """Draw a loss map, with each grid point at the centre of its cell.

    Args:
        ax: the axes.
        landscape: the loss map.
        cmap: the colour map.
        norm: the normalization of the colours.
        fill: True for the colour of each loss, ``"bands"`` for a single colour between
            contour lines, False for no colours.
        levels: the losses of the contour lines, in ascending order.

    Returns:
        The mappable for the colour bar.
    """
    loss = np.ma.masked_invalid(landscape.loss)
    if fill is True:
        x, y = landscape.x, landscape.y
        right, up = (x[1] - x[0]) / 2, (y[1] - y[0]) / 2
        return ax.imshow(
            loss,
            cmap=cmap,
            norm=norm,
            origin="lower",
            extent=(x[0] - right, x[-1] + right, y[0] - up, y[-1] + up),
            aspect="auto",
            interpolation="bilinear",
            interpolation_stage="data",
        )
    if fill == "bands" and loss.count():
        low, high = float(loss.min()), float(loss.max())
        inner = [level for level in levels if low < level < high]
        edges = [low, *inner, math.nextafter(high, math.inf)]
        shares = np.asarray(norm(edges))
        middles = np.clip((shares[:-1] + shares[1:]) / 2, 0, 1)
        ax.contourf(
            landscape.x, landscape.y, loss, levels=edges, colors=cmap(middles), zorder=1
        )
    explained = ScalarMappable(norm, cmap)
    explained.set_array(loss)
    return explained


def check_contours(caller: str, contours: object) -> None:
    """Raise `SceneError` unless `contours` is a number of lines or a list of losses."""
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
    landscape: LossMap,
    norm: Normalize,
    contours: int | Sequence[float],
    *,
    rounded: bool = False,
) -> list[float]:
    """Return the losses of contour lines.

    A given number of lines is spaced evenly on the colour scale. If that scale is
    linear and the losses span two decades or more, the logarithms of the losses are
    spaced evenly instead, so that the lines show the bottom of a valley as well as its
    walls.

    Args:
        landscape: the loss map.
        norm: the normalization of the colours.
        contours: the number of lines, or their losses.
        rounded: whether to round the losses to two digits if `contours` is a number.
    """
    if not isinstance(contours, int):
        return sorted(set(contours))
    shares = np.arange(1, contours + 1) / (contours + 1)
    low, high = float(norm.vmin or 0.0), float(norm.vmax or 0.0)
    least = max(low, high * 10.0**-_DECADES)
    if type(norm) is Normalize and low >= 0 and least * _WIDE <= high:
        found = np.geomspace(least, high, contours + 2)[1:-1]
    else:
        found = np.asarray(norm.inverse(shares))
    levels = [float(f"{level:.1e}") if rounded else float(level) for level in found]
    return sorted(set(levels))


def draw_contours(
    ax: Axes,
    landscape: LossMap,
    levels: Sequence[float],
    theme: Theme,
    *,
    thin: bool,
    colors: ScalarMappable | None = None,
    labels: bool = False,
) -> Drawing:
    """Draw hairlines of equal loss; return what fits their numbers.

    Args:
        ax: the axes of the map.
        landscape: the loss map.
        levels: the losses of the lines, in ascending order.
        theme: colours and sizes.
        thin: whether to interrupt lines where they would merge.
        colors: maps losses to colours of lines; if None, all lines have one colour.
        labels: whether to label the lines with their losses.
    """
    if not levels:
        return Drawing()
    pen: dict[str, Any] = {"colors": theme.contour}
    if colors is not None:
        pen = {"colors": colors.to_rgba(np.asarray(levels))}
    width = _HAIRLINE if colors is None else _COLORED
    lines = ax.contour(
        landscape.x,
        landscape.y,
        np.ma.masked_invalid(landscape.loss),
        levels=levels,
        linewidths=width * theme.line_width,
        linestyles="solid",
        zorder=2,
        **pen,
    )
    if thin:
        thin_lines(lines, landscape, _pixels(ax))
    return number_contours(ax, lines, theme) if labels else Drawing()


def contour_lines(
    ax: Axes, landscape: LossMap, levels: Sequence[float], *, thin: bool
) -> list[tuple[float, NDArray[np.float64]]]:
    """Return lines of equal loss without drawing them.

    Args:
        ax: the axes of the map.
        landscape: the loss map.
        levels: the losses of the lines, in ascending order.
        thin: whether to interrupt lines where they would merge.

    Returns:
        For each piece of a line, its loss, and its points (N, 2) on the map.
    """
    if not levels:
        return []
    loss = np.ma.masked_invalid(landscape.loss)
    with warnings.catch_warnings():
        # matplotlib warns if the map does not reach a level.
        warnings.simplefilter("ignore", UserWarning)
        lines = ax.contour(landscape.x, landscape.y, loss, levels=levels)
    if thin:
        thin_lines(lines, landscape, _pixels(ax))
    found = []
    for level, path in zip(lines.levels, lines.get_paths(), strict=True):
        vertices, codes = np.asarray(path.vertices), path.codes
        if codes is not None and len(vertices):
            starts = np.flatnonzero(np.asarray(codes) == path.MOVETO)
            pieces = np.split(vertices, starts[1:])
            found += [(float(level), piece) for piece in pieces if len(piece) > 1]
    lines.remove()
    return found


def _pixels(ax: Axes) -> tuple[float, float]:
    """Return the approximate width and height of the axes, in pixels."""
    spec, box = ax.get_subplotspec(), ax.figure.bbox
    if spec is None:
        return float(ax.bbox.width), float(ax.bbox.height)
    rows, columns = spec.get_gridspec().get_geometry()
    return (
        _SHARE * float(box.width) * len(spec.colspan) / columns,
        _SHARE * float(box.height) * len(spec.rowspan) / rows,
    )
