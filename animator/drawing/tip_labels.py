"""Places names at the tips of arrows, where they cover as little as possible."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.transforms import Bbox

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from animator.drawing.strokes import Point

_DIRECTIONS = 24
"""The number of directions from a tip to try."""
_GAPS = (0.45, 1.0, 1.8)
"""The distances from a tip to try, in marker sizes."""
_TURN, _AWAY, _COVERED, _OVERLAP, _OUTSIDE = 0.6, 1.0, 3.0, 200.0, 1000.0
"""The costs of a turn by one radian, of a distance of one marker size, of covering a
point, of covering a name or a mark, and of leaving the map."""


def place_labels(
    arrows: Mapping[str, tuple[Point, Point]],
    sizes: Mapping[str, Point],
    taken: NDArray[np.float64],
    marks: Sequence[Bbox],
    frame: Bbox,
    marker: float,
) -> dict[str, Bbox]:
    """Return a box for the name of each arrow, near its tip; all units are pixels.

    Args:
        arrows: a dict from names to tail and tip; names are placed in this order.
        sizes: the width and height of each name.
        taken: points (N, 2) that names should not cover.
        marks: boxes that names should not cover.
        frame: the box that should contain the names.
        marker: the size of a marker.
    """
    boxes: dict[str, Bbox] = {}
    for name, (tail, tip) in arrows.items():
        ahead = math.atan2(tip[1] - tail[1], tip[0] - tail[0])
        avoided = [*marks, *boxes.values()]
        best = math.inf
        for gap in _GAPS:
            for number in range(_DIRECTIONS):
                turn = (2 * number / _DIRECTIONS - 1) * math.pi
                box = _box(tip, ahead + turn, gap * marker, sizes[name])
                price = _TURN * abs(turn) + _AWAY * gap
                price += _COVERED * _count_inside(box, taken)
                price += _OVERLAP * sum(box.overlaps(other) for other in avoided)
                price += _OUTSIDE * (not _is_inside(box, frame))
                if price < best:
                    best, boxes[name] = price, box
    return boxes


def points_along(line: Sequence[Point], distance: float) -> NDArray[np.float64]:
    """Return points (N, 2) along a polyline, at most a distance apart."""
    corners = np.asarray(line, float).reshape(-1, 2)
    if len(corners) < 2:
        return corners
    lengths = np.hypot(*np.diff(corners, axis=0).T)
    counts = np.minimum(np.ceil(lengths / distance), 500).astype(int) + 1
    return np.concatenate(
        [
            np.linspace(first, last, count)
            for first, last, count in zip(
                corners[:-1], corners[1:], counts.tolist(), strict=True
            )
        ]
    )


def _box(tip: Point, angle: float, gap: float, size: Point) -> Bbox:
    """Return a box of a given size, in a direction from a tip, at a distance `gap`."""
    right, up = math.cos(angle), math.sin(angle)
    width, height = size
    # The centre of the box moves along a rounded rectangle around the tip.
    x = tip[0] + gap * right + width / 2 * max(-1.0, min(1.0, 1.6 * right))
    y = tip[1] + gap * up + height / 2 * max(-1.0, min(1.0, 1.6 * up))
    return Bbox.from_bounds(x - width / 2, y - height / 2, width, height)


def _count_inside(box: Bbox, points: NDArray[np.float64]) -> int:
    """Return the number of points (N, 2) that a box covers."""
    inside = (points >= (box.x0, box.y0)) & (points <= (box.x1, box.y1))
    return int(inside.all(axis=1).sum())


def _is_inside(box: Bbox, frame: Bbox) -> bool:
    return bool(
        frame.x0 <= box.x0
        and box.x1 <= frame.x1
        and frame.y0 <= box.y0
        and box.y1 <= frame.y1
    )
