"""A scene of two losses, and the plain torch loop that its numbers must equal."""

from functools import partial

import torch
from torch.nn import L1Loss, MSELoss
from torch.optim import SGD

from animator import Experiment, Heatmap, LossCurve, Scene
from animator.problems import line_fit

STEPS = 16
START = (-3.0, 6.0)
SETTINGS = {"plain": {"lr": 0.1}, "momentum, 0.8": {"lr": 0.1, "momentum": 0.8}}
LOSSES = {"MSELoss": MSELoss(), "L1Loss": L1Loss()}
X = torch.linspace(-2, 2, 9)
Y = 2 * X + 1 + 0.3 * torch.sin(9 * X)


def scene():
    """Return a scene: two maps of the same coordinates, and a curve."""
    settings = {label: partial(SGD, **how) for label, how in SETTINGS.items()}
    first, second = (
        Experiment(line_fit(loss, points=(X, Y), start=START), settings, steps=STEPS)
        for loss in LOSSES.values()
    )
    return Scene(
        [Heatmap(first, points=41), Heatmap(second, points=41), LossCurve(first)],
        title="Two losses",
        hold_start=0.1,
        hold_end=0.1,
        seconds=1.0,
    )


def plain_loop(label, loss):
    """Train a line as anyone would; return bias, weight, loss and gradient per step."""
    bias = torch.tensor(START[0], requires_grad=True)
    weight = torch.tensor(START[1], requires_grad=True)
    optimizer = SGD([bias, weight], **SETTINGS[label])
    rows = []
    for _ in range(STEPS + 1):
        optimizer.zero_grad()
        value = LOSSES[loss](weight * X + bias, Y)
        value.backward()
        rows.append(
            [each.item() for each in (bias, weight, value, bias.grad, weight.grad)]
        )
        optimizer.step()
    return rows


def loss_at(loss, bias, weight):
    """Return a loss at a place of the map."""
    return LOSSES[loss](weight * X + bias, Y).item()
