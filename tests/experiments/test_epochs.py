"""Epochs against torch's own loader."""

from functools import partial

import pytest
import torch
from torch import nn
from torch.nn import MSELoss
from torch.optim import SGD
from torch.utils.data import DataLoader, IterableDataset, TensorDataset

from animator import Experiment, Recorder, SceneError, Setting
from animator.experiments.epochs import steps_per_epoch
from animator.problems import himmelblau, line_fit, network

sgd = partial(SGD, lr=0.1)
LINE = line_fit(MSELoss())


def steps_of(problem, **settings):
    return steps_per_epoch([Experiment(problem, settings)])


@pytest.mark.parametrize("batch_size", [1, 7, 10, 50, 80])
def test_an_epoch_has_as_many_steps_as_a_loader_has_batches(batch_size):
    loader = DataLoader(range(50), batch_size, shuffle=True)
    found = steps_of(LINE, it=Setting(sgd, batch_size=batch_size))
    assert found == len(loader) == len(list(loader))


def test_without_batches_each_step_is_an_epoch_and_batches_accumulate():
    assert steps_of(LINE, it=sgd) == 1
    assert steps_of(LINE, it=Setting(sgd, batch_size=10, accumulate=2)) * 2 == 5


def test_a_loader_gives_the_number_of_its_batches():
    data = TensorDataset(torch.randn(10, 1), torch.randn(10, 1))
    loader = DataLoader(data, 4, drop_last=True)
    problem = network(nn.Linear(1, 1), loader, MSELoss())
    assert steps_of(problem, it=sgd) == 2


class Endless(IterableDataset):
    def __iter__(self):
        yield from ((torch.ones(1), torch.ones(1)) for _ in range(6))


def test_epochs_that_are_not_known():
    model = nn.Linear(1, 1)
    recorder = Recorder(model)
    recorder.log(1.0)
    recorder.log(1.0)
    loader = DataLoader(Endless(), 2)
    for problem, settings, message in (
        (himmelblau, {"it": sgd}, "'it' has no points, and so no epochs"),
        (LINE, {"mine": recorder}, "'mine' was recorded elsewhere"),
        (
            network(model, loader, MSELoss()),
            {"it": sgd},
            "its DataLoader has no length",
        ),
        (
            LINE,
            {"a": sgd, "b": Setting(sgd, batch_size=10)},
            "an epoch takes 1 steps for .* 'a', and 5 for .* 'b'",
        ),
    ):
        with pytest.raises(
            SceneError, match=f"counter: .*{message}|counter: {message}"
        ):
            steps_of(problem, **settings)
