"""Errors along eigen-directions against their closed form."""

from functools import partial

import numpy as np
import pytest
import torch
from matplotlib.text import Text
from torch import nn
from torch.optim import SGD

from animator import Eigen, Experiment, Scene, SceneError, record
from animator.experiments.eigen import eigen_system
from animator.experiments.recorder import record_all
from animator.problems import beale, network, quadratic, surface
from animator.rendering.options import RenderOptions
from animator.rendering.stage import set_stage

VALUES = np.array([0.5, 2.0, 7.0, 9.0])


def rotation(n=4):
    return np.linalg.qr(np.random.default_rng(1).normal(size=(n, n)))[0]


def errors(problem, lr=0.15, steps=20, **sgd):
    settings = {"SGD": partial(SGD, lr=lr, **sgd)}
    experiment = Experiment(problem, settings, steps)
    system = eigen_system(experiment)
    (run,) = record(experiment, needs=Eigen(experiment).needs).trajectories
    return system, system.errors(run, steps)


def test_each_error_is_the_start_times_a_power():
    """Of SGD with the learning rate γ it is |1 - γ λ|ᵏ of the first one."""
    turn = rotation()
    start = np.array([1.0, -2.0, 0.5, 3.0])
    system, found = errors(quadratic(turn @ np.diag(VALUES) @ turn.T, start=start))
    np.testing.assert_allclose(system.values, VALUES)
    np.testing.assert_allclose(system.optimum, 0, atol=1e-12)
    first = np.abs(turn.T @ start)
    powers = np.abs(1 - 0.15 * VALUES) ** np.arange(21)[:, None]
    np.testing.assert_allclose(found, first * powers, rtol=1e-9, atol=1e-13)


def test_a_linear_model_with_the_mean_squared_error_is_a_quadratic():
    torch.manual_seed(0)
    x, y = torch.randn(40, 5, dtype=torch.float64), torch.randn(40, 1).double()
    model = nn.Linear(5, 1, dtype=torch.float64)
    system, found = errors(network(model, (x, y), nn.MSELoss()), lr=0.2)
    design = np.column_stack([x.numpy(), np.ones(40)])
    values = np.linalg.eigvalsh(2 * design.T @ design / 40)
    best = np.linalg.lstsq(design, y.numpy()[:, 0])[0]
    np.testing.assert_allclose(system.values, values)
    np.testing.assert_allclose(system.optimum, best)
    rate = np.abs(1 - 0.2 * values)
    np.testing.assert_allclose(found[10], found[0] * rate**10, rtol=1e-8, atol=1e-14)


def test_directions_without_curvature_are_left_out():
    system, found = errors(quadratic([0.0, 1.0, 3.0]), lr=0.1)
    assert (system.values.tolist(), system.flat) == ([1.0, 3.0], 1)
    assert found.shape == (21, 2)


def test_a_surface_may_be_quadratic_too():
    bowl = surface(
        lambda x, y: x**2 + 3 * (y - 1) ** 2, x=(-2, 2), y=(-2, 2), start=(1.0, 0.0)
    )
    system, _ = errors(bowl)
    np.testing.assert_allclose(system.values, [2, 6], rtol=1e-5)
    np.testing.assert_allclose(system.optimum, [0, 1], atol=1e-6)


def test_the_panel_names_its_eigenvalues_and_what_it_leaves_out():
    small = Experiment(quadratic([1.0, 10.0]), {"a": partial(SGD, lr=0.1)}, 5)
    many = Experiment(
        quadratic(np.linspace(1, 9, 20)),
        {"a": partial(SGD, lr=0.1), "b": partial(SGD, lr=0.05)},
        5,
    )
    for experiment, words in ((small, "λ = 1"), (many, "6 of 20 directions")):
        scene = Scene([Eigen(experiment)])
        recordings = record_all(scene.experiments, needs=scene.needs)
        stage = set_stage(scene, recordings, RenderOptions(size=(640, 360)))
        texts = " ".join(text.get_text() for text in stage.figure.findobj(Text))
        assert words in texts


def test_what_is_not_quadratic():
    with pytest.raises(SceneError, match="loss of Beale is not quadratic: its Hessian"):
        eigen_system(Experiment(beale, {"a": partial(SGD, lr=0.1)}))
    with pytest.raises(SceneError, match="is not symmetric and finite; give"):
        quadratic([[1.0, 2.0], [0.0, 1.0]])
    with pytest.raises(SceneError, match=r"start has shape \(3,\); give 2 numbers"):
        quadratic([1.0, 2.0], start=[1, 2, 3])
