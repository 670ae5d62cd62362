"""Losses over all points: in chunks or at once, they are what plain torch gives."""

import dataclasses
from collections import namedtuple

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn

from animator.problems import network

SMALL = 3000
"""Bytes: about 20 points at once."""


def points(count=150, seed=3):
    torch.manual_seed(seed)
    labels = torch.randint(0, 3, (count,)).sort().values
    return torch.randn(count, 4) + labels[:, None], labels


def net(last=3):
    torch.manual_seed(1)
    return nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, last))


def values(model, data, loss):
    """The loss over all points at once and in chunks, and how it is split."""
    found = []
    for memory in (1 << 28, SMALL):
        problem = network(model, data, loss, memory=memory)
        found.append(problem.measured_loss(problem.model()).item())
    return (*found, problem.evaluation.splitting)


ignoring = nn.CrossEntropyLoss(ignore_index=1)
weighted = nn.CrossEntropyLoss(weight=torch.tensor([1.0, 10.0, 0.1]))


@pytest.mark.parametrize(
    "criterion",
    [
        nn.CrossEntropyLoss(),
        weighted,
        ignoring,
        nn.CrossEntropyLoss(reduction="sum"),
        nn.CrossEntropyLoss(label_smoothing=0.1),
        F.cross_entropy,
        lambda a, b: F.cross_entropy(a, b, weight=torch.tensor([1.0, 10.0, 0.1])),
    ],
)
def test_criteria_see_all_outputs(criterion):
    inputs, labels = points()
    expected = criterion(net()(inputs), labels).item()
    *found, splitting = values(net(), (inputs, labels), criterion)
    assert found == pytest.approx([expected] * 2, rel=1e-6)
    assert splitting == "outputs"


def r_squared(outputs, labels):
    labels = labels[:, None].float()
    return ((outputs - labels) ** 2).sum() / ((labels - labels.mean()) ** 2).sum()


def cox(outputs, labels):
    risk = outputs[:, 0]
    return (torch.logcumsumexp(risk, 0) - risk).mean()


@pytest.mark.parametrize("criterion", [r_squared, cox])
def test_criteria_that_couple_points(criterion):
    inputs, labels = points()
    expected = criterion(net(1)(inputs), labels).item()
    *found, _ = values(net(1), (inputs, labels), criterion)
    assert found == pytest.approx([expected] * 2, rel=1e-6)


def contrastive(model, batch):
    codes = F.normalize(model(batch[0]), dim=1)
    return F.cross_entropy(codes @ codes.T, torch.arange(len(codes)))


def penalized(model, batch):
    norm = sum(p.square().sum() for p in model.parameters())
    return F.cross_entropy(model(batch[0]), batch[1]) + 0.01 * norm


@pytest.mark.parametrize(
    ("loss", "splitting"),
    [
        (lambda model, b: F.cross_entropy(model(b[0]), b[1]), "mean"),
        (lambda m, b: F.cross_entropy(m(b[0]), b[1], reduction="sum"), "sum"),
        (penalized, "mean"),
        (contrastive, "once"),
        (lambda model, b: weighted(model(b[0]), b[1]), "once"),
        (lambda model, b: ignoring(model(b[0]), b[1]), "once"),
        (lambda model, b: 1 + penalized(model, b) * len(b[0]), "once"),
    ],
)
def test_losses_of_a_model_and_a_batch(loss, splitting):
    data = points()
    expected = loss(net(), data).item()
    *found, kind = values(net(), data, loss)
    assert found == pytest.approx([expected] * 2, rel=1e-6)
    assert kind == splitting


def test_one_point_of_another_weight_is_noticed_though_all_losses_start_equal():
    inputs, _ = points()
    labels = torch.zeros(150, dtype=torch.long)
    labels[97] = 1
    model = net()
    nn.init.zeros_(model[2].weight)
    nn.init.zeros_(model[2].bias)
    problem = network(
        model, (inputs, labels), lambda model, b: weighted(model(b[0]), b[1]),
        memory=SMALL,
    )  # fmt: skip
    assert problem.evaluation.splitting == "once"
    trained = net()
    expected = weighted(trained(inputs), labels).item()
    assert problem.measured_loss(trained).item() == pytest.approx(expected, rel=1e-6)


Pair = namedtuple("Pair", "x z")


@dataclasses.dataclass
class Output:
    logits: torch.Tensor
    name: str = "logits"


class Two(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(8, 3)

    def forward(self, x, z):
        return Output(self.layer(torch.cat([x, z], 1)))


def two_loss(outputs, labels):
    assert outputs.name == "logits"
    return weighted(outputs.logits, labels)


@pytest.mark.parametrize("memory", [1 << 28, SMALL])
@pytest.mark.parametrize(
    "make",
    [
        lambda x, y: (x, x + 1, y),
        lambda x, y: ((x, x + 1), y),
        lambda x, y: (Pair(x, x + 1), y),
        lambda x, y: ({"x": x, "z": x + 1}, y),
        lambda x, y: torch.utils.data.TensorDataset(x, x + 1, y),
        lambda x, y: [({"x": a, "z": a + 1}, b) for a, b in zip(x, y, strict=True)],
    ],
)
def test_several_inputs_and_outputs_that_are_objects(make, memory):
    x, y = points()
    torch.manual_seed(0)
    model = Two()
    problem = network(model, make(x, y), two_loss, memory=memory)
    expected = weighted(model(x, x + 1).logits, y).item()
    found = problem.measured_loss(problem.model()).item()
    assert found == pytest.approx(expected, rel=1e-6)


class HuggingFace(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(4, 3)

    def forward(self, inputs, labels=None):
        logits = self.layer(inputs)
        loss = None if labels is None else F.cross_entropy(logits, labels)
        return {"loss": loss, "logits": logits}


@pytest.mark.parametrize("memory", [1 << 28, SMALL])
def test_labels_within_the_batch_and_no_labels_at_all(memory):
    x, y = points()
    torch.manual_seed(0)
    model = HuggingFace()
    problem = network(
        model, {"inputs": x, "labels": y}, lambda model, b: model(**b)["loss"],
        memory=memory,
    )  # fmt: skip
    expected = model(x, y)["loss"].item()
    assert problem.measured_loss(problem.model()).item() == pytest.approx(expected)
    autoencoder = net(4)
    problem = network(
        autoencoder, x, lambda model, b: F.mse_loss(model(b), b), memory=memory
    )
    expected = F.mse_loss(autoencoder(x), x).item()
    assert problem.measured_loss(problem.model()).item() == pytest.approx(expected)


class Slope(nn.Module):
    """Returns the derivative of a small network with respect to its input."""

    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(1, 8), nn.Tanh(), nn.Linear(8, 1))

    def forward(self, x):
        x = x.detach().requires_grad_()
        u = self.net(x)
        return torch.autograd.grad(u.sum(), x, create_graph=True)[0]


def by_grad(model, batch):
    return F.mse_loss(model(batch[0]), batch[1])


def by_jacrev(model, batch):
    def at(x):
        return model.net(x[None])[0, 0]

    slopes = torch.func.vmap(torch.func.jacrev(at))(batch[0])
    return F.mse_loss(slopes, batch[1])


def of_leaf(model, batch):
    u = model.net(batch[0])
    slope = torch.autograd.grad(u.sum(), batch[0], create_graph=True)[0]
    return F.mse_loss(slope, batch[1])


@pytest.mark.parametrize("memory", [1 << 28, 400])
@pytest.mark.parametrize("loss", [nn.MSELoss(), by_grad, by_jacrev, of_leaf])
def test_derivatives_within_the_forward_pass_or_the_loss(loss, memory):
    torch.manual_seed(2)
    model = Slope()
    x = torch.linspace(-1, 1, 60)[:, None].requires_grad_(loss is of_leaf)
    y = torch.cos(x).detach()
    problem = network(model, (x, y), loss, memory=memory)
    expected = F.mse_loss(model(x), y).item()
    found = problem.measured_loss(problem.model()).item()
    assert found == pytest.approx(expected, rel=1e-6)
    assert x.grad is None


class RandomNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(4, 3)

    def forward(self, x):
        return self.layer(F.dropout(x, 0.5, training=True))


def test_randomness_in_evaluation_mode_is_seeded_and_leaves_no_trace():
    problem = network(RandomNet(), points(), nn.CrossEntropyLoss(), memory=SMALL)
    assert problem.evaluation.is_random
    before = torch.get_rng_state(), np.random.get_state()[1].tolist()
    found = {problem.evaluate(problem.model()).item() for _ in range(3)}
    assert len(found) == 1
    assert torch.equal(before[0], torch.get_rng_state())
    assert before[1] == np.random.get_state()[1].tolist()
    steady = network(net(), points(), nn.CrossEntropyLoss())
    assert not steady.evaluation.is_random


class Counter(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(4, 3)
        self.register_buffer("calls", torch.zeros(()))

    def forward(self, x):
        self.calls = self.calls + 1
        return self.layer(x) * (1 if self.training else 2)


def test_buffers_that_change_in_evaluation_are_restored():
    problem = network(Counter(), points(), nn.CrossEntropyLoss())
    model = problem.model()
    model.calls.fill_(5)
    calls = model.calls
    problem.measured_loss(model)
    assert model.calls is calls and calls.item() == 5 and model.training


class Centring(nn.Module):
    """Its outputs depend on the other points of the batch, in evaluation, too."""

    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(3, 2)

    def forward(self, x):
        hidden = self.layer(x)
        return hidden - hidden.mean(0)


@pytest.mark.parametrize("size", [2, 3, 20, 40, 41, 90])
def test_models_that_couple_points_are_evaluated_at_once(size):
    torch.manual_seed(1)
    x, model = torch.randn(size, 3), Centring()
    labels = torch.arange(size) % 2
    problem = network(model, (x, labels), nn.CrossEntropyLoss(), memory=30)
    expected = nn.functional.cross_entropy(model(x), labels)
    assert problem.evaluation.splitting == "once"
    assert problem.measured_loss(model).item() == expected.item()
