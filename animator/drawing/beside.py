"""Moves arrows from one place beside each other."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from animator.drawing.strokes import Point


def beside(tail: Point, tips: Sequence[Point], distance: float) -> list[Point]:
    """Return by how much to move each arrow so that they lie beside each other.

    The last of them, the step, stays. Each other one moves at a right angle to it, to
    the side on which its own tip is; a third one moves twice as far. What adds up to
    the step is never all on one side.

    Args:
        tail: where all arrows begin, in pixels.
        tips: where they end; those of the parts, and the step's.
        distance: by which to move, in pixels.
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
        # What lies along the step goes to the side that is free.
        sign = (1 if side > 0 else -1) if abs(side) > 0.5 else (-1 if used[1] else 1)
        if math.hypot(right, up) >= 1:
            used[sign] += 1
        shift = sign * max(used[sign], 1) * distance
        shifts.append((shift * across[0], shift * across[1]))
    return [*shifts, (0.0, 0.0)]


def _difference(start: Point, end: Point) -> Point:
    return end[0] - start[0], end[1] - start[1]
