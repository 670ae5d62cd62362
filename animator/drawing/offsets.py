"""Offsets paths that coincide, so that all of them are visible."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

_NEAR = 0.003
"""Paths coincide where they are closer than this fraction of the map's sides."""
_MOST = 4_000_000
"""The most pairs of points for which all points of two paths are compared."""


def path_offsets(
    paths: Sequence[NDArray[np.floating]], sides: tuple[float, float]
) -> list[Numbers]:
    """Return the perpendicular offset of each step of each path.

    Args:
        paths: the paths of the settings, each (steps + 1, 2); NaN after a path's end.
        sides: the width and height of the map.

    Returns:
        The offsets of each path (steps + 1,), in line widths; 0 where no other path
        coincides.
    """
    scaled = [path.astype(np.float64) / sides for path in paths]
    offsets = []
    for index, path in enumerate(scaled):
        before, others = np.zeros(len(path)), np.zeros(len(path))
        for number, other in enumerate(scaled):
            if number != index:
                is_near = _nearness(path, other)
                others += is_near
                before += is_near & (number < index)
        offsets.append(before - others / 2)
    return offsets


def _nearness(path: Numbers, other: Numbers) -> NDArray[np.bool_]:
    """Return the points of a path (K,) at which it coincides with another path."""
    if len(path) * len(other) > _MOST or len(other) < 2:
        shared = min(len(path), len(other))
        near = np.zeros(len(path), bool)
        away = np.hypot(*(path[:shared] - other[:shared]).T)
        near[:shared] = away < _NEAR
        return near
    with np.errstate(invalid="ignore", over="ignore"):
        start, along = other[:-1], np.diff(other, axis=0)
        length = np.maximum(np.square(along).sum(axis=1), 1e-30)
        to = path[:, None] - start
        share = ((to * along).sum(axis=2) / length).clip(0, 1)
        away = to - share[..., None] * along
        return np.asarray((np.hypot(*np.moveaxis(away, 2, 0)) < _NEAR).any(axis=1))


def offset_points(
    points: Numbers, offsets: NDArray[np.floating], width: float
) -> Numbers:
    """Move points perpendicular to the path through them.

    Paths in opposite directions move to the same side.

    Args:
        points: the points of a path (K, 2), in pixels.
        offsets: the offsets of the points (K,), in line widths.
        width: the width of the line, in pixels.
    """
    if len(points) < 2 or not offsets.any():
        return points
    along = np.gradient(points, axis=0)
    along[np.hypot(*along.T) == 0] = (1.0, 0.0)
    normal = np.column_stack([-along[:, 1], along[:, 0]])
    normal /= np.hypot(*normal.T)[:, None]
    x, y = normal.T
    turned = (x < 0) | ((x == 0) & (y < 0))
    normal[turned] *= -1
    return np.asarray(points + (offsets * width)[:, None] * normal)
