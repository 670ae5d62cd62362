"""How a loss is called, and what is refused."""

import functools

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from animator import Experiment, SceneError, record
from animator.problems import network


def data():
    torch.manual_seed(0)
    return torch.randn(20, 3), torch.randint(0, 2, (20,))


def net():
    torch.manual_seed(1)
    return nn.Linear(3, 2)


class Net(nn.Linear):
    pass


class Losses(nn.Module):
    def forward(self, model, batch):
        return F.cross_entropy(model(batch[0]), batch[1])

    def bound(self, m, batch):
        return F.cross_entropy(m(batch[0]), batch[1])

    def scaled(self, outputs, labels, scale):
        return scale * F.cross_entropy(outputs, labels)


class Called:
    def __call__(self, network, batch):
        return F.cross_entropy(network(batch[0]), batch[1])


def annotated(f: nn.Module, b: tuple) -> torch.Tensor:
    return F.cross_entropy(f(b[0]), b[1])


def annotated_by_name(f: "Net", b):
    return F.cross_entropy(f(b[0]), b[1])


def annotated_outputs(model: torch.Tensor, b):
    return F.cross_entropy(model, b)


@pytest.mark.parametrize(
    ("loss", "of_model"),
    [
        (nn.CrossEntropyLoss(), False),
        (F.cross_entropy, False),
        (functools.partial(F.cross_entropy, label_smoothing=0.0), False),
        (lambda a, b: F.cross_entropy(a, b), False),
        (functools.partial(Losses().scaled, scale=1), False),
        (annotated_outputs, False),
        (Losses(), True),
        (Losses().bound, True),
        (Called(), True),
        (annotated, True),
        (annotated_by_name, True),
        (lambda m, b: F.cross_entropy(m(b[0]), b[1]), True),
        (
            functools.partial(lambda k, f, b: k * F.cross_entropy(f(b[0]), b[1]), 1),
            True,
        ),
    ],
)
def test_how_a_loss_is_called(loss, of_model):
    problem = network(net(), data(), loss)
    assert problem.objective.of_model is of_model
    inputs, labels = data()
    expected = F.cross_entropy(net()(inputs), labels).item()
    assert problem.loss(problem.model()).item() == pytest.approx(expected)


def test_a_loss_that_can_be_called_both_ways_is_refused():
    weight = torch.ones((), requires_grad=True)
    with pytest.raises(SceneError, match="name its first parameter 'outputs' or 'mod"):
        network(net(), data(), lambda a, b: weight * 1)


@pytest.mark.parametrize(
    ("loss", "message"),
    [
        (lambda model, b: F.cross_entropy(model(b), b), "TypeError"),
        (lambda a, b: a.nonsense(b), r"loss\(outputs, labels\) fails with Attribute"),
        (lambda outputs, labels: 3.0, "the loss returns a float; write it with torch"),
        (lambda outputs, y: F.cross_entropy(outputs, y).detach(), "has no gradient"),
    ],
)
def test_losses_that_cannot_be(loss, message):
    with pytest.raises(SceneError, match=message) as error:
        network(net(), data(), loss)
    assert "\n" not in str(error.value)


class Center(nn.Module):
    def __init__(self):
        super().__init__()
        self.centers = nn.Parameter(torch.ones(2, 2))

    def forward(self, outputs, labels):
        return F.mse_loss(outputs, self.centers[labels])


class Both(nn.Module):
    def __init__(self):
        super().__init__()
        self.net, self.criterion = net(), Center()

    def forward(self, inputs):
        return self.net(inputs)


def test_a_criterion_with_parameters_is_refused_and_the_advice_works():
    center = Center()
    for loss in (center, lambda o, y: center(o, y), functools.partial(center)):
        with pytest.raises(SceneError, match="parameters of its own") as error:
            network(net(), data(), loss)
    assert "move them into the model and give loss(model, batch)" in str(error.value)
    problem = network(
        Both(), data(), lambda model, b: model.criterion(model(b[0]), b[1])
    )
    make = functools.partial(torch.optim.SGD, lr=0.1)
    (trajectory,) = record(Experiment(problem, {"a": make}, 3)).trajectories
    model, (x, y) = Both(), data()
    optimizer = make(model.parameters())
    for step in range(4):
        loss = model.criterion(model(x), y)
        assert trajectory.loss[step] == loss.item()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert (model.criterion.centers != 1).any()
    center.requires_grad_(False)
    network(net(), data(), center)


def test_a_teacher_without_gradient_is_no_parameter_of_the_loss():
    teacher = nn.Linear(2, 2)

    def distill(outputs, labels):
        with torch.no_grad():
            aim = teacher(F.one_hot(labels, 2).float())
        return F.mse_loss(outputs, aim)

    network(net(), data(), distill)


def test_data_in_another_precision_are_converted_only_if_they_must_be():
    x, y = data()
    single = network(net(), (x.double(), y), nn.CrossEntropyLoss())
    assert single.inputs.dtype == torch.float32 and single.labels.dtype == torch.int64
    double = network(net().double(), (x, y), nn.CrossEntropyLoss())
    assert double.inputs.dtype == torch.float64
    half = network(net().bfloat16(), (x, y), nn.CrossEntropyLoss())
    assert half.inputs.dtype == torch.bfloat16

    class Casting(nn.Linear):
        def forward(self, inputs):
            return super().forward(inputs.float())

    kept = network(Casting(3, 2), (x.double(), y), nn.CrossEntropyLoss())
    assert kept.inputs.dtype == torch.float64
