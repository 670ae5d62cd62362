"""Metrics: how they are called, and what is refused."""

from functools import partial

import numpy as np
import pytest
import torch
from torch import nn
from torch.optim import SGD
from torch.utils.data import DataLoader, TensorDataset

from animator import Experiment, SceneError
from animator.problems import line_fit, network, sphere
from animator.problems.metrics import bind_metrics

PLAIN = {"plain": partial(SGD, lr=0.1)}
POINTS = torch.arange(6.0).reshape(3, 2), torch.tensor([0, 1, 1])


class Squared(nn.Module):
    """A loss of the user's own."""

    def forward(self, outputs, labels):
        return (outputs.sum(1) - labels).square().sum()


def squared(outputs, labels, power=2):
    return ((outputs.sum(1) - labels).abs() ** power).sum()


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (lambda anything: anything.bias.sum(), 1.0),
        (lambda anything, power=2: anything.bias.sum() ** power, 1.0),
        (squared, 110.0),
        (partial(squared, power=1), 16.0),
        (Squared(), 110.0),
        (nn.CrossEntropyLoss(), None),
        (lambda *both: both[1].sum(), 2),
        (lambda net, batch: batch[0].sum() + net.bias.sum(), 16.0),
        (lambda a, b, c: a(b).sum() + c.sum(), 20.0),
        (lambda outputs, labels: np.float64(3.5), 3.5),
        (lambda outputs, labels: (outputs.argmax(1) == labels).any(), 1.0),
    ],
)
def test_the_signature_decides_how_a_metric_is_called(function, expected):
    model = nn.Linear(2, 2)
    with torch.no_grad():
        model.weight.copy_(torch.tensor([[1.0, 0.0], [0.0, 1.0]]))
        model.bias.copy_(torch.tensor([0.0, 1.0]))
    if expected is None:
        expected = nn.functional.cross_entropy(model(POINTS[0]), POINTS[1]).item()
    (metric,) = bind_metrics("it", {"m": function}, 1, POINTS)
    assert metric.measure(model) == expected


def test_outputs_are_computed_in_chunks_where_that_is_exact():
    torch.manual_seed(0)
    x = torch.randn(900, 3)
    y = (x.sum(1) > 0).long()
    model = nn.Sequential(nn.Linear(3, 20), nn.BatchNorm1d(20), nn.Linear(20, 2))
    problem = network(
        model,
        (x, y),
        nn.CrossEntropyLoss(),
        memory=20_000,
        metrics={"right": lambda outputs, labels: (outputs.argmax(1) == labels).sum()},
    )
    twin, sizes = problem.model().eval(), []
    twin[0].register_forward_hook(lambda m, given, out: sizes.append(len(out)))
    (metric,) = problem.metrics
    value = metric.measure(twin)
    assert sum(sizes) == 900
    assert len(sizes) > 3
    assert value == (twin(x).argmax(1) == y).sum().item()


def test_validation_data_may_be_a_loader_and_get_the_model_s_precision():
    x, y = torch.randn(9, 2), torch.randn(9, 1)
    held = DataLoader(TensorDataset(x.double(), y.double()), batch_size=4)
    problem = network(
        nn.Linear(2, 1), (x.double(), y.double()), nn.MSELoss(), validation=held
    )
    (metric,) = problem.metrics
    model = problem.model()
    assert metric.name == "validation loss"
    expected = nn.functional.mse_loss(model(x), y).item()
    assert metric.measure(model) == pytest.approx(expected, rel=1e-6)
    assert problem.without_metrics().metrics == ()


def fit(**options):
    return network(nn.Linear(2, 1), (torch.zeros(4, 2), torch.zeros(4, 1)), **options)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda f: fit(loss=nn.MSELoss(), metrics=[f]), "metrics are .*by name"),
        (lambda f: fit(loss=nn.MSELoss(), metrics={3: f}), "3 is not a name"),
        (lambda f: fit(loss=nn.MSELoss(), metrics={"lr": f}), "logged already"),
        (lambda f: fit(loss=nn.MSELoss(), metrics={"m": 3}), "'m' is 3; give a func"),
        (lambda f: fit(loss=nn.MSELoss(), metrics={"m": nn.MSELoss}), "give a func"),
        (lambda f: fit(loss=nn.MSELoss(), metrics={"m": lambda: 1}), "0 parameters"),
        (lambda f: fit(loss=nn.MSELoss(), metrics={"m": f}, every=0), "every is 0"),
        (
            lambda f: fit(loss=nn.MSELoss(), validation=(torch.zeros(4, 3),) * 2),
            "network: validation: .*; give data of the same form",
        ),
        (
            lambda f: Experiment(sphere, PLAIN, metrics={"m": lambda o, y: 1}),
            r"'m' needs data, as f\(outputs, labels\), but the problem has none",
        ),
        (
            lambda f: Experiment(
                fit(loss=nn.MSELoss(), metrics={"m": f}), PLAIN, metrics={"m": f}
            ),
            "two metrics are named 'm'",
        ),
        (
            lambda f: Experiment(
                line_fit(nn.MSELoss()), PLAIN, metrics={"m": f}, every=1.5
            ),
            "every is 1.5; give a whole number",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_measured_is_refused(make, message):
    with pytest.raises(SceneError, match=message) as caught:
        make(lambda model: 1.0)
    assert "\n" not in str(caught.value)
