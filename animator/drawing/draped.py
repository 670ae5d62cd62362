"""Drapes paths over a landscape, between their steps and beyond its edge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from animator.drawing.camera import FLOOR

if TYPE_CHECKING:
    from animator.drawing.camera import Points
    from animator.drawing.relief import Relief

_APART = 0.04
"""The distance between points of a path; the sides of the landscape have length 2."""
_DIVISIONS = 40
"""The most points between two steps."""
_STEEP = 9.0
"""Beyond the edge, a path falls by this times the squared distance from the edge."""
_FAR = 2.4
"""The largest coordinate at which a path is drawn."""


@dataclass(frozen=True, slots=True)
class Draped:
    """A path that is draped over a landscape.

    Between steps it follows the surface. Beyond the edge it falls to the floor.
    """

    points: Points  # (M, 3)
    steps: Points  # (M,), the step of each point, which may lie between two
    """In ascending order."""

    def until(self, step: float, first: float = 0.0) -> Points:
        """Return the points (N, 3) from step `first` to `step`."""
        if not len(self.steps):
            return self.points
        first = min(first, float(self.steps[-1]))
        inner = self.points[(self.steps > first) & (self.steps < step)]
        return np.concatenate([[self.at(first)], inner, [self.at(step)]])

    def dots(self, step: float) -> Points:
        """Return the points (N, 3) of all steps up to `step`."""
        if not len(self.steps):
            return self.points
        last = min(int(step), int(self.steps[-1]))
        numbers = np.arange(last + 1)
        return np.column_stack(
            [np.interp(numbers, self.steps, values) for values in self.points.T]
        )

    def at(self, step: float) -> Points:
        """Return the point (3,) at a step, or at the end of a shorter path."""
        return np.array(
            [np.interp(step, self.steps, values) for values in self.points.T]
        )


def drape(places: Points, heights: Points, relief: Relief, most: int) -> Draped:
    """Drape a path over a landscape.

    Args:
        places: the positions of the steps on the plane (K, 2); the map extends from -1
            to 1.
        heights: the heights of the path at the steps (K,), 0 to 1.
        relief: the landscape, which the path follows between steps.
        most: the approximate largest number of points of the path.
    """
    finite = np.isfinite(places).all(axis=1)
    count = len(places) if finite.all() else int(finite.argmin())
    stride = max(1, -(-count // max(most, 2)))
    kept = np.unique(np.r_[np.arange(0, count, stride), max(count - 1, 0)])[:count]
    if not count:
        return Draped(np.zeros((0, 3)), np.zeros(0))
    x, y = places[kept].T
    # Far points keep their direction but move closer, so that they stay in view.
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
