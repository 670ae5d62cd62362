"""Contour lines: none run together, and the others stay where they are."""

from functools import partial

import numpy as np
import pytest
from torch.optim import SGD

from animator import Experiment, Heatmap, Scene
from animator.experiments.recorder import record_all
from animator.problems import surface
from animator.rendering.options import RenderOptions
from animator.rendering.stage import set_stage

WIDTH, HEIGHT = 640, 360


def lines(function, contours, scale="linear"):
    """The pieces of the contour lines, each (N, 2) in pixels, by level."""
    problem = surface(function, x=(-2, 2), y=(-2, 2), start=(1.0, 1.0))
    experiment = Experiment(problem, {"plain": partial(SGD, lr=1e-4)}, 1)
    panel = Heatmap(experiment, scale=scale, contours=contours, points=101)
    options = RenderOptions(size=(WIDTH, HEIGHT))
    stage = set_stage(Scene([panel]), record_all([experiment]), options)
    ax = stage.figure.axes[0]
    (found,) = ax.collections
    return {
        level: [
            ax.transData.transform(piece)
            for piece in path.to_polygons(closed_only=False)
            if len(piece)
        ]
        for level, path in zip(found.levels, found.get_paths(), strict=True)
    }


def nearest(found):
    """The smallest distance between two levels, in pixels."""
    points = [np.concatenate(pieces) for pieces in found.values() if pieces]
    return min(
        np.hypot(*(a[:, None] - b[None]).T).min()
        for index, a in enumerate(points)
        for b in points[:index]
    )


def valley(x, y):
    return x**2 / 50 + 40 * (y - x**2 / 3) ** 2 + 1e-3


def test_lines_of_a_narrow_valley_stay_apart():
    thinned = lines(valley, 40, "log")
    assert nearest(thinned) > 2.5
    assert sum(bool(pieces) for pieces in thinned.values()) > 10


def test_that_they_would_run_together_otherwise():
    levels = list(lines(valley, 40, "log"))
    assert nearest(lines(valley, levels, "log")) < 1


def test_lines_far_apart_are_all_there():
    found = lines(lambda x, y: x + 0.1 * y, 9)
    assert all(len(pieces) == 1 for pieces in found.values())
    for level, (piece,) in found.items():
        assert np.ptp(piece[:, 1]) > 0.6 * HEIGHT, level


@pytest.mark.parametrize(
    ("function", "ratios"),
    [
        (lambda x, y: (x**2 + y**2) ** 2 + 0.01, "equal"),
        (lambda x, y: x**2 + y**2 + 1, "falling"),
        (lambda x, y: x + y, "any"),
    ],
)
def test_levels_are_even_in_the_logarithm_where_losses_span_decades(function, ratios):
    levels = np.array(list(lines(function, 8)))
    if ratios == "equal":
        np.testing.assert_allclose(levels[1:] / levels[:-1], levels[1] / levels[0])
    else:
        np.testing.assert_allclose(np.diff(levels), levels[1] - levels[0])
