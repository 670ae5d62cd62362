"""Where a path lies on the screen, thinned out to what can be told apart."""

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
    """A path on the screen, in pixels, thinned out to vertices that differ.

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
        whole = int(step)
        part = step - whole
        (x, y), (to_x, to_y) = self.points[whole], self.points[whole + 1]
        return x + part * (to_x - x), y + part * (to_y - y)


def lay_route(points: list[Point], radius: float) -> Route:
    """Thin out a path for a casing of a radius, both in pixels."""
    kept = [0]
    way = [0.0]
    vertex = []
    for step, point in enumerate(points):
        moved = math.dist(point, points[kept[-1]])
        if moved >= _CLOSE:
            kept.append(step)
            way.append(way[-1] + moved)
        vertex.append(len(kept) - 1)
    ways = np.array(way)
    return Route(
        points=points,
        vertices=[points[step] for step in kept],
        vertex=vertex,
        settled=np.searchsorted(ways, ways - radius, side="right").tolist(),
    )
