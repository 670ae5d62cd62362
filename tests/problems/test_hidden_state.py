"""What a model or a loss keeps besides weights is that of the plain loop."""

import random
from collections import deque
from functools import partial

import numpy as np
import pytest
import torch
from torch import nn

from animator import Experiment, Setting, record
from animator.experiments.logs import WeightLog
from animator.experiments.runs import run_setting
from animator.problems import line_fit, network, weights
from animator.problems.data import index_batches
from animator.problems.hidden_state import changes_state, evaluating, preserved

STEPS = 6
POINTS = torch.randn(20, 4, generator=torch.Generator().manual_seed(0))
LABELS = POINTS.sum(1, keepdim=True).sin()
SGD = partial(torch.optim.SGD, lr=0.1)
mse = nn.functional.mse_loss


class Counting(nn.Module):
    """Its output grows with the number of its calls, and with a list."""

    def __init__(self):
        super().__init__()
        self.layer, self.calls, self.means = nn.Linear(4, 1), 0, []

    def forward(self, x):
        self.calls += 1
        self.means.append(x.mean())
        return self.layer(x) * (1 + 0.1 * self.calls) + 0.01 * len(self.means)


class Carrying(nn.Module):
    """A recurrent net whose hidden state is an attribute, not a buffer."""

    def __init__(self):
        super().__init__()
        self.rnn, self.head, self.h = (
            nn.RNN(2, 3, batch_first=True),
            nn.Linear(3, 1),
            0.0,
        )

    def forward(self, x):
        start = torch.zeros(1, len(x), 3) + torch.as_tensor(self.h).mean()
        out, h = self.rnn(x.view(-1, 2, 2), start)
        self.h = h.detach()
        return self.head(out[:, -1])


class Noisy(nn.Module):
    """Draws from a random generator of its own."""

    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(4, 1)
        self.generator = torch.Generator().manual_seed(3)

    def forward(self, x):
        return self.layer(x) + 0.1 * torch.randn(1, generator=self.generator)


def plain():
    return nn.Sequential(nn.Linear(4, 3), nn.Tanh(), nn.Linear(3, 1))


class Annealed:
    """Its weight grows with the number of its calls."""

    def __init__(self):
        self.calls = 0

    def __call__(self, outputs, labels):
        self.calls += 1
        return mse(outputs, labels) * min(1, self.calls / 10)


def annealed_closure():
    calls = 0

    def loss(outputs, labels):
        nonlocal calls
        calls += 1
        return mse(outputs, labels) * min(1, calls / 10)

    return loss


def moving_average():
    recent = deque(maxlen=3)

    def loss(outputs, labels):
        value = mse(outputs, labels)
        recent.append(value.item())
        return value / np.mean(recent)

    return loss


def mean_teacher():
    teacher = nn.Linear(4, 1)
    with torch.no_grad():
        for parameter in teacher.requires_grad_(False).parameters():
            parameter.fill_(0.5)

    def loss(model, batch):
        x, y = batch
        with torch.no_grad():
            teacher.weight += 0.1
        return mse(model(x), y) + mse(model(x), teacher(x))

    return loss


def noisy_loss():
    own, numpys, pythons = (
        torch.Generator().manual_seed(1),
        np.random.default_rng(1),
        random.Random(1),
    )

    def loss(outputs, labels):
        noise = torch.randn(1, generator=own) + numpys.normal() + pythons.random()
        return mse(outputs, labels + noise)

    return loss


TOTAL = 0


def global_counter():
    global TOTAL
    TOTAL = 0

    def loss(outputs, labels):
        global TOTAL
        TOTAL += 1
        return mse(outputs, labels) * TOTAL

    return loss


CASES = {
    "counter": (Counting, lambda: mse),
    "hidden state": (Carrying, lambda: mse),
    "generator": (Noisy, lambda: mse),
    "object": (plain, Annealed),
    "closure": (plain, annealed_closure),
    "deque": (plain, moving_average),
    "teacher": (plain, mean_teacher),
    "generators": (plain, noisy_loss),
    "global": (plain, global_counter),
}


def build(make):
    with torch.random.fork_rng():
        torch.manual_seed(1)
        return make()


def value(model, loss, x, y):
    of_model = (
        loss.__code__.co_varnames[0] == "model" if hasattr(loss, "__code__") else 0
    )
    return loss(model, (x, y)) if of_model else loss(model(x), y)


def plain_loop(make_model, make_loss):
    """Return weights (STEPS + 1, P); nothing is evaluated but what is trained on."""
    model, loss = build(make_model), make_loss()
    optimizer, batches = SGD(model.parameters()), index_batches(20, 7, 0)
    path = []
    for _ in range(STEPS + 1):
        path.append(nn.utils.parameters_to_vector(model.parameters()).detach().clone())
        batch = next(batches)
        optimizer.zero_grad()
        value(model, loss, POINTS[batch], LABELS[batch]).backward()
        optimizer.step()
    return torch.stack(path).numpy()


@pytest.mark.parametrize("case", CASES)
def test_evaluation_leaves_no_trace_in_a_run_and_runs_none_in_each_other(case):
    make_model, make_loss = CASES[case]
    expected = plain_loop(make_model, make_loss)
    problem = network(build(make_model), (POINTS, LABELS), make_loss())
    settings = {label: Setting(SGD, batch_size=7) for label in ("one", "other")}
    experiment = Experiment(problem, settings, STEPS)
    for label in settings:
        ended = run_setting(
            experiment,
            label,
            STEPS,
            lambda run: WeightLog(run.model, run.optimizers),
            None,
        )
        np.testing.assert_array_equal(ended.log.weights(), expected)


@pytest.mark.parametrize("case", CASES)
def test_a_map_is_the_same_at_the_same_place(case):
    make_model, make_loss = CASES[case]
    problem = network(build(make_model), (POINTS, LABELS), make_loss())
    plane = record(Experiment(problem, {"it": SGD}, STEPS)).problem
    first, again, _, last = plane.losses(
        torch.tensor([0.1, 0.1, 3, 0.1]), torch.zeros(4)
    )
    assert first == again == last
    assert problem.evaluation.has_state


def test_hooks_that_store_what_the_loss_uses_are_mapped_by_one_thread():
    stored = {}
    model = build(plain)
    model[1].register_forward_hook(lambda part, given, out: stored.update(h=out))

    def loss(outputs, labels):
        return mse(outputs, labels) + stored["h"].abs().mean()

    plane = weights("2.weight[0, 0]", "2.bias[0]")
    problem = network(model, (POINTS, LABELS), loss, plane=plane)
    still = partial(torch.optim.SGD, lr=0.0)
    drawn = record(Experiment(problem, {"it": still}, 1)).problem
    places = torch.linspace(-1, 1, 64, dtype=torch.float64)
    expected = []
    with torch.no_grad():
        hidden = torch.tanh(model[0](POINTS))
        for place in places:
            model[2].weight[0, 0], model[2].bias[0] = place, place
            out = model[2](hidden)
            expected.append((mse(out, LABELS) + hidden.abs().mean()).item())
    np.testing.assert_allclose(drawn.losses(places, places), expected, rtol=1e-6)
    assert problem.evaluation.has_state


def test_all_that_changes_is_restored_and_noticed():
    class Slotted:
        __slots__ = "number"

    slotted = Slotted()
    slotted.number = 1
    array, tensor = np.zeros(2), torch.zeros(2)
    table, members = {"a": 1}, {1}

    def change():
        slotted.number += 1
        array[0] += 1
        tensor.add_(1)
        table["b"] = 2
        members.add(2)
        change.calls = 1

    assert changes_state(change, change)
    assert (slotted.number, array[0], tensor[0], table, members) == (
        1,
        0,
        0,
        {"a": 1},
        {1},
    )
    assert not hasattr(change, "calls")
    assert not changes_state(lambda: None, change)
    with preserved(change):
        change()
    assert (slotted.number, array[0], tensor[0], table, members) == (
        1,
        0,
        0,
        {"a": 1},
        {1},
    )
    change()
    assert (slotted.number, array[0], tensor[0]) == (2, 1, 1)


def test_parameters_stay_as_the_body_leaves_them_and_modes_come_back():
    model = build(lambda: nn.Sequential(nn.Linear(4, 2), nn.BatchNorm1d(2)))
    model[0].eval()
    with evaluating(model), torch.no_grad():
        assert not model.training
        model[0].weight.fill_(1.0)
        model[1].running_mean.fill_(7.0)
    assert (model[0].weight == 1).all()
    assert (model[1].running_mean == 0).all()
    assert [part.training for part in model.modules()] == [True, False, True]


def test_a_line_s_loss_counts_the_calls_of_the_plain_loop_alone():
    points = POINTS[:, 0].numpy(), LABELS[:, 0].numpy()
    problem = line_fit(Annealed(), points=points)
    settings = {label: Setting(SGD, batch_size=7) for label in ("one", "other")}
    recording = record(Experiment(problem, settings, STEPS))
    model, loss, expected = problem.model(), Annealed(), []
    optimizer, batches = SGD(model.parameters()), index_batches(20, 7, 0)
    for _ in range(STEPS + 1):
        expected.append([model.bias.item(), model.weight.item()])
        batch = next(batches)
        optimizer.zero_grad()
        loss(model(POINTS[batch, :1]), LABELS[batch]).backward()
        optimizer.step()
    for run in recording.trajectories:
        np.testing.assert_allclose(run.params, expected, rtol=1e-6)


class Averaging(nn.Module):
    """Evaluates a moving average of the weights that it trains."""

    def __init__(self):
        super().__init__()
        self.trained, self.mean = nn.Linear(4, 1), nn.Linear(4, 1)
        self.mean.requires_grad_(False)

    def forward(self, x):
        if not self.training:
            return self.mean(x)
        with torch.no_grad():
            for mean, own in zip(
                self.mean.parameters(), self.trained.parameters(), strict=True
            ):
                mean.lerp_(own, 0.5)
        return self.trained(x)


def test_a_moving_average_of_the_weights_is_evaluated():
    problem = network(build(Averaging), (POINTS, LABELS), nn.MSELoss())
    (run,) = record(Experiment(problem, {"it": SGD}, STEPS)).trajectories
    model, expected = build(Averaging), []
    optimizer = SGD(model.parameters())
    for _ in range(STEPS + 1):
        expected.append(mse(model.mean(POINTS), LABELS).item())
        optimizer.zero_grad()
        mse(model(POINTS), LABELS).backward()
        optimizer.step()
    np.testing.assert_allclose(run.loss, expected, rtol=1e-6)
