"""Scales of colours: as many decades as there are, and said where they clip."""

from functools import partial

import numpy as np
import pytest
from torch.optim import SGD

from animator import Experiment, Heatmap, Scene
from animator.drawing.colorscale import color_scale
from animator.experiments.recorder import record_all
from animator.problems import surface
from animator.rendering.options import RenderOptions
from animator.rendering.stage import set_stage


def test_losses_of_many_decades_are_all_told_apart():
    losses = np.logspace(-8, 6, 15)
    shares = np.asarray(color_scale([losses], "log", "deep")(losses))
    np.testing.assert_allclose(np.diff(shares), 1 / 14, atol=1e-9)


def test_zeros_do_not_stretch_the_scale_nor_do_far_smaller_losses():
    losses = np.array([0.0, 1e-3, 1.0, 10.0])
    norm = color_scale([losses], "log", "zero")
    assert (norm.vmin, norm.vmax) == (1e-3, 10.0) and norm(0.0) == 0
    norm = color_scale([np.array([1e-40, 1e2])], "log", "tiny")
    assert norm.vmin == pytest.approx(1e-14)


def bars(function):
    problem = surface(function, x=(-1, 1), y=(-1, 1), start=(0.5, 0.5))
    experiment = Experiment(problem, {"plain": partial(SGD, lr=0.01)}, 2)
    scene = Scene([Heatmap(experiment, scale="log", points=21)])
    stage = set_stage(scene, record_all([experiment]), RenderOptions(size=(640, 360)))
    (bar,) = stage.figure.axes[0].child_axes
    return bar._colorbar.extend


def test_the_bar_s_lower_end_is_an_arrow_where_it_clips():
    assert bars(lambda x, y: x**2 + y**2) == "min"
    assert bars(lambda x, y: x**2 + y**2 + 0.1) == "neither"
