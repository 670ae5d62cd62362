"""Moves arrows with a common tail side by side."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from animator.drawing.strokes import Point


def parallel_offsets(
    tail: Point, tips: Sequence[Point], distance: float
) -> list[Point]:
    """Return the offsets (x, y) that place arrows side by side, in pixels.

    The last arrow, the step, does not move. Each of the others, the parts of the step,
    moves perpendicular to the step, towards the side of its own tip. A second part on
    the same side moves twice as far. The parts are never all on one side.

    Args:
        tail: the common tail of all arrows, in pixels.
        tips: the tips of the parts, then the tip of the step, in pixels.
        distance: the distance by which to move an arrow, in pixels.
    """
    (x, y), length = _difference(tail, tips[-1]), math.dist(tail, tips[-1])
    if length < 1:
        return [(0.0, 0.0)] * len(tips)
    across = -y / length, x / length
    shifts: list[Point] = []
    used = {1: 0, -1: 0}
    for tip in tips[:-1]:
        right, up = _difference(tail, tip)
        side = right * across[0] + up * across[1]
        # A part that lies along the step goes to the free side.
        sign = (1 if side > 0 else -1) if abs(side) > 0.5 else (-1 if used[1] else 1)
        if math.hypot(right, up) >= 1:
            used[sign] += 1
        shift = sign * max(used[sign], 1) * distance
        shifts.append((shift * across[0], shift * across[1]))
    return [*shifts, (0.0, 0.0)]


def _difference(start: Point, end: Point) -> Point:
    return end[0] - start[0], end[1] - start[1]
