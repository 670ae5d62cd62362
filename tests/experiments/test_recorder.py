"""The recorder against the article, a plain torch loop and closed forms."""

import copy
from functools import partial

import numpy as np
import pytest
import torch
from conftest import ARTICLE, SETTINGS, plain_loop
from torch.nn import HuberLoss, L1Loss, MSELoss, SmoothL1Loss
from torch.optim import SGD, Adam

from animator import Experiment, SceneError, record
from animator.experiments.logs import WeightLog
from animator.experiments.runs import run_setting
from animator.problems import Coordinate, line_fit, network, surface


def test_the_article_s_printout():
    recording = record(Experiment(line_fit(MSELoss()), {"a": partial(SGD, lr=0.1)}))
    loss = recording.trajectories[0].loss
    assert loss.dtype == np.float32
    assert {step: loss[step].item() for step in ARTICLE} == ARTICLE


@pytest.mark.parametrize("loss", [MSELoss(), L1Loss(), HuberLoss(), SmoothL1Loss()])
def test_every_setting_equals_a_plain_torch_loop(loss):
    settings = {label: partial(SGD, **kw) for label, kw in SETTINGS.items()}
    recording = record(Experiment(line_fit(loss), settings))
    for trajectory in recording.trajectories:
        params, losses = plain_loop(loss, **SETTINGS[trajectory.label])
        np.testing.assert_array_equal(trajectory.params, params)
        np.testing.assert_array_equal(trajectory.loss, losses)
        assert not trajectory.outcome.diverged


class Quadratic:
    """f = (a x² + b y²) / 2, in double precision."""

    name = "quadratic"
    x, y = Coordinate("x", -2, 2), Coordinate("y", -2, 2)
    start = (1.5, -1.0)

    def __init__(self, a, b):
        self.a, self.b = a, b

    def model(self):
        model = torch.nn.Module()
        for name, value in zip("xy", self.start, strict=True):
            tensor = torch.tensor(value, dtype=torch.float64)
            setattr(model, name, torch.nn.Parameter(tensor))
        return model

    def loss(self, model):
        return self.losses(model.x, model.y)

    def losses(self, x, y):
        return (self.a * x**2 + self.b * y**2) / 2


def test_heavy_ball_on_a_quadratic_has_its_closed_form():
    # x' = x - lr v', v' = m v + a x: a linear map whose powers are the trajectory.
    lr, m, curvature = 0.1, 0.7, (1.0, 6.0)
    setting = {"ball": partial(SGD, lr=lr, momentum=m)}
    trajectory = record(Experiment(Quadratic(*curvature), setting, 40)).trajectories[0]
    for axis, a in enumerate(curvature):
        step = np.array([[1 - lr * a, -lr * m], [a, m]])  # of (x, v)
        x = [
            (np.linalg.matrix_power(step, k) @ [Quadratic.start[axis], 0])[0]
            for k in range(41)
        ]
        np.testing.assert_allclose(trajectory.params[:, axis], x, rtol=0, atol=1e-13)
        np.testing.assert_allclose(
            trajectory.gradient[:, axis], a * np.array(x), rtol=0, atol=1e-12
        )


def test_divergence_is_an_outcome():
    setting = {"too far": partial(SGD, lr=10.0)}
    trajectory = record(Experiment(line_fit(MSELoss()), setting, 200)).trajectories[0]
    end = trajectory.outcome.step
    assert trajectory.outcome.diverged and 0 < end < 200
    assert np.isfinite(trajectory.loss[:end]).all()
    assert np.isnan(trajectory.loss[end:]).all()
    assert np.isnan(trajectory.params[end:]).all()
    np.testing.assert_array_equal(trajectory.params_at(150), trajectory.params[end - 1])


def test_params_between_two_steps_lie_on_the_way():
    trajectory = record(
        Experiment(line_fit(MSELoss()), {"a": partial(SGD, lr=0.1)}, 3)
    ).trajectories[0]
    np.testing.assert_allclose(
        trajectory.params_at(1.25),
        0.75 * trajectory.params[1] + 0.25 * trajectory.params[2],
        rtol=1e-6,
    )
    np.testing.assert_array_equal(trajectory.params_at(3), trajectory.params[3])


def test_recording_leaves_the_random_state_alone():
    torch_state, numpy_state = torch.get_rng_state(), np.random.get_state()
    record(Experiment(line_fit(MSELoss()), {"a": partial(Adam, lr=0.1)}, 3))
    assert torch.equal(torch.get_rng_state(), torch_state)
    np.testing.assert_array_equal(np.random.get_state()[1], numpy_state[1])


def test_a_failing_problem_is_named_with_setting_and_step():
    class Broken(Quadratic):
        calls = 0

        def loss(self, model):
            self.calls += 1
            if self.calls > 2:
                raise ArithmeticError("out of paper")
            return super().loss(model)

    experiment = Experiment(Broken(1, 1), {"plain": partial(SGD, lr=0.1)}, 5)
    with pytest.raises(SceneError, match="'plain' failed at step 2: out of paper"):
        record(experiment)


def loop_in(model, loss_of, steps=10, **sgd):
    """A plain loop; return the parameters (steps + 1, P) and losses as numbers."""
    optimizer = SGD(model.parameters(), **sgd)
    params, losses = [], []
    for _ in range(steps + 1):
        optimizer.zero_grad()
        loss = loss_of(model)
        loss.backward()
        parts = [real(p.detach()).flatten().double() for p in model.parameters()]
        params.append(torch.cat(parts).numpy())
        losses.append(loss.item())
        optimizer.step()
    return np.array(params), np.array(losses)


def real(tensor):
    return torch.view_as_real(tensor) if tensor.is_complex() else tensor


def test_double_precision_is_kept():
    sgd = {"lr": 0.05, "momentum": 0.9}
    bowl = surface(
        lambda x, y: x**2 + 3 * y**2, x=(-2, 2), y=(-2, 2), start=(1, 1),
        dtype=torch.float64,
    )  # fmt: skip
    line = line_fit(MSELoss(), dtype=torch.float64)
    for problem, order in ((Quadratic(1, 6), 1), (bowl, 1), (line, -1)):
        setting = {"it": partial(SGD, **sgd)}
        (run,) = record(Experiment(problem, setting, 10)).trajectories
        params, losses = loop_in(problem.model(), problem.loss, **sgd)
        for values in (run.params, run.loss, run.gradient):
            assert values.dtype == np.float64
        np.testing.assert_array_equal(run.params, params[:, ::order])
        np.testing.assert_array_equal(run.loss, losses)
        assert (run.params != run.params.astype(np.float32)).any()


def some_data(dtype):
    order = torch.Generator().manual_seed(0)
    x = torch.randn(12, 4, generator=order)
    return x.to(dtype), torch.sin(x.sum(1, keepdim=True)).to(dtype)


class Mixed(torch.nn.Module):
    """A layer in half the precision of the other."""

    def __init__(self):
        super().__init__()
        self.first = torch.nn.Linear(4, 5)
        self.second = torch.nn.Linear(5, 1, dtype=torch.bfloat16)

    def forward(self, x):
        return self.second(torch.tanh(self.first(x)).bfloat16()).to(x.dtype)


class Spiral(torch.nn.Module):
    """Complex weights."""

    def __init__(self):
        super().__init__()
        self.z = torch.nn.Parameter(torch.randn(4, 1, dtype=torch.complex64))

    def forward(self, x):
        return (x.to(torch.complex64) @ self.z).real


@pytest.mark.parametrize(
    ("make", "dtype", "kept"),
    [
        (lambda: torch.nn.Linear(4, 1).double(), torch.float64, np.float64),
        (lambda: torch.nn.Linear(4, 1).bfloat16(), torch.bfloat16, np.float32),
        (Mixed, torch.float32, np.float32),
        (Spiral, torch.float32, np.float32),
    ],
    ids=["float64", "bfloat16", "mixed", "complex"],
)
def test_networks_of_any_precision_equal_a_plain_loop(make, dtype, kept):
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = make()
    twin, (x, y) = copy.deepcopy(model), some_data(dtype)
    problem = network(model, (x, y), MSELoss())
    experiment = Experiment(problem, {"it": partial(SGD, lr=0.1)}, 10)
    run = run_setting(experiment, "it", 10, lambda run: WeightLog(run.model), None)
    params, losses = loop_in(twin, lambda m: MSELoss()(m(x), y), lr=0.1)
    assert run.log.weights().dtype == kept
    np.testing.assert_array_equal(run.log.weights(), params)
    np.testing.assert_array_equal(run.losses, losses)
    (drawn,) = record(experiment).trajectories
    assert np.isfinite(drawn.params).all()


def test_a_complex_number_is_two_coordinates():
    class Root:
        name, start = "root", (1.0, 0.5)
        x, y = Coordinate("z.real", -2, 2), Coordinate("z.imag", -2, 2)

        def model(self):
            model = torch.nn.Module()
            model.z = torch.nn.Parameter(torch.tensor(complex(*self.start)))
            return model

        def loss(self, model):
            return (model.z**2 + 1).abs() ** 2

        def losses(self, x, y):
            return (torch.complex(x, y) ** 2 + 1).abs() ** 2

    problem = Root()
    (run,) = record(Experiment(problem, {"it": partial(SGD, lr=0.02)}, 10)).trajectories
    params, losses = loop_in(problem.model(), problem.loss, lr=0.02)
    np.testing.assert_array_equal(run.params, params)
    np.testing.assert_array_equal(run.loss, losses.astype(np.float32))
    steps = -np.float32(0.02) * run.gradient[:-1]
    np.testing.assert_allclose(np.diff(run.params, axis=0), steps, atol=1e-6)
