"""Every model and optimizer against the training loop that a user would write."""

import copy
import random
import warnings
from functools import partial

import numpy as np
import pytest
import pytorch_optimizer
import torch
from torch import nn
from torch.nn import functional
from torch.nn.utils import parametrizations
from torch.utils.data import DataLoader, TensorDataset

from animator import Experiment, RenderWarning, SceneError, Setting, record
from animator.experiments.logs import WeightLog
from animator.experiments.runs import run_setting
from animator.problems import network

STEPS, SEED = 5, 3
POINTS = 12


class Dropping(nn.Module):
    """Dropout as a function of the mode."""

    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Linear(4, 6), nn.Linear(6, 1)

    def forward(self, x):
        hidden = functional.dropout(self.first(x), 0.3, training=self.training)
        return self.second(torch.tanh(hidden))


class Recurrent(nn.Module):
    """Two LSTM layers, with dropout between them."""

    def __init__(self, dropout):
        super().__init__()
        self.lstm = nn.LSTM(2, 3, num_layers=2, dropout=dropout, batch_first=True)
        self.head = nn.Linear(3, 1)

    def forward(self, x):
        return self.head(self.lstm(x.view(-1, 2, 2))[0][:, -1])


class Attentive(nn.Module):
    """A transformer encoder layer."""

    def __init__(self):
        super().__init__()
        self.layer = nn.TransformerEncoderLayer(2, 1, 4, batch_first=True)
        self.head = nn.Linear(4, 1)

    def forward(self, x):
        return self.head(self.layer(x.view(-1, 2, 2)).flatten(1))


class Tied(nn.Module):
    """Two layers with one weight."""

    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Linear(4, 4), nn.Linear(4, 4)
        self.second.weight = self.first.weight

    def forward(self, x):
        return self.second(torch.tanh(self.first(x))).sum(1, keepdim=True)


class Embedded(nn.Module):
    """An embedding, with sparse gradients if wanted."""

    def __init__(self, sparse):
        super().__init__()
        self.table = nn.Embedding(5, 3, sparse=sparse)

    def forward(self, x):
        return self.table((4 * x).long().abs() % 5).mean((1, 2)).unsqueeze(1) ** 2


class Remembering(nn.Module):
    """A buffer that is not persistent follows the training batches."""

    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(4, 1)
        self.register_buffer("mean", torch.full((4,), 0.1), persistent=False)

    def forward(self, x):
        if self.training:
            self.mean = 0.5 * self.mean + 0.5 * x.mean(0)
        return self.layer(x - self.mean)


def mlp(*between, last=None):
    return nn.Sequential(nn.Linear(4, 6), *between, nn.Tanh(), last or nn.Linear(6, 1))


def frozen_batch_norm():
    model = mlp(nn.BatchNorm1d(6))
    model(torch.randn(7, 4))  # statistics of its own
    model[1].eval()
    return model


def frozen_layer():
    model = mlp()
    model[0].requires_grad_(False)
    return model


def parametrized(change):
    model = mlp()
    change(model[0])
    return model


def lazy():
    return nn.Sequential(nn.LazyLinear(6), nn.LazyBatchNorm1d(), nn.LazyLinear(1))


MODELS = {
    "mlp": mlp,
    "batch norm": lambda: mlp(nn.BatchNorm1d(6)),
    "frozen batch norm": frozen_batch_norm,
    "frozen layer": frozen_layer,
    "dropout": lambda: mlp(nn.Dropout(0.3)),
    "functional dropout": Dropping,
    "lstm": lambda: Recurrent(0.0),
    "lstm with dropout": lambda: Recurrent(0.4),
    "transformer": Attentive,
    "tied": Tied,
    "old weight norm": lambda: parametrized(torch.nn.utils.weight_norm),
    "weight norm": lambda: parametrized(parametrizations.weight_norm),
    "orthogonal": lambda: parametrized(parametrizations.orthogonal),
    "old spectral norm": lambda: parametrized(torch.nn.utils.spectral_norm),
    "spectral norm": lambda: parametrized(parametrizations.spectral_norm),
    "lazy": lazy,
    "embedding": lambda: Embedded(False),
    "sparse embedding": lambda: Embedded(True),
    "buffer that is not persistent": Remembering,
}
OPTIMIZERS = {
    "SGD": partial(torch.optim.SGD, lr=0.05, momentum=0.9),
    "Adam": partial(torch.optim.Adam, lr=0.02),
    "LBFGS": partial(torch.optim.LBFGS, lr=0.3, max_iter=3),
    "SAM": partial(pytorch_optimizer.SAM, base_optimizer=torch.optim.SGD, lr=0.05),
    "AdaHessian": partial(pytorch_optimizer.AdaHessian, lr=0.02, eps=0.1),
    "SparseAdam": lambda params: torch.optim.SparseAdam(list(params), lr=0.02),
}
BATCHINGS = ("all points", "batch_size", "DataLoader")
REFUSED = {
    *(("sparse embedding", name) for name in ("Adam", "AdaHessian")),
    *((name, "SparseAdam") for name in MODELS if name != "sparse embedding"),
}


@pytest.fixture(autouse=True)
def one_thread():
    """Calculate as a recording does: with several threads last digits may differ."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def build(name):
    """Build a model; under one name it always has the same weights."""
    with torch.random.fork_rng(), warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # of the old weight_norm
        torch.manual_seed(list(MODELS).index(name))
        model = MODELS[name]()
        if name == "lazy":
            model.eval()(torch.zeros(1, 4))
            model.train()
        return model


def points():
    order = torch.Generator().manual_seed(0)
    x = torch.randn(POINTS, 4, generator=order)
    return x, torch.sin(x.sum(1, keepdim=True))


def endless(loader):
    while True:
        yield from loader


def weights_of(model):
    parts = [parameter.detach().flatten() for parameter in model.parameters()]
    return torch.cat(parts).numpy().copy()


def loss_in_evaluation(name, model):
    """Return the loss over all points of a copy of the model, in evaluation mode."""
    twin = build(name).eval()
    x, y = points()
    with torch.no_grad():
        pairs = ((twin.parameters(), model.parameters()),)
        for own, other in (*pairs, (twin.buffers(), model.buffers())):
            for tensor, value in zip(own, other, strict=True):
                tensor.copy_(value)
        return nn.functional.mse_loss(twin(x), y).item()


def plain_loop(name, optimizer_name, batching):
    """The loop; returns weights (STEPS + 1, P) and losses (STEPS + 1,)."""
    model, data = build(name), TensorDataset(*points())
    with torch.random.fork_rng():
        torch.manual_seed(SEED)
        optimizer = OPTIMIZERS[optimizer_name](model.parameters())
        if batching == "all points":
            loader = [points()]
        elif batching == "batch_size":
            order = torch.Generator().manual_seed(SEED)
            loader = DataLoader(data, 5, shuffle=True, generator=order)
        else:
            loader = DataLoader(data, 5, shuffle=True)
        batches = endless(loader)
        weights = [weights_of(model)]
        losses = [loss_in_evaluation(name, model)]
        for _ in range(STEPS):
            x, y = next(batches)

            def closure(x=x, y=y):
                optimizer.zero_grad()
                loss = nn.functional.mse_loss(model(x), y)
                loss.backward(create_graph=optimizer_name == "AdaHessian")
                return loss

            if optimizer_name == "LBFGS":
                optimizer.step(closure)
            elif optimizer_name == "SAM":
                closure()
                optimizer.step(closure)
            else:
                closure()
                optimizer.step()
            weights.append(weights_of(model))
            losses.append(loss_in_evaluation(name, model))
    return np.array(weights), np.array(losses)


def recorded(model, optimizer, batching):
    """Record a model as a scene does; return weights and losses of every step."""
    data = points()
    if batching == "DataLoader":
        data = DataLoader(TensorDataset(*data), 5, shuffle=True)
    problem = network(model, data, nn.MSELoss())
    size = 5 if batching == "batch_size" else None
    setting = Setting(optimizer, batch_size=size, seed=SEED)
    experiment = Experiment(problem, {"it": setting}, STEPS)
    ended = run_setting(
        experiment, "it", STEPS, lambda run: WeightLog(run.model, run.optimizers), None
    )
    return ended.log.weights(), ended.losses


@pytest.mark.filterwarnings("ignore:Using backward.. with create_graph:UserWarning")
@pytest.mark.parametrize("batching", BATCHINGS)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("name", MODELS)
def test_a_run_equals_the_plain_loop(name, optimizer, batching):
    model = build(name)
    if (name, optimizer) in REFUSED:
        with pytest.raises(SceneError):
            recorded(model, OPTIMIZERS[optimizer], batching)
        return
    weights, losses = recorded(model, OPTIMIZERS[optimizer], batching)
    expected, expected_losses = plain_loop(name, optimizer, batching)
    np.testing.assert_array_equal(weights, expected)
    np.testing.assert_array_equal(losses, expected_losses)
    assert (weights[-1] != weights[0]).any()


def states():
    return (
        torch.get_rng_state().tolist(),
        np.random.get_state()[1].tolist(),
        random.getstate(),
        torch.get_num_threads(),
        torch.is_grad_enabled(),
        torch.get_default_dtype(),
    )


def everything(model):
    """Return what a model is: weights, buffers, gradients and modes."""
    tensors = [*model.parameters(), *model.buffers()]
    return (
        [t.detach().clone() for t in tensors],
        [p.grad.clone() for p in model.parameters()],
        [part.training for part in model.modules()],
        [p.requires_grad for p in model.parameters()],
    )


def equal(one, other):
    if isinstance(one, torch.Tensor):
        return torch.equal(one, other)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(equal, one, other))
    return one == other


@pytest.mark.parametrize("refers", [False, True])
def test_recording_leaves_everything_as_it_is(refers):
    model = mlp(nn.BatchNorm1d(6), nn.Dropout(0.2))
    model[1].eval()
    x, y = points()
    nn.functional.mse_loss(model(x), y).backward()

    def penalised(outputs, labels):
        penalty = model[0].weight.square().sum() if refers else 0
        return nn.functional.mse_loss(outputs, labels) + penalty

    problem = network(model, (x, y), penalised)
    before = everything(model), states()
    settings = {"a": OPTIMIZERS["SGD"], "b": OPTIMIZERS["LBFGS"]}
    recording = record(Experiment(problem, settings, 3))
    assert np.isfinite(recording.trajectories[1].loss).all()
    assert equal(before, (everything(model), states()))
    model[0].bias.data += 1
    assert not equal(before[0], everything(model))  # it would have been noticed


def test_a_failed_run_leaves_everything_as_it_is():
    model = mlp()
    calls = []

    def failing(outputs, labels):
        calls.append(model)
        if len(calls) > 6:
            raise ArithmeticError("out of paper")
        return nn.functional.mse_loss(outputs, labels)

    problem = network(model, points(), failing)
    before = [p.detach().clone() for p in model.parameters()], states()
    with pytest.raises(SceneError, match="out of paper"):
        record(Experiment(problem, {"a": OPTIMIZERS["SGD"]}, 30))
    assert equal(before, ([p.detach() for p in model.parameters()], states()))


def test_settings_do_not_influence_each_other():
    rate = torch.tensor(0.05)
    settings = {
        "dropout": Setting(partial(torch.optim.SGD, lr=rate), halving(), batch_size=5),
        "again": Setting(partial(torch.optim.SGD, lr=rate), halving(), batch_size=5),
        "other": OPTIMIZERS["LBFGS"],
    }
    model = mlp(nn.BatchNorm1d(6), nn.Dropout(0.3))

    def weights(labels):
        problem = network(model, points(), nn.MSELoss())
        chosen = {label: settings[label] for label in labels}
        experiment = Experiment(problem, chosen, STEPS)
        return [weights_logged(experiment, label) for label in labels]

    first, again, other = weights(["dropout", "again", "other"])
    np.testing.assert_array_equal(first, again)
    np.testing.assert_array_equal(weights(["other"])[0], other)
    np.testing.assert_array_equal(weights(["other", "dropout"])[1], first)
    assert rate.item() == torch.tensor(0.05).item()


def halving():
    return partial(torch.optim.lr_scheduler.StepLR, step_size=1, gamma=0.5)


def weights_logged(experiment, label="it"):
    ended = run_setting(
        experiment,
        label,
        experiment.steps,
        lambda run: WeightLog(run.model, run.optimizers),
        None,
    )
    return ended.log.weights()


GLOBAL_MODEL = mlp()


def global_penalty(outputs, labels):
    penalty = GLOBAL_MODEL[0].weight.square().sum()
    return nn.functional.mse_loss(outputs, labels) + penalty


class Penalty:
    """A loss that holds the model."""

    def __init__(self, model):
        self.model = model

    def of(self, outputs, labels):
        penalty = self.model[0].weight.square().sum()
        return nn.functional.mse_loss(outputs, labels) + penalty

    __call__ = of


def with_argument(model, outputs, labels):
    return Penalty(model).of(outputs, labels)


def with_default(model):
    def loss(outputs, labels, weight=model[0].weight):
        return nn.functional.mse_loss(outputs, labels) + weight.square().sum()

    return loss


@pytest.mark.parametrize(
    "make_loss",
    [
        lambda model: lambda outputs, labels: with_argument(model, outputs, labels),
        lambda model: Penalty(model).of,
        Penalty,
        lambda model: partial(with_argument, model),
        with_default,
        lambda model: global_penalty,
    ],
    ids=["closure", "bound method", "object", "partial", "default", "global"],
)
def test_a_loss_that_refers_to_the_model_refers_to_the_trained_one(make_loss):
    model = GLOBAL_MODEL
    problem = network(model, points(), make_loss(model))
    experiment = Experiment(problem, {"it": OPTIMIZERS["SGD"]}, STEPS)
    got = weights_logged(experiment)

    twin = copy.deepcopy(model)
    optimizer = OPTIMIZERS["SGD"](twin.parameters())
    x, y = points()
    expected = [weights_of(twin)]
    for _ in range(STEPS):
        optimizer.zero_grad()
        (nn.functional.mse_loss(twin(x), y) + twin[0].weight.square().sum()).backward()
        optimizer.step()
        expected.append(weights_of(twin))
    np.testing.assert_array_equal(got, np.array(expected))


@pytest.mark.parametrize("kind", ["forward", "pre", "backward", "tensor"])
def test_a_hook_that_refers_to_the_model_acts_on_the_trained_one(kind):
    def hooked():
        torch.manual_seed(1)
        model = mlp()
        scale = model[2].weight  # of the last layer

        def forward(part, inputs, output):
            return output * scale.sum()

        def before(part, inputs):
            return (inputs[0] * scale.sum(),)

        def backward(part, given, out):
            return (given[0] * scale.detach().sum(),)

        if kind == "forward":
            model[0].register_forward_hook(forward)
        elif kind == "pre":
            model[0].register_forward_pre_hook(before)
        elif kind == "backward":
            model[1].register_full_backward_hook(backward)
        else:
            model[0].weight.register_hook(lambda grad: grad * scale.detach().sum())
        return model

    with torch.random.fork_rng():
        model, twin = hooked(), hooked()
    problem = network(model, points(), nn.MSELoss())
    experiment = Experiment(problem, {"it": OPTIMIZERS["SGD"]}, STEPS)
    got = weights_logged(experiment)
    optimizer = OPTIMIZERS["SGD"](twin.parameters())
    x, y = points()
    expected = [weights_of(twin)]
    for _ in range(STEPS):
        optimizer.zero_grad()
        nn.functional.mse_loss(twin(x), y).backward()
        optimizer.step()
        expected.append(weights_of(twin))
    np.testing.assert_array_equal(got, np.array(expected))


def test_an_optimizer_that_takes_the_model_gets_the_trained_one():
    with torch.random.fork_rng():
        torch.manual_seed(1)
        model = mlp(nn.BatchNorm1d(6))
    twin = copy.deepcopy(model)

    def wsam(model):
        return lambda params: pytorch_optimizer.WSAM(
            model, params, torch.optim.SGD, lr=0.05
        )

    problem = network(model, points(), nn.MSELoss())
    experiment = Experiment(problem, {"it": wsam(model)}, STEPS)
    got = weights_logged(experiment)
    (losses,) = (run.loss for run in record(experiment).trajectories)
    optimizer = wsam(twin)(twin.parameters())
    x, y = points()

    def closure():
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(twin(x), y)
        loss.backward()
        return loss

    expected = [weights_of(twin)]
    for _ in range(STEPS):
        optimizer.step(closure)
        expected.append(weights_of(twin))
    np.testing.assert_array_equal(got, np.array(expected))
    assert losses[-1] == nn.functional.mse_loss(twin.eval()(x), y).item()
    assert "backup_momentum" not in vars(model[1])


def test_torch_s_warning_is_shown_once_in_one_line():
    x, y = points()
    problem = network(mlp(), (x, y[:, 0]), nn.MSELoss())
    experiment = Experiment(problem, {"it": OPTIMIZERS["SGD"]}, STEPS)
    with pytest.warns(RenderWarning) as caught:
        record(experiment)
    (warning,) = caught
    text = str(warning.message)
    assert "'it': Using a target size (torch.Size([12]))" in text
    assert "\n" not in text
