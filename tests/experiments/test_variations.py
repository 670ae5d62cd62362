"""Many variations, in several processes: each run is that of a plain torch loop."""

import pickle
import random
import sys
from collections import deque
from functools import partial
from queue import SimpleQueue

import numpy as np
import pytest
import torch
from torch.nn import HuberLoss, MSELoss
from torch.optim import SGD

from animator import Experiment, SceneError
from animator.base.cache import Cache
from animator.experiments.recording_process import RecordingProcess, Task
from animator.experiments.several_processes import Processes
from animator.experiments.variations import record_variations
from animator.problems import line_fit, surface
from animator.problems.line import article_points

STEPS = 12


def plain_loop(loss, lr, momentum):
    """Parameters (steps + 1, 2) and losses of torch's plain loop; until it diverges."""
    x, y = (torch.from_numpy(values)[:, None] for values in article_points())
    line = torch.nn.Linear(1, 1)
    with torch.no_grad():
        line.bias.fill_(-3)
        line.weight.fill_(6)
    optimizer = SGD(line.parameters(), lr=lr, momentum=momentum)
    params, losses = [], []
    for _ in range(STEPS + 1):
        optimizer.zero_grad()
        value = loss(line(x), y)
        if not torch.isfinite(value):
            break
        value.backward()
        params.append((line.bias.item(), line.weight.item()))
        losses.append(value.item())
        optimizer.step()
    return np.array(params, np.float32), np.array(losses, np.float32)


def grid(loss, lrs, momenta):
    """Experiments of each combination, on one problem, and what they are called."""
    problem = line_fit(loss)
    pairs = [(lr, momentum) for lr in lrs for momentum in momenta]
    experiments = [
        Experiment(problem, {"SGD": partial(SGD, lr=lr, momentum=momentum)}, STEPS)
        for lr, momentum in pairs
    ]
    return pairs, experiments, [f"lr {lr}, momentum {m}" for lr, m in pairs]


def assert_plain(found, loss, pair, label="SGD"):
    """A run, or the only one of a recording, is the plain loop's to the bit."""
    (run,) = getattr(found, "trajectories", [found])
    params, losses = plain_loop(loss, *pair)
    assert run.label == label
    assert run.outcome.diverged == (len(losses) < STEPS + 1)
    assert run.params.tobytes()[: params.nbytes] == params.tobytes()
    assert run.loss.tobytes()[: losses.nbytes] == losses.tobytes()
    assert np.isnan(run.loss[len(losses) :]).all()


def test_random_combinations_equal_the_plain_loop():
    chosen = random.Random(0)
    momenta = [round(0.02 * k, 2) for k in range(50)]
    for loss in (MSELoss(), HuberLoss()):
        lrs = [0.01, chosen.choice([0.03, 0.1])]
        pairs, experiments, names = grid(loss, lrs, chosen.sample(momenta, 5))
        found = record_variations(experiments, names)
        for recording, pair in zip(found, pairs, strict=True):
            assert_plain(recording, loss, pair)


def test_a_run_that_diverges_is_known_as_such():
    pairs, experiments, names = grid(MSELoss(), [0.1, 1e6], [0.9])
    calm, wild = record_variations(experiments, names)
    assert not calm.trajectories[0].outcome.diverged
    assert wild.trajectories[0].outcome.diverged
    assert_plain(wild, MSELoss(), pairs[1])


def test_another_process_records_the_same():
    loss = HuberLoss()
    pairs, experiments, names = grid(loss, [0.03, 1e30], [0.0, 0.98])
    settings = {
        name: each.settings["SGD"]
        for name, each in zip(names, experiments, strict=True)
    }
    joint = Experiment(experiments[0].problem, settings, STEPS)
    sent = pickle.dumps((joint, STEPS, torch.get_default_dtype()))
    task = Task(sent, deque([names[:3], names[3:]]), SimpleQueue())
    process = RecordingProcess()
    try:
        process.begin(task)
        runs = [run for _ in range(2) for run in task.done.get(timeout=300).runs]
    finally:
        process.end()
    for run, pair, name in zip(runs, pairs, names, strict=True):
        assert_plain(run, loss, pair, name)


def test_a_process_that_cannot_start_leaves_all_to_this_one(monkeypatch):
    loss = MSELoss()
    pairs, experiments, names = grid(loss, [0.1], [0.0, 0.5])
    monkeypatch.setattr(sys, "executable", "true")  # it ends at once
    with Processes(2) as processes:
        found = record_variations(experiments, names, processes=processes)
    for recording, pair in zip(found, pairs, strict=True):
        assert_plain(recording, loss, pair)


def test_what_cannot_be_sent_to_a_process_is_recorded_here(monkeypatch):
    monkeypatch.setattr(sys, "executable", "true")
    bowl = surface(lambda x, y: x**2 + y**2, x=(-2, 2), y=(-2, 2), start=(1, 1))
    settings = {"SGD": partial(SGD, lr=0.25)}
    with Processes(2) as processes:
        (one,) = record_variations(
            [Experiment(bowl, settings, 2)], ["lr 0.25"], processes=processes
        )
    assert one.trajectories[0].params.tolist() == [[1, 1], [0.5, 0.5], [0.25, 0.25]]


def test_the_error_of_a_run_says_which():
    _, experiments, names = grid(MSELoss(), [0.1], [0.0, 0.5])
    object.__setattr__(
        experiments[1], "settings", {"SGD": partial(SGD, lr=0.1, momentum=-1)}
    )
    with pytest.raises(SceneError, match=r"'lr 0.1, momentum 0.5' failed at step 0"):
        record_variations(experiments, names)


def test_a_sweep_is_read_from_the_cache(tmp_path, monkeypatch):
    monkeypatch.setattr("animator.base.cache.MIN_SECONDS", 0.0)
    pairs, experiments, names = grid(MSELoss(), [0.1], [0.0, 0.5])
    steps = []
    for _ in range(2):
        found = record_variations(
            experiments,
            names,
            cache=Cache(tmp_path),
            progress=lambda label, step: steps.append(label),
        )
        for recording, pair in zip(found, pairs, strict=True):
            assert_plain(recording, MSELoss(), pair)
    assert len(steps) == 2 * (STEPS + 1)
