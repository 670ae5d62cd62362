"""Paths that coincide are set off from each other, and only those."""

from dataclasses import replace

import numpy as np
import pytest
from matplotlib.figure import Figure

from animator.drawing.offsets import offset_points, path_offsets
from animator.drawing.polyline import Polyline, Trail
from animator.drawing.theme import LIGHT


def line(*points):
    return np.array(points, float)


def test_only_what_coincides_is_set_off():
    along, faster = line((0, 0), (1, 0), (2, 0)), line((0, 0), (2, 0), (2, 5))
    alone = line((0, 9), (1, 9))
    offsets = path_offsets([along, faster, alone], (10, 10))
    assert offsets[0].tolist() == [-0.5] * 3  # it lies on the second one everywhere
    assert offsets[1].tolist() == [0.5, 0.5, 0]
    assert offsets[2].tolist() == [0, 0]


def test_three_are_beside_each_other_and_a_path_that_ends_is_none():
    same = line((0, 0), (1, 1), (2, 2))
    ended = same.copy()
    ended[1:] = np.nan
    offsets = path_offsets([same, same, same], (1, 1))
    assert [set(each) for each in offsets] == [{-1.0}, {0.0}, {1.0}]
    assert path_offsets([same + 5, ended], (1, 1))[0].tolist() == [0, 0, 0]


def test_points_move_perpendicular_to_their_path_and_to_one_side():
    there = line((0, 0), (3, 4), (6, 8))
    moved = offset_points(there, np.ones(3), 10)
    assert np.hypot(*(moved - there).T) == pytest.approx(10)
    assert ((moved - there) @ (3, 4)) == pytest.approx(0)
    back = offset_points(there[::-1], np.ones(3), 10)
    assert back[::-1] == pytest.approx(moved)


def test_a_trail_is_drawn_beside_its_place():
    ax = Figure(dpi=72).add_axes((0, 0, 1, 1), xlim=(0, 100), ylim=(0, 100))
    path = Polyline(line((10, 50), (50, 50), (90, 50)), "#ff0000")
    aside = replace(path, offsets=np.array([0.0, 1.0, 1.0]))
    here, there = (
        np.array(Trail(ax, one, LIGHT, plain=False).route().points)
        for one in (path, aside)
    )
    assert (there - here)[:, 0] == pytest.approx(0)
    assert (there - here)[:, 1] == pytest.approx([0] + 2 * [1.5 * LIGHT.line_width])
