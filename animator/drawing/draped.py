"""Paths of settings over a landscape, between their steps and beyond its rim."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from animator.drawing.camera import FLOOR

if TYPE_CHECKING:
    from animator.drawing.camera import Points
    from animator.drawing.relief import Relief

_APART = 0.04
"""How far points of a path are apart, where the landscape's sides are 2 long."""
_DIVISIONS = 40
"""Points between two steps, at most."""
_STEEP = 9.0
"""How steeply a path falls beyond the rim: by this times the square of the distance."""
_FAR = 2.4
"""How far from the middle a path is drawn at most, along a side."""


@dataclass(frozen=True, slots=True)
class Draped:
    """A path that lies on a landscape.

    Between steps it follows the surface. Beyond the rim it falls to the floor.
    """

    points: Points  # (M, 3)
    steps: Points  # (M,), the step of each point, which may lie between two
    """In ascending order."""

    def until(self, step: float, first: float = 0.0) -> Points:
        """Return the points from one step to another one (N, 3)."""
        if not len(self.steps):
            return self.points
        first = min(first, float(self.steps[-1]))
        inner = self.points[(self.steps > first) & (self.steps < step)]
        return np.concatenate([[self.at(first)], inner, [self.at(step)]])

    def dots(self, step: float) -> Points:
        """Return where the path is at each step up to one (N, 3)."""
        if not len(self.steps):
            return self.points
        last = min(int(step), int(self.steps[-1]))
        numbers = np.arange(last + 1)
        return np.column_stack(
            [np.interp(numbers, self.steps, values) for values in self.points.T]
        )

    def at(self, step: float) -> Points:
        """Return where the path is at a step (3,), or at its end."""
        return np.array(
            [np.interp(step, self.steps, values) for values in self.points.T]
        )


def drape(places: Points, heights: Points, relief: Relief, most: int) -> Draped:
    """Lay a path on a landscape.

    Args:
        places: where the steps are on the plane (K, 2); the map is from -1 to 1.
        heights: of the steps (K,), 0 to 1; at a step, the path has this height.
        relief: the landscape; between steps the path follows it.
        most: how many points the path may have, about.
    """
    finite = np.isfinite(places).all(axis=1)
    count = len(places) if finite.all() else int(finite.argmin())
    stride = max(1, -(-count // max(most, 2)))
    kept = np.unique(np.r_[np.arange(0, count, stride), max(count - 1, 0)])[:count]
    if not count:
        return Draped(np.zeros((0, 3)), np.zeros(0))
    x, y = places[kept].T
    # What is far away stays in its direction, so that the camera is not reached.
    far = np.maximum(np.maximum(np.abs(x), np.abs(y)) / _FAR, 1)
    corners = np.column_stack([x / far, y / far])
    own = heights[kept] - relief.at(*corners.T)
    own = np.where(np.abs(corners).max(axis=1) <= 1, np.nan_to_num(own), 0.0)
    lengths = np.hypot(*np.diff(corners, axis=0).T)
    room = max(1, most // len(kept))
    divisions = np.clip(np.ceil(lengths / _APART), 1, min(_DIVISIONS, room)).astype(int)
    starts = np.repeat(np.arange(len(divisions)), divisions)
    shares = np.arange(len(starts)) - np.repeat(np.cumsum(divisions) - divisions,
                                                divisions)  # fmt: skip
    index = np.r_[starts + shares / divisions[starts], len(kept) - 1.0]
    numbers = np.arange(len(kept))
    fine = np.column_stack([np.interp(index, numbers, axis) for axis in corners.T])
    beyond = np.maximum(np.abs(fine).max(axis=1) - 1, 0)
    z = np.nan_to_num(relief.at(*fine.T)) + np.interp(index, numbers, own)
    z = np.maximum(np.clip(z, 0, 1) - _STEEP * beyond**2, FLOOR)
    return Draped(np.column_stack([fine, z]), np.interp(index, numbers, kept))
