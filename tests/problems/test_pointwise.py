"""Lines, curves and surfaces: their maps are what is trained, whatever the loss."""

from functools import partial

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn
from torch.optim import SGD

from animator import Experiment, SceneError, loss_map, record
from animator.problems import Polynomial, curve_fit, line_fit, surface

DRAWN = {"x": ("c[0]", -3, 3), "y": ("c[1]", -3, 3)}


def along_rows(outputs, labels):
    """Of (n, 1); over (n,) it would fail or mean something else."""
    return (outputs - labels).square().sum(dim=1).mean() + 0.1 * outputs.shape[1]


def looks_at_values(outputs, labels):
    error = (outputs - labels).square().mean()
    return error if error.item() < 5 else error.sqrt()


def derives(outputs, labels):
    outputs = outputs.detach().requires_grad_() if outputs.is_leaf else outputs
    slope = torch.autograd.grad(outputs.sum(), outputs, create_graph=True)[0]
    return ((outputs - labels) * slope).square().mean()


@pytest.mark.parametrize("loss", [nn.MSELoss(), along_rows, looks_at_values, derives])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("kind", ["line", "curve"])
def test_the_map_is_the_loss_that_is_trained(loss, dtype, kind):
    if kind == "line":
        problem = line_fit(loss, dtype=dtype)
    else:
        model = Polynomial(1.0, 0.5, 0.2).to(dtype)
        problem = curve_fit(model, loss, **DRAWN)
    recording = record(Experiment(problem, {"a": partial(SGD, lr=0.05)}, 5))
    (trajectory,) = recording.trajectories
    x, y = torch.from_numpy(trajectory.params).T
    assert x.dtype == dtype
    with torch.no_grad():
        found = problem.losses(x, y)
    rtol = 1e-5 if dtype == torch.float32 else 1e-12
    np.testing.assert_allclose(found, trajectory.loss, rtol=rtol)


def test_losses_with_random_numbers_are_mapped_the_same_each_time():
    problem = line_fit(lambda a, b: F.mse_loss(F.dropout(a, 0.5), b))
    one, two = loss_map(problem, 4), loss_map(problem, 4)
    assert np.array_equal(one.loss, two.loss)


@pytest.mark.parametrize(
    ("loss", "message"),
    [
        (lambda a, b: 3.0, "the loss returns 3.0, a float; write it with torch's"),
        (lambda a, b: (a - b).detach().mean(), "has no gradient; write it with"),
        (
            nn.MSELoss(reduction="none"),
            r"the loss returns several numbers, of shape \(50, 1\)",
        ),
        (lambda a: a.mean(), "TypeError"),
        (lambda a, b: np.abs((a - b).detach().numpy()).mean(), "float32; write it"),
    ],
)
def test_losses_that_cannot_be_trained_on(loss, message):
    for make in (line_fit, partial(curve_fit, Polynomial(0.0, 0.0), **DRAWN)):
        with pytest.raises(SceneError, match=message) as error:
            make(loss)
        assert "\n" not in str(error.value)


def test_a_curve_s_loss_that_refers_to_its_model_is_refused():
    model = Polynomial(1.0, 0.5, 0.2)
    with pytest.raises(SceneError, match="refers to the model, but a copy of it is"):
        curve_fit(model, lambda a, b: F.mse_loss(a, b) + model.c.norm(), **DRAWN)


def test_a_curve_that_is_another_one_in_training_is_refused():
    def wide(*more):
        torch.manual_seed(0)
        return nn.Sequential(nn.Linear(1, 4), *more, nn.Linear(4, 1))

    drawn = {"x": ("0.bias[0]", -1, 1), "y": ("0.bias[1]", -1, 1)}
    for layer in (nn.Dropout(0.5), nn.BatchNorm1d(4)):
        with pytest.raises(
            SceneError, match="behaves differently in training and in eval"
        ):
            curve_fit(wide(layer), nn.MSELoss(), **drawn)
        curve_fit(wide(layer).eval(), nn.MSELoss(), **drawn)


matrix = torch.tensor([[2.0, 0.5], [0.5, 1.0]], dtype=torch.float64)


def only_double(x, y):
    return torch.einsum(
        "i...,ij,j...->...", torch.stack([x, y]), matrix, torch.stack([x, y])
    )


def slope(x, y):
    """The derivative of x³ y with respect to x, taken by torch."""
    x = x if x.requires_grad else x.detach().requires_grad_()
    with torch.enable_grad():
        return torch.autograd.grad((x**3 * y).sum(), x, create_graph=True)[0] + x**2


RANGES = {"x": (-2.0, 3.0), "y": (-2.0, 2.0), "start": (1.0, 1.0)}


def test_a_surface_has_its_own_precision():
    with pytest.raises(SceneError, match="tensors x and y of float32"):
        surface(only_double, **RANGES)
    problem = surface(only_double, **RANGES, dtype=torch.float64)
    found = loss_map(problem, 5)
    x, y = np.meshgrid(found.x, found.y)
    np.testing.assert_allclose(found.loss, 2 * x**2 + x * y + y**2, rtol=1e-14)


def test_surfaces_that_take_derivatives_or_random_numbers():
    found = loss_map(surface(slope, **RANGES), 5)
    x, y = np.meshgrid(found.x, found.y)
    np.testing.assert_allclose(found.loss, 3 * x**2 * y + x**2, rtol=1e-5, atol=1e-5)
    noisy = surface(lambda x, y: x**2 + y**2 + torch.randn_like(x), **RANGES)
    assert np.array_equal(loss_map(noisy, 5).loss, loss_map(noisy, 5).loss)


@pytest.mark.parametrize(
    "function",
    [
        lambda x, y: (x**2 + y**2) / (x.max() + 10),
        lambda x, y: x**2 + y.mean(),
        lambda x, y: x**2 + y**2 - 0.1 * x.flip(0),
        lambda x, y: (x - x.max().clamp(min=2.5)) ** 2 + y**2,
        lambda x, y: x[1] * 0 + x**2 + y[1:].sum() * 0,
    ],
)
def test_surfaces_that_are_not_elementwise(function):
    with pytest.raises(SceneError, match="the function is not elementwise") as error:
        surface(function, **RANGES)
    assert "\n" not in str(error.value)
