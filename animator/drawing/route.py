"""Reduces a path on the screen to points that can be distinguished."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from animator.drawing.strokes import Point

_CLOSE = 0.5
"""Steps closer than this, in pixels, share a vertex of the trail."""


@dataclass(frozen=True, slots=True)
class Route:
    """A path on the screen, in pixels, reduced to distinct vertices.

    Piece v of the line is the stroke to vertex v, and the dot on that vertex.
    """

    points: list[Point]  # (steps until the end of the path + 1,)
    gaps: frozenset[int]  # the steps whose points are far below the axes
    vertices: list[Point]  # (V,)
    vertex: list[int]  # the last vertex at each step; -1 if there is none yet
    lengths: list[float]  # (V,), the length of the line up to each vertex
    breaks: frozenset[int]  # the vertices to which no stroke leads
    settled: list[int]  # (V,), the number of pieces that are far enough behind a vertex

    def at(self, step: float) -> Point:
        """Return the position of the marker."""
        last = len(self.points) - 1
        if step >= last:
            return self.points[last]
        index = int(step)
        share = step - index
        (x, y), (to_x, to_y) = self.points[index], self.points[index + 1]
        return x + share * (to_x - x), y + share * (to_y - y)

    def is_drawn(self, step: float) -> bool:
        """Return whether a line leads to the marker."""
        last = len(self.points) - 1
        index = min(int(step), last)
        after = index if step in (index, last) else min(index + 1, last)
        return index not in self.gaps and after not in self.gaps

    def gap(self, vertex: int) -> float:
        """Return the distance of a vertex from the previous one, in pixels."""
        if not vertex or vertex in self.breaks:
            return math.inf
        return self.lengths[vertex] - self.lengths[vertex - 1]

    def behind(self, vertex: int) -> int:
        """Return the vertex where the stroke to `vertex` begins, or `vertex` itself."""
        return vertex if vertex in self.breaks else max(vertex - 1, 0)


def known_part(
    points: NDArray[np.floating], *, has_gaps: bool
) -> tuple[int, NDArray[np.float64], dict[int, float]]:
    """Return the part of a path that can be drawn.

    Args:
        points: the points of the path (steps + 1, 2); the first NaN after its beginning
            ends it.
        has_gaps: whether infinite points are gaps; if not, they end the path.

    Returns:
        The first step with a point; the finite points up to the end (N, 2), where those
        before the first are copies of it; and a dict from the steps of gaps to the
        heights of their markers.
    """
    path = points.astype(np.float64)
    is_gap = np.isinf(path).any(axis=1) & has_gaps
    heights = path[is_gap, 1]
    path[is_gap, 1] = 1.0  # any finite number
    is_known = np.asarray(np.isfinite(path).all(axis=1))
    begin = int(is_known.argmax())
    lost = np.flatnonzero(~is_known[begin:])
    end = begin + int(lost[0]) if len(lost) else len(path)
    path[:begin] = path[begin]
    steps = np.flatnonzero(is_gap).tolist()
    gaps = dict(zip(steps, heights.tolist(), strict=True))
    inner = {step: height for step, height in gaps.items() if step < end}
    return begin, path[:end], inner | dict.fromkeys(range(begin), math.inf)


def find_route(
    points: list[Point], radius: float, gaps: frozenset[int] = frozenset()
) -> Route:
    """Return the route of a path.

    Args:
        points: the points of the path, in pixels.
        radius: the radius of the line's casing, in pixels.
        gaps: the steps at which the line is interrupted.
    """
    kept: list[int] = []
    length: list[float] = []
    vertex = []
    breaks = set()
    for step, point in enumerate(points):
        if step not in gaps:
            is_new = not kept or step - 1 in gaps
            moved = math.dist(point, points[kept[-1]]) if kept else 0.0
            if is_new or moved >= _CLOSE:
                if is_new and kept:
                    breaks.add(len(kept))
                kept.append(step)
                length.append(length[-1] + moved if length else 0.0)
        vertex.append(len(kept) - 1)
    lengths = np.array(length)
    return Route(
        points=points,
        gaps=gaps,
        vertices=[points[step] for step in kept],
        vertex=vertex,
        lengths=length,
        breaks=frozenset(breaks),
        settled=np.searchsorted(lengths, lengths - radius, side="right").tolist(),
    )
