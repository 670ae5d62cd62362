"""The heights of a landscape: interpolation, and visibility of points."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from animator.drawing.camera import Camera, Points

_SAMPLES = 24
"""The number of points on a line of sight at which it may hit the landscape."""
_BIAS = 0.012
"""A landscape hides points that are deeper than this below its surface."""
_ENOUGH = 101
"""With this many points along each side, a landscape has no visible facets."""


@dataclass(frozen=True, slots=True)
class Relief:
    """Heights of 0 to 1 over the plane from -1 to 1; NaN where unknown."""

    heights: Points  # (H, W)

    def at(self, x: Points, y: Points) -> Points:
        """Return the heights at points (N,), interpolated linearly."""
        rows, columns = self.heights.shape
        right, up = (np.clip(x, -1, 1) + 1) / 2, (np.clip(y, -1, 1) + 1) / 2
        right, up = right * (columns - 1), up * (rows - 1)
        column = np.minimum(right.astype(int), columns - 2)
        row = np.minimum(up.astype(int), rows - 2)
        right, up = right - column, up - row
        low, high = (
            self.heights[row + at, column] * (1 - right)
            + self.heights[row + at, column + 1] * right
            for at in (0, 1)
        )
        return np.asarray(low * (1 - up) + high * up)

    def hides(
        self, points: Points, camera: Camera, *, on_it: bool
    ) -> NDArray[np.bool_]:
        """Return whether the landscape hides each point (N, 3), as booleans (N,).

        Args:
            points: the points.
            camera: the camera.
            on_it: whether all points within the map are on or above the landscape. If
                not, points may be below it, and visible below its edge.
        """
        if not len(points):
            return np.zeros(0, bool)
        sight = camera.position - points
        flat = np.hypot(sight[:, 0], sight[:, 1])
        end = np.minimum(
            2 * math.sqrt(2) / np.maximum(flat, 1e-9),
            np.maximum(1 + _BIAS - points[:, 2], 0) / np.maximum(sight[:, 2], 1e-9),
        )
        shares = np.minimum(end, 1)[:, None] * np.arange(1, _SAMPLES + 1) / _SAMPLES
        x, y, z = (points[:, i, None] + shares * sight[:, i, None] for i in range(3))
        rows, columns = self.heights.shape
        with np.errstate(invalid="ignore"):  # a point may have no height
            column = (0.5 * (x + 1) * (columns - 1) + 0.5).astype(int)
            row = (0.5 * (y + 1) * (rows - 1) + 0.5).astype(int)
        inside = (np.abs(x) <= 1) & (np.abs(y) <= 1)
        column, row = np.where(inside, column, 0), np.where(inside, row, 0)
        over = z - self.heights[row, column]
        below = (inside & (over < -_BIAS)).any(axis=1)
        if on_it:
            is_on = np.abs(points[:, :2]).max(axis=1) <= 1
        else:
            is_on = np.zeros(len(points), bool)
        return np.asarray(below & (is_on | (inside & (over > 0)).any(axis=1)))


def smooth(heights: Points) -> Points:
    """Interpolate the heights (H, W) of a map with few points by a spline.

    The surface passes through the map's points. Source: E. Catmull and R. Rom, A class
    of local interpolating splines, 1974. If some heights are unknown, the heights are
    returned unchanged.
    """
    if not np.isfinite(heights).all():
        return heights
    for _ in range(2):
        heights = (_spline(heights.shape[0]) @ heights).T
    return np.clip(heights, 0, 1)


def _spline(count: int) -> Points:
    """Return the weights of `count` values at interpolated points (M, count)."""
    parts = math.ceil((_ENOUGH - 1) / max(count - 1, 1))
    if parts == 1 or count < 3:
        return np.eye(count)
    places = np.linspace(0, count - 1, parts * (count - 1) + 1)
    first = np.minimum(places.astype(int), count - 2)
    t = places - first
    weights = np.zeros((len(places), count))
    rows = np.arange(len(places))
    for offset, weight in (
        (-1, (-t + 2 * t**2 - t**3) / 2),
        (0, (2 - 5 * t**2 + 3 * t**3) / 2),
        (1, (t + 4 * t**2 - 3 * t**3) / 2),
        (2, (t**3 - t**2) / 2),
    ):
        at = first + offset
        # Extrapolate linearly beyond both ends.
        for edge, inner, out in ((0, 1, at < 0), (count - 1, count - 2, at >= count)):
            np.add.at(weights, (rows[out], edge), 2 * weight[out])
            np.add.at(weights, (rows[out], inner), -weight[out])
        known = (at >= 0) & (at < count)
        np.add.at(weights, (rows[known], at[known]), weight[known])
    return weights
