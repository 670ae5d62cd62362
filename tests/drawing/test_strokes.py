"""Dashes: as long as they should be, wherever a line is cut into pieces."""

import math

import pytest

from animator.drawing.strokes import dashes


@pytest.mark.parametrize("corner", [0.5, 7.0, 33.3])
def test_dashes_do_not_depend_on_where_a_line_is_cut(corner):
    uncut = list(dashes([(0.0, 0.0), (60.0, 0.0)], 0.0, 8.0))
    assert uncut == [[(x, 0.0), (min(x + 8, 60.0), 0.0)] for x in (0, 16, 32, 48)]
    left = dashes([(0.0, 0.0), (corner, 0.0)], 0.0, 8.0)
    right = dashes([(corner, 0.0), (60.0, 0.0)], corner, 8.0)
    shown = [math.dist(a, b) for part in (left, right) for a, b in part]
    assert sum(shown) == pytest.approx(8 * 3 + 8)
    points = [(0.0, 0.0), (corner, 0.0), (60.0, 0.0)]
    assert list(dashes(points, 0.0, 8.0)) == [
        *dashes(points[:2], 0.0, 8.0),
        *dashes(points[1:], corner, 8.0),
    ]


def test_a_line_without_length_has_no_dashes():
    assert list(dashes([(3.0, 3.0), (3.0, 3.0)], 8.0, 8.0)) == []
