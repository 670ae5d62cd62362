"""Where the markers of an axes are, and which of them meet."""

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
"""How wide the rings of markers that meet are, and all of them at most, in sizes."""
MEETING = 0.2
"""Markers meet where they are nearer than this, in sizes of markers."""


def ring_width(marker: float, rim: float, meeting: int) -> float:
    """Return by how much each of some markers that meet is larger than the next.

    Args:
        marker: the size of markers, in points.
        rim: by how much their rims are larger, in points.
        meeting: how many markers meet.
    """
    return min(rim + _RING * marker, _WIDEST * marker / max(meeting - 1, 1))


class Markers:
    """The markers of all trails of an axes, in the order in which they are drawn."""

    def __init__(self, trails: Sequence[Trail]) -> None:
        """Follow the markers of some trails."""
        self.trails = trails
        self._key: tuple[float, Route] | None = None
        self._places: NDArray[np.float64] = np.empty((0, 2))
        self._counts: dict[Trail, tuple[int, int]] = {}  # where the markers are now

    def count(self, trail: Trail, step: float) -> tuple[int, int]:
        """Return how many settings' markers lie above a trail's marker, where it is.

        Markers of one colour count as one.

        Returns:
            That number, and how many there are in all, its own included.
        """
        places = self._at(step)
        if trail not in self._counts:
            self._counts[trail] = self._count(trail, places)
        return self._counts[trail]

    def _count(self, trail: Trail, places: NDArray[np.float64]) -> tuple[int, int]:
        own = places[self.trails.index(trail)]
        near = trail.pixels(MEETING * trail.marker)
        meeting = np.flatnonzero(np.hypot(*(places - own).T) <= near)
        colors = list(dict.fromkeys(self.trails[i].color for i in meeting.tolist()))
        return len(colors) - 1 - colors.index(trail.color), len(colors)

    def _at(self, step: float) -> NDArray[np.float64]:
        """Return where all markers are at a step (N, 2), in pixels."""
        route = self.trails[0].route()
        if self._key is None or self._key[0] != step or self._key[1] is not route:
            self._places = np.array(
                [on_map(trail, trail.route().at(step))[0] for trail in self.trails]
            )
            self._key = step, route
            self._counts = {}
        return self._places


def on_map(trail: Trail, head: Point) -> tuple[Point, Point]:
    """Return where a marker is drawn, and how far from there it really is."""
    left, bottom, right, top = np.asarray(trail.ax.bbox.extents).tolist()
    is_inside = left <= head[0] <= right or trail.is_curve
    if is_inside and bottom <= head[1] <= top:
        return head, (0.0, 0.0)
    inset = 0.65 * trail.pixels(trail.marker + trail.shade)
    if trail.is_curve:  # it stays at its own step
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
