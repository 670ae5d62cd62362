"""The comet: a path's newest steps, which glide along it."""

import math

import numpy as np
import pytest
from matplotlib.figure import Figure

from animator.drawing.comet import comet_dots, comet_points
from animator.drawing.polyline import Polyline, Trail
from animator.drawing.theme import LIGHT

PATH = np.column_stack([np.arange(41.0), np.arange(41.0) % 2])


def trail(**options):
    ax = Figure().add_subplot(xlim=(0, 40), ylim=(0, 1))
    line = Polyline(PATH, "#ff0000")
    return Trail(ax, line, LIGHT, plain=options.get("plain", False))


def on_axes(points, of):
    return of.ax.transData.inverted().transform(points)


@pytest.mark.parametrize("step", [3, 12.5, 30.25, 40, 99])
def test_it_is_the_last_twelve_steps_of_the_path(step):
    of = trail()
    points = on_axes(comet_points(of, step), of)
    last = min(step, 40)
    first = max(0, last - 12)
    assert points[[0, -1], 0] == pytest.approx([first, last], abs=1e-6)
    between = np.arange(math.floor(first) + 1, math.ceil(last))
    np.testing.assert_allclose(points[1:-1], PATH[between], atol=1e-6)
    marks = on_axes(comet_dots(of, step), of)[:, 0]
    steps = np.arange(math.ceil(first), math.floor(last) + 1)
    np.testing.assert_allclose(marks, steps, atol=1e-6)


def test_a_share_of_it_begins_later():
    of = trail()
    assert on_axes(comet_points(of, 30, 1 / 3), of)[0, 0] == pytest.approx(26)


def test_a_curve_and_the_start_have_none():
    assert comet_points(trail(), 0) == []
    of = trail(plain=True)
    assert comet_points(of, 20) == [] == comet_dots(of, 20)
