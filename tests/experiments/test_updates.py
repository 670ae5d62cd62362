"""The parts of optimizers' steps against the steps that torch really took."""

from functools import partial

import numpy as np
import pytest
import torch
from conftest import plain_loop
from torch.nn import MSELoss
from torch.optim import SGD, Adagrad, Adam, AdamW, NAdam, RMSprop
from torch.optim.lr_scheduler import OneCycleLR, StepLR

from animator import Experiment, Heatmap, Scene, SceneError, Setting, Vectors
from animator.experiments.recorder import record, record_all
from animator.experiments.updates import UPDATE_NEEDS, split_steps
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
    (trajectory,) = record(experiment, needs=UPDATE_NEEDS).trajectories
    return trajectory, split_steps(experiment, trajectory)


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
    recordings = record_all([experiment], needs=scene.needs)
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


OTHERS = [
    (Adam, {}),
    (Adam, {"weight_decay": 0.3, "amsgrad": True}),
    (Adam, {"betas": (0.5, 0.7), "maximize": True, "eps": 0.1}),
    (AdamW, {"weight_decay": 0.3}),
    (AdamW, {"amsgrad": True, "foreach": True}),
    (RMSprop, {}),
    (RMSprop, {"alpha": 0.8, "centered": True, "momentum": 0.7}),
    (RMSprop, {"momentum": 0.9, "weight_decay": 0.2}),
    (Adagrad, {}),
    (Adagrad, {"lr_decay": 0.2, "weight_decay": 0.1, "initial_accumulator_value": 0.5}),
]


@pytest.mark.parametrize(("optimizer", "options"), OTHERS, ids=str)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_parts_of_other_optimizers_add_up_to_the_step_of_a_plain_loop(
    optimizer, options, dtype
):
    def valley(x, y):
        return (x**2 + 7 * y**2) / 2 + x * y

    drawn = surface(valley, x=(-9, 9), y=(-9, 9), start=(-5.0, 2.4), dtype=dtype)
    make = partial(optimizer, lr=0.1, **options)
    setting = Setting(make, scheduler=partial(StepLR, step_size=7, gamma=0.5))
    experiment = Experiment(drawn, {"it": setting}, steps=30)
    (run,) = record(experiment, needs=UPDATE_NEEDS).trajectories
    updates = split_steps(experiment, run)

    point = torch.nn.ParameterList(torch.tensor(v, dtype=dtype) for v in (-5.0, 2.4))
    plain = optimizer(point.parameters(), lr=0.1, **options)
    scheduler, path = StepLR(plain, step_size=7, gamma=0.5), []
    for _ in range(31):
        path.append([p.item() for p in point])
        plain.zero_grad()
        valley(*point).backward()
        plain.step()
        scheduler.step()
    rounding = 200 * torch.finfo(dtype).eps
    np.testing.assert_allclose(updates.step, np.diff(path, axis=0), atol=rounding)
    assert np.abs(updates.step).max() > 0.05


def test_which_part_of_adam_is_which():
    """On x² + y² with β₁ = 0.5 and β₂ = 0, by hand: each step divides by |g|."""
    bowl = surface(lambda x, y: x**2 + y**2, x=(-2, 2), y=(-2, 2), start=(1.0, 0.5))
    make = partial(Adam, lr=0.1, betas=(0.5, 0.0), eps=0.0)
    experiment = Experiment(bowl, {"it": make}, steps=3)
    (run,) = record(experiment, needs=UPDATE_NEEDS).trajectories
    updates = split_steps(experiment, run)
    # m₁ = g₁ / 2, and 1 - β₁ = 1/2: the first step is -γ, all of it the gradient's.
    assert updates.gradient[0] == pytest.approx([-0.1, -0.1], abs=1e-6)
    assert updates.momentum[0] == pytest.approx([0, 0], abs=1e-6)
    # g₂ = 1.8, m₂ = 0.5 · 1 + 0.5 · 1.8, divided by 1 - 0.25 and |g₂|.
    assert updates.gradient[1, 0] == pytest.approx(-0.1 * 0.9 / 0.75 / 1.8, abs=1e-6)
    assert updates.momentum[1, 0] == pytest.approx(-0.1 * 0.5 / 0.75 / 1.8, abs=1e-6)
    assert updates.scale[1] == pytest.approx([1.8, 0.8], abs=1e-6)
    assert updates.is_scaled


def test_a_momentum_that_has_a_schedule():
    make = partial(SGD, lr=0.01, momentum=0.9)
    one_cycle = partial(OneCycleLR, max_lr=0.05, total_steps=40)
    experiment = Experiment(
        line_fit(MSELoss()), {"it": Setting(make, scheduler=one_cycle)}, steps=30
    )
    (run,) = record(experiment, needs=UPDATE_NEEDS).trajectories
    real = np.diff(run.params.astype(np.float64), axis=0)
    updates = split_steps(experiment, run)
    np.testing.assert_allclose(updates.step, real, rtol=0, atol=2e-6)


def test_the_ellipse_goes_through_the_tip_of_the_step():
    bowl = surface(lambda x, y: x**2 + 9 * y**2, x=(-2, 2), y=(-2, 2), start=(1.0, 0.5))
    experiment = Experiment(bowl, {"it": partial(RMSprop, lr=0.1)}, steps=6)
    scene = Scene([Vectors(Heatmap(experiment, points=11))], seconds=4)
    recordings = record_all([experiment], needs=scene.needs)
    stage = set_stage(scene, recordings, RenderOptions(size=(640, 360)))
    stage.set_step(2)
    (arrows,) = [artist for artist in stage.moving if isinstance(artist, Arrows)]
    ax = next(ax for ax in stage.figure.axes if ax.images)
    place = ax.transData.inverted().transform
    ellipse = place(arrows._ellipse()) - place(arrows._points())[0]
    parts = split_steps(experiment, recordings[experiment].trajectories[0])
    lengths = np.hypot(*(ellipse * parts.scale[2]).T)  # a circle again
    tip = np.hypot(*(parts.step[2] * parts.scale[2]))
    np.testing.assert_allclose(lengths, tip, rtol=1e-4)


def test_other_optimizers_are_not_taken_apart():
    experiment = Experiment(line_fit(MSELoss()), {"A": partial(NAdam, lr=0.1)}, steps=3)
    names = "SGD, Adam, AdamW, RMSprop, Adagrad; show others on a Heatmap"
    with pytest.raises(
        SceneError, match=f"setting 'A' is NAdam; Vectors supports .*{names}"
    ):
        split_steps(experiment, record(experiment, needs=UPDATE_NEEDS).trajectories[0])


def test_a_run_that_diverges_has_no_steps_after_its_end():
    experiment = Experiment(
        line_fit(MSELoss()), {"fast": partial(SGD, lr=1e9)}, steps=9
    )
    (trajectory,) = record(experiment, needs=UPDATE_NEEDS).trajectories
    updates = split_steps(experiment, trajectory)
    assert np.isnan(updates.step[trajectory.outcome.step :]).all()
    scene = Scene([Vectors(Heatmap(experiment, points=11))], seconds=3)
    painter = Painter(
        set_stage(
            scene,
            record_all([experiment], needs=scene.needs),
            RenderOptions(size=(320, 180)),
        )
    )
    for frame in range(painter.stage.timeline.frames):
        painter.paint(frame)


def test_what_vectors_does_not_take():
    experiment = Experiment(line_fit(MSELoss()), {"p": partial(SGD, lr=0.1)}, steps=1)
    with pytest.raises(SceneError, match="is not a heatmap; give Heatmap"):
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
    (trajectory,) = record(experiment, needs=UPDATE_NEEDS).trajectories
    updates = split_steps(experiment, trajectory)
    real = np.diff(trajectory.params.astype(np.float64), axis=0)
    np.testing.assert_allclose(updates.step, real, atol=2e-5)
