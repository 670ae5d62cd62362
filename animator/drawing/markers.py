"""Locates the markers of an axes, and finds those that overlap."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from animator.drawing.polyline import Trail
    from animator.drawing.route import Route
    from animator.drawing.strokes import Point

_RING, _WIDEST = 0.3, 2.2
"""The width of each ring of overlapping markers, and of all rings, in marker sizes."""
OVERLAP = 0.2
"""Markers overlap if their distance is less than this, in marker sizes."""


def ring_width(marker: float, rim: float, meeting: int) -> float:
    """Return the difference in size between overlapping markers, in points.

    Args:
        marker: the size of markers, in points.
        rim: the difference in size between a rim and its marker, in points.
        meeting: the number of overlapping markers.
    """
    return min(rim + _RING * marker, _WIDEST * marker / max(meeting - 1, 1))


class Markers:
    """The markers of all trails of an axes, in the order in which they are drawn."""

    def __init__(self, trails: Sequence[Trail]) -> None:
        """Create the markers of some trails."""
        self.trails = trails
        self._key: tuple[float, Route] | None = None
        self._places: NDArray[np.float64] = np.empty((0, 2))
        self._counts: dict[Trail, tuple[int, int]] = {}  # where the markers are now

    def count(self, trail: Trail, step: float) -> tuple[int, int]:
        """Count the markers that overlap the marker of a trail.

        Markers of the same colour count as one.

        Returns:
            The number of markers above it, and the number of all, including itself.
        """
        places = self._at(step)
        if trail not in self._counts:
            self._counts[trail] = self._count(trail, places)
        return self._counts[trail]

    def _count(self, trail: Trail, places: NDArray[np.float64]) -> tuple[int, int]:
        own = places[self.trails.index(trail)]
        near = trail.pixels(OVERLAP * trail.marker)
        meeting = np.flatnonzero(np.hypot(*(places - own).T) <= near)
        colors = list(dict.fromkeys(self.trails[i].color for i in meeting.tolist()))
        return len(colors) - 1 - colors.index(trail.color), len(colors)

    def _at(self, step: float) -> NDArray[np.float64]:
        """Return the positions (N, 2) of all markers at a step, in pixels."""
        route = self.trails[0].route()
        if self._key is None or self._key[0] != step or self._key[1] is not route:
            self._places = np.array(
                [on_map(trail, trail.route().at(step))[0] for trail in self.trails]
            )
            self._key = step, route
            self._counts = {}
        return self._places


def on_map(trail: Trail, head: Point) -> tuple[Point, Point]:
    """Return where to draw a marker, and the direction to its true position."""
    left, bottom, right, top = np.asarray(trail.ax.bbox.extents).tolist()
    is_inside = left <= head[0] <= right or trail.is_curve
    if is_inside and bottom <= head[1] <= top:
        return head, (0.0, 0.0)
    inset = 0.65 * trail.pixels(trail.marker + trail.shade)
    if trail.is_curve:  # x is that of its step
        y = top - inset if head[1] > top else bottom + inset
        return (head[0], y), (0.0, head[1] - y)
    x, y = (left + right) / 2, (bottom + top) / 2
    away = head[0] - x, head[1] - y
    share = min(
        ((high - low) / 2 - inset) / abs(distance)
        for low, high, distance in ((left, right, away[0]), (bottom, top, away[1]))
        if distance
    )
    return (x + share * away[0], y + share * away[1]), away
