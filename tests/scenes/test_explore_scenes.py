"""The scenes with sliders: what they say is what torch does."""

import random

import numpy as np
import torch
from conftest import ROOT
from torch.optim import SGD

from animator import load
from animator.scenes.sweep import sweep_of
from animator.scenes.sweep_recording import record_sweep


def plain_loop(lr, momentum, steps=100):
    """Parameters (steps + 1, 2) and losses on the valley, by torch's plain loop."""
    x, y = (torch.tensor(value, requires_grad=True) for value in (-10.0, 2.0))
    optimizer = SGD([x, y], lr=lr, momentum=momentum)
    params, losses = [], []
    for _ in range(steps + 1):
        optimizer.zero_grad()
        loss = (x**2 + 50 * y**2) / 2
        loss.backward()
        params.append((x.item(), y.item()))
        losses.append(loss.item())
        optimizer.step()
    return np.array(params, np.float32), np.array(losses, np.float32)


def test_momentum_in_a_steep_valley_is_that_of_the_plain_loop():
    scene = load(ROOT / "scenes/explore_momentum.py")
    chosen = random.Random(1)
    values = {n: sorted(chosen.sample(v, 3)) for n, v in scene.sliders.items()}
    sweep = sweep_of(scene, values)
    found = record_sweep(sweep)
    for (i, j), recordings in zip(sweep.chosen, found, strict=True):
        lr, momentum = values["lr"][i], values["momentum"][j]
        (run,) = next(iter(recordings.values())).trajectories
        params, losses = plain_loop(lr, momentum)
        assert run.params.tobytes() == params.tobytes()
        assert run.loss.tobytes() == losses.tobytes()
        # Heavy ball on a quadratic is stable below 2 (1 + β) / λ (B. Polyak, 1964).
        assert (losses[-1] > losses[0]) == (lr > 2 * (1 + momentum) / 50)


def test_a_learning_rate_is_too_large_from_two_over_the_curvature_on():
    scene = load(ROOT / "scenes/explore_learning_rate.py")
    (problem,) = {experiment.problem for experiment in scene.experiments}
    x = torch.from_numpy(problem.data_x).double()
    ones = torch.stack([torch.ones_like(x), x], dim=1)
    curvature = torch.linalg.eigvalsh(2 * ones.T @ ones / len(x)).max().item()
    values = scene.sliders["lr"][::7]
    found = record_sweep(sweep_of(scene, {"lr": values}))
    for lr, recordings in zip(values, found, strict=True):
        (run,) = next(iter(recordings.values())).trajectories
        assert (run.loss[-1] > run.loss[0]) == (lr > 2 / curvature)
