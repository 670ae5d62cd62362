"""The recorder against the article, a plain torch loop and closed forms."""

from functools import partial

import numpy as np
import pytest
import torch
from conftest import ARTICLE, SETTINGS, plain_loop
from torch.nn import HuberLoss, L1Loss, MSELoss, SmoothL1Loss
from torch.optim import SGD, Adam

from animator import Experiment, SceneError, record
from animator.problems import Coordinate, line_fit


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
