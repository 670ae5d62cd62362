"""Where a path lies on the screen, reduced to points that can be distinguished."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from animator.drawing.strokes import Point

_CLOSE = 0.5
"""Steps closer than this, in pixels, share one vertex of the trail."""


@dataclass(frozen=True, slots=True)
class Route:
    """A path on the screen, in pixels, reduced to vertices that differ.

    Piece v of the line is the stroke to vertex v and the dot on it.
    """

    points: list[Point]  # (steps until the end of the path + 1,)
    vertices: list[Point]  # (V,)
    vertex: list[int]  # the last vertex up to each step
    settled: list[int]  # (V,), how many pieces of line lie far enough behind a vertex

    def at(self, step: float) -> Point:
        """Return where the marker is."""
        last = len(self.points) - 1
        if step >= last:
            return self.points[last]
        index = int(step)
        share = step - index
        (x, y), (to_x, to_y) = self.points[index], self.points[index + 1]
        return x + share * (to_x - x), y + share * (to_y - y)


def find_route(points: list[Point], radius: float) -> Route:
    """Return the route of a path whose casing has a radius, both in pixels."""
    kept = [0]
    length = [0.0]
    vertex = []
    for step, point in enumerate(points):
        moved = math.dist(point, points[kept[-1]])
        if moved >= _CLOSE:
            kept.append(step)
            length.append(length[-1] + moved)
        vertex.append(len(kept) - 1)
    lengths = np.array(length)
    return Route(
        points=points,
        vertices=[points[step] for step in kept],
        vertex=vertex,
        settled=np.searchsorted(lengths, lengths - radius, side="right").tolist(),
    )
