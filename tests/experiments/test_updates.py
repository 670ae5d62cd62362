"""The parts of SGD's steps against the steps that torch really took."""

from functools import partial

import numpy as np
import pytest
import torch
from conftest import plain_loop
from torch.nn import MSELoss
from torch.optim import SGD, Adam

from animator import Experiment, Heatmap, Scene, SceneError, Vectors
from animator.experiments.recorder import record, record_all
from animator.experiments.updates import sgd_updates
from animator.panels.vectors import Arrows
from animator.problems import line_fit, surface
from animator.rendering.options import RenderOptions
from animator.rendering.painter import Painter
from animator.rendering.stage import set_stage

MOMENTA = [
    {},
    {"momentum": 0.9},
    {"momentum": 0.9, "nesterov": True},
    {"momentum": 0.9, "dampening": 0.8},
    {"weight_decay": 0.5},
    {"momentum": 0.8, "weight_decay": 0.5, "dampening": 0.3},
    {"momentum": 0.8, "weight_decay": 0.5, "nesterov": True},
]


def apart(problem, **sgd):
    experiment = Experiment(problem, {"it": partial(SGD, lr=0.1, **sgd)}, steps=40)
    (trajectory,) = record(experiment).trajectories
    return trajectory, sgd_updates(experiment, trajectory)


@pytest.mark.parametrize("sgd", MOMENTA, ids=str)
def test_the_parts_add_up_to_the_step_that_torch_took(sgd):
    params, _ = plain_loop(MSELoss(), steps=40, lr=0.1, **sgd)
    _, updates = apart(line_fit(MSELoss()), **sgd)
    real = np.diff(params.astype(np.float64), axis=0)
    # A float32 of the size of the parameters is that exact, and no more.
    np.testing.assert_allclose(updates.step, real, rtol=0, atol=2e-6)
    assert np.abs(updates.step).max() > 0.1  # they do move


def test_uphill_too():
    trajectory, updates = apart(
        surface(
            lambda x, y: torch.sin(x) - y**2, x=(-3, 3), y=(-1, 1), start=(0.1, 0.4)
        ),
        momentum=0.5,
        maximize=True,
    )
    real = np.diff(trajectory.params.astype(np.float64), axis=0)
    np.testing.assert_allclose(updates.step, real, rtol=0, atol=1e-6)
    assert trajectory.loss[-1] > trajectory.loss[0]


def test_which_part_is_which():
    """On x² with γ = 0.1, μ = 0.5, by hand: from x = 1 both differ at step two."""
    bowl = surface(lambda x, y: x**2 + y**2, x=(-2, 2), y=(-2, 2), start=(1.0, 0.0))
    _, plain = apart(bowl, momentum=0.5)
    assert plain.gradient[:2, 0] == pytest.approx([-0.2, -0.16], abs=1e-6)
    assert plain.momentum[:2, 0] == pytest.approx([0, -0.1], abs=1e-6)
    _, nesterov = apart(bowl, momentum=0.5, nesterov=True)
    # b₀ = 2 and θ₁ = 1 - 0.1 (2 + 0.5 · 2) = 0.7; b₁ = 0.5 · 2 + 1.4 = 2.4
    assert nesterov.gradient[:2, 0] == pytest.approx([-0.2, -0.14], abs=1e-6)
    assert nesterov.momentum[:2, 0] == pytest.approx([-0.1, -0.12], abs=1e-6)


def test_the_arrows_end_where_the_marker_will_be():
    bowl = surface(lambda x, y: x**2 + y**2, x=(-2, 2), y=(-2, 2), start=(1.0, 0.5))
    experiment = Experiment(bowl, {"it": partial(SGD, lr=0.1, momentum=0.5)}, steps=6)
    scene = Scene([Vectors(Heatmap(experiment, points=11))], seconds=4)
    recordings = record_all([experiment])
    stage = set_stage(scene, recordings, RenderOptions(size=(640, 360)))
    painter = Painter(stage)
    painter.paint(0)
    stage.set_step(3)
    (arrows,) = [artist for artist in stage.moving if isinstance(artist, Arrows)]
    ax = next(ax for ax in stage.figure.axes if ax.images)
    tail, *_, tip = ax.transData.inverted().transform(arrows._points())
    params = recordings[experiment].trajectories[0].params
    assert tail == pytest.approx(params[3], abs=1e-5)
    assert tip == pytest.approx(params[4], abs=1e-5)


def test_only_sgd_can_be_taken_apart():
    experiment = Experiment(line_fit(MSELoss()), {"A": partial(Adam, lr=0.1)}, steps=3)
    with pytest.raises(SceneError, match="setting 'A' is Adam; only the steps of"):
        sgd_updates(experiment, record(experiment).trajectories[0])


def test_a_run_that_diverges_has_no_steps_after_its_end():
    experiment = Experiment(
        line_fit(MSELoss()), {"fast": partial(SGD, lr=1e9)}, steps=9
    )
    (trajectory,) = record(experiment).trajectories
    updates = sgd_updates(experiment, trajectory)
    assert np.isnan(updates.step[trajectory.outcome.step :]).all()
    scene = Scene([Vectors(Heatmap(experiment, points=11))], seconds=3)
    painter = Painter(
        set_stage(scene, record_all([experiment]), RenderOptions(size=(320, 180)))
    )
    for frame in range(painter.stage.timeline.frames):
        painter.paint(frame)


def test_what_vectors_does_not_take():
    experiment = Experiment(line_fit(MSELoss()), {"p": partial(SGD, lr=0.1)}, steps=1)
    with pytest.raises(SceneError, match="is no heatmap; give Heatmap"):
        Vectors(experiment)
    with pytest.raises(SceneError, match="scale is 0; give a number above 0"):
        Vectors(Heatmap(experiment), scale=0)


def test_rounding_that_momentum_keeps_is_no_other_equation():
    """Late steps are small beside those whose rounding is still in the momentum."""
    ravine = surface(
        lambda x, y: (x**2 + 25 * y**2) / 2, x=(-11, 3), y=(-3, 3), start=(-10, 1.6)
    )
    nesterov = partial(SGD, lr=0.03, momentum=0.8, nesterov=True)
    experiment = Experiment(ravine, {"it": nesterov}, 60)
    (trajectory,) = record(experiment).trajectories
    updates = sgd_updates(experiment, trajectory)
    real = np.diff(trajectory.params.astype(np.float64), axis=0)
    np.testing.assert_allclose(updates.step, real, atol=2e-5)
