"""Loops that the user has written, logged with a Recorder."""

from functools import partial

import numpy as np
import pytest
import torch
from conftest import plain_loop
from torch import nn
from torch.nn import MSELoss
from torch.optim import SGD, lr_scheduler
from torch.utils.data import DataLoader, TensorDataset

from animator import Experiment, Heatmap, Recorder, Scene, SceneError, compose, record
from animator.panels import LearningRate, LossCurve
from animator.problems import line_fit, network


def points():
    order = torch.Generator().manual_seed(0)
    x = torch.randn(24, 4, generator=order)
    return x, torch.sin(x.sum(1, keepdim=True))


def mlp(*between):
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return nn.Sequential(nn.Linear(4, 5), *between, nn.Tanh(), nn.Linear(5, 1))


def vector(model):
    parts = [torch.view_as_real(p) if p.is_complex() else p for p in model.parameters()]
    return torch.cat([part.detach().flatten().double() for part in parts]).numpy()


def train(model, *, with_optimizer=True, epochs=2, lr=0.1, spoil_at=None, data=None):
    """Train as README does, with a scheduler; return what was logged and is true."""
    x, y = data or points()
    loader = DataLoader(TensorDataset(x, y), batch_size=6)
    optimizer = SGD([p for p in model.parameters() if p.requires_grad], lr=lr)
    scheduler = lr_scheduler.ExponentialLR(optimizer, 0.9)
    recorder = Recorder(model, *([optimizer] if with_optimizer else []))
    weights, losses, rates = [], [], []
    for _ in range(epochs):
        for inputs, labels in loader:
            optimizer.zero_grad()
            loss = nn.functional.mse_loss(model(inputs), labels)
            if len(losses) == spoil_at:
                loss = loss * torch.nan
            loss.backward()
            recorder.log(loss)
            weights.append(vector(model))
            losses.append(loss.item())
            rates.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            scheduler.step()
    return recorder, np.array(weights), np.array(losses), np.array(rates)


@pytest.mark.parametrize("steps", [None, 8, 100])
def test_the_steps_follow_the_log(steps):
    model = mlp()
    recorder, weights, losses, rates = train(model)
    problem = network(model, points(), MSELoss())
    experiment = Experiment(problem, {"mine": recorder}, steps)
    recording = record(experiment)
    (run,) = recording.trajectories
    assert recording.steps == run.outcome.step == len(losses) - 1 == 7
    assert not run.outcome.diverged
    np.testing.assert_array_equal(run.loss, losses)
    np.testing.assert_array_equal(run.lr, np.column_stack([rates, rates]))
    expected, _ = recording.problem.project(weights)
    np.testing.assert_allclose(run.params, expected, atol=1e-6)


def test_fewer_steps_show_the_first_ones():
    model = mlp()
    recorder, _, losses, _ = train(model)
    problem = network(model, points(), MSELoss())
    (run,) = record(Experiment(problem, {"mine": recorder}, 3)).trajectories
    assert run.outcome.step == 3
    np.testing.assert_array_equal(run.loss, losses[:4])


def test_readme_s_recipe_is_drawn_by_all_panels():
    model = mlp(nn.BatchNorm1d(5))
    recorder, *_ = train(model)
    problem = network(model, points(), MSELoss())
    training = Experiment(problem, {"my loop": recorder}, steps=8)
    panels = [
        Heatmap(training, scale="log", points=9),
        LossCurve(training),
        LearningRate(training),
    ]
    animation = compose(Scene(panels, seconds=4), size=(600, 240), fps=1)
    animation.to_jshtml(fps=2)  # it draws each frame


def test_a_loop_that_ends_in_nan_has_diverged_at_its_step():
    model = mlp()
    recorder, _, losses, _ = train(model, spoil_at=5)
    assert np.isnan(losses[5:]).all()
    problem = network(model, points(), MSELoss())
    settings = {"mine": recorder, "ours": partial(SGD, lr=0.1)}
    mine, ours = record(Experiment(mlp_problem(), settings, 7)).trajectories
    (alone,) = record(Experiment(problem, {"mine": recorder}, 7)).trajectories
    for run in (mine, alone):
        assert (run.outcome.diverged, run.outcome.step) == (True, 5)
        for values in (run.params, run.loss, run.lr, run.off_plane):
            assert np.isfinite(values[:5]).all() and np.isnan(values[5:]).all()
    assert np.isfinite(ours.params).all() and not ours.outcome.diverged


def mlp_problem():
    return network(mlp(), points(), MSELoss())


def test_a_loop_that_begins_with_nan_is_refused():
    model = mlp()
    recorder, *_ = train(model, spoil_at=0)
    experiment = Experiment(mlp_problem(), {"mine": recorder})
    with pytest.raises(SceneError, match="loss of 'mine' is not finite at the start"):
        record(experiment)


def test_loops_of_other_lengths_stand_beside_settings():
    model = mlp()
    recorder, _, losses, _ = train(model)
    longer, *_ = train(mlp(), epochs=3)
    settings = {"mine": recorder, "longer": longer, "ours": partial(SGD, lr=0.1)}
    mine, longer, ours = record(Experiment(mlp_problem(), settings)).trajectories
    assert [run.outcome.step for run in (mine, longer, ours)] == [7, 11, 11]
    np.testing.assert_array_equal(mine.loss[:8], losses)
    assert np.isnan(mine.loss[8:]).all() and np.isnan(mine.params[8:]).all()
    assert not mine.outcome.diverged
    mine, longer, ours = record(Experiment(mlp_problem(), settings, 20)).trajectories
    assert [run.outcome.step for run in (mine, longer, ours)] == [7, 11, 20]


def test_a_loop_equals_our_own_setting():
    """The same training, logged by a loop and run by an experiment."""
    model = mlp()
    x, y = points()
    optimizer = SGD(model.parameters(), lr=0.1)
    recorder = Recorder(model, optimizer)
    for _ in range(6):
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(x), y)
        loss.backward()
        recorder.log(loss)
        optimizer.step()
    settings = {"mine": recorder, "ours": partial(SGD, lr=0.1)}
    mine, ours = record(Experiment(mlp_problem(), settings)).trajectories
    np.testing.assert_array_equal(mine.params, ours.params)
    np.testing.assert_array_equal(mine.loss, ours.loss)
    np.testing.assert_array_equal(mine.lr, ours.lr)


def test_the_line_s_loop_is_drawn_on_its_own_map():
    problem = line_fit(MSELoss())
    model = problem.model()
    optimizer = SGD(model.parameters(), lr=0.1)
    recorder = Recorder(model, optimizer)
    for _ in range(11):
        optimizer.zero_grad()
        loss = problem.loss(model)
        loss.backward()
        recorder.log(loss)
        optimizer.step()
    (run,) = record(Experiment(problem, {"mine": recorder})).trajectories
    params, losses = plain_loop(MSELoss(), 10, lr=0.1)
    np.testing.assert_array_equal(run.params, params)
    np.testing.assert_array_equal(run.loss, losses)
    np.testing.assert_array_equal(run.lr, 0.1)


@pytest.mark.parametrize("with_optimizer", [True, False])
def test_a_learning_rate_needs_the_optimizer(with_optimizer):
    recorder, *_ = train(mlp(), with_optimizer=with_optimizer)
    scene = Scene([LearningRate(Experiment(mlp_problem(), {"mine": recorder}))])
    if with_optimizer:
        still = compose(scene)
        still._draw_was_started = True  # it need not be saved
        return
    message = r"'mine' was logged without its .*; write Recorder\(model, optimizer\)"
    with pytest.raises(SceneError, match=message):
        compose(scene)


def test_optimizers_without_a_learning_rate_have_no_panel_of_it():
    class Fixed(torch.optim.Optimizer):
        def __init__(self, params):
            super().__init__(params, {})

        @torch.no_grad()
        def step(self):
            for group in self.param_groups:
                for parameter in group["params"]:
                    parameter -= 0.01 * parameter.grad

    experiment = Experiment(mlp_problem(), {"fixed": Fixed}, 3)
    with pytest.raises(SceneError, match=r"no setting of .* has a learning rate"):
        compose(Scene([LearningRate(experiment)]))


class ComplexModel(nn.Module):
    def __init__(self):
        super().__init__()
        self.z = nn.Parameter(torch.randn(4, 1, dtype=torch.complex64))

    def forward(self, x):
        return (x.to(torch.complex64) @ self.z).abs()


class SparseModel(nn.Module):
    def __init__(self):
        super().__init__()
        self.table = nn.Embedding(5, 3, sparse=True)

    def forward(self, x):
        return self.table((4 * x).long().abs() % 5).mean((1, 2)).unsqueeze(1)


def frozen():
    model = mlp()
    model[0].requires_grad_(False)
    return model


@pytest.mark.parametrize(
    ("make", "dtype", "size"),
    [
        (lambda: mlp().bfloat16(), torch.bfloat16, 31),
        (lambda: mlp().double(), torch.float64, 31),
        (ComplexModel, torch.float32, 8),
        (SparseModel, torch.float32, 15),
        (frozen, torch.float32, 31),
        (lambda: mlp(nn.BatchNorm1d(5)), torch.float32, 41),
    ],
    ids=["bfloat16", "float64", "complex", "sparse", "frozen", "batch norm"],
)
def test_loops_of_any_model(make, dtype, size):
    model = make()
    data = tuple(tensor.to(dtype) for tensor in points())
    recorder, weights, losses, _ = train(model, data=data)
    experiment = Experiment(network(model, data, MSELoss()), {"mine": recorder})
    (run,) = record(experiment).trajectories
    logged = recorder.path.weights()
    wide = dtype == torch.float64
    assert logged.shape == (8, size)
    assert logged.dtype == (np.float64 if wide else np.float32)
    np.testing.assert_array_equal(run.loss, losses)
    assert np.isfinite(run.params).all()
    np.testing.assert_array_equal(logged, weights)
    if make is frozen:
        assert (logged[:, :25] == logged[0, :25]).all()


def test_a_loop_that_logs_nothing():
    experiment = Experiment(mlp_problem(), {"mine": Recorder(mlp())})
    with pytest.raises(SceneError, match="'mine': no step was logged; call log"):
        record(experiment)
