"""Heatmap: what is marked, and what a run that diverges changes."""

from functools import partial

import numpy as np
import pytest
import torch
from matplotlib.text import Text
from torch.nn import MSELoss
from torch.optim import SGD

from animator import Experiment, Heatmap, Scene
from animator.experiments.recorder import record_all
from animator.problems import line_fit, surface
from animator.rendering.options import RenderOptions
from animator.rendering.stage import set_stage

PLAIN = {"plain": partial(SGD, lr=0.1)}


def staged(experiment, **options):
    scene = Scene([Heatmap(experiment, points=21, **options)])
    return set_stage(scene, record_all([experiment]), RenderOptions(size=(640, 360)))


def rings(stage):
    ax = stage.figure.axes[0]
    return [line for line in ax.lines if line.get_marker() == "o"]


def key(stage):
    return " ".join(text.get_text() for text in stage.figure.findobj(Text))


@pytest.mark.parametrize("extremum", ["minimum", "maximum"])
@pytest.mark.parametrize("slope", [0.0, 1e-9])
def test_a_flat_map_has_no_extremum(extremum, slope):
    flat = surface(
        lambda x, y: slope * x + 0 * y + 3.0, x=(-1, 1), y=(-1, 1), start=(0, 0)
    )
    stage = staged(Experiment(flat, PLAIN, 3), extremum=extremum)
    assert not rings(stage) and extremum not in key(stage)
    hill = surface(
        lambda x, y: 1e-3 * torch.sin(3 * x) * torch.cos(3 * y) + 3.0,
        x=(-1, 1), y=(-1, 1), start=(0, 0),
    )  # fmt: skip
    stage = staged(Experiment(hill, PLAIN, 3), extremum=extremum)
    assert rings(stage) and extremum in key(stage)


@pytest.mark.parametrize("extremum", ["minimum", "maximum"])
def test_a_loss_that_falls_beyond_the_map_has_no_extremum(extremum):
    saddle = surface(lambda x, y: x**2 - y**2, x=(-1, 1), y=(-1, 1), start=(-0.5, 0.1))
    stage = staged(Experiment(saddle, PLAIN, 3), extremum=extremum)
    assert not rings(stage) and extremum not in key(stage)


def test_a_run_that_diverges_does_not_rule_ranges_that_fit_the_paths():
    line = line_fit(MSELoss())
    fast = {"too fast": partial(SGD, lr=1.5)}
    spans = []
    for settings in (PLAIN, PLAIN | fast):
        ax = staged(Experiment(line, settings, 80), fit_paths=True).figure.axes[0]
        spans.append((*ax.get_xlim(), *ax.get_ylim()))
    np.testing.assert_array_equal(*spans)
