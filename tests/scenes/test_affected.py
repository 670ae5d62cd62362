"""Hyperparameters that only some optimizers of a scene have, against plain loops."""

from functools import partial

import numpy as np
import pytest
import torch
from conftest import article_data
from torch.nn import MSELoss
from torch.optim import SGD, Adam

from animator import (
    Experiment,
    Heatmap,
    LossCurve,
    Scene,
    SceneError,
    explore,
    record,
    vary,
)
from animator.problems import line_fit
from animator.scenes.sweep import sweep_of
from animator.scenes.sweep_recording import record_sweep

STEPS = 3
BETAS = [(0.9, 0.99), (0.5, 0.9)]
MADE = {"sgd": partial(SGD, lr=0.1, momentum=0.5), "adam": partial(Adam, lr=0.1)}


def experiment(*names):
    settings = {name: MADE[name] for name in names}
    return Experiment(line_fit(MSELoss()), settings, steps=STEPS)


def losses(make):
    """The losses (steps + 1,) of a plain torch loop."""
    x, y = (values.reshape(-1, 1) for values in article_data())
    model, found = torch.nn.Linear(1, 1), []
    model.weight.data.fill_(6.0)
    model.bias.data.fill_(-3.0)
    optimizer = make(model.parameters())
    for _ in range(STEPS + 1):
        optimizer.zero_grad()
        loss = MSELoss()(model(x), y)
        loss.backward()
        found.append(loss.item())
        optimizer.step()
    return np.float32(found)


def runs(recordings):
    """The losses of all runs of some recordings."""
    return [run.loss for each in recordings.values() for run in each.trajectories]


@pytest.mark.parametrize(
    "panels",
    [
        [Heatmap(experiment("sgd", "adam"))],
        [Heatmap(experiment("sgd")), LossCurve(experiment("adam"))],
    ],
    ids=["in one experiment", "in two experiments"],
)
def test_only_optimizers_that_take_it_vary(panels):
    sweep = sweep_of(Scene(panels), {"betas": BETAS})
    for betas, found in zip(BETAS, record_sweep(sweep), strict=True):
        sgd, adam = runs(found)
        assert np.array_equal(sgd, losses(MADE["sgd"]))
        assert np.array_equal(adam, losses(partial(MADE["adam"], betas=betas)))


def test_vary_changes_the_same_ones():
    scene = Scene([Heatmap(experiment("sgd")), LossCurve(experiment("adam"))])
    varied = vary(scene, momentum=0.9)
    found = [record(each).trajectories[0].loss for each in varied.experiments]
    sgd = losses(partial(SGD, lr=0.1, momentum=0.9))
    assert np.array_equal(found[0], sgd)
    assert np.array_equal(found[1], losses(MADE["adam"]))


def test_a_name_that_no_optimizer_takes_is_a_mistake():
    scene = Scene([Heatmap(experiment("sgd")), LossCurve(experiment("adam"))])
    with pytest.raises(SceneError, match="'momentu'; did you mean 'momentum'"):
        sweep_of(scene, {"momentu": [0.1, 0.2]})


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"lr": [float("nan"), 0.1]}, "sliders: lr has nan; give finite numbers"),
        ({"betas": [(0.9, float("inf")), (0.5, 0.9)]}, "has .*inf.*; give finite"),
        ({"lr": [0.1, 0.2], "options": {"size": 1}}, "options is .*; give RenderOpt"),
        (
            {"lr": [0.1, 0.2], "size": (160, 90)},
            "size is an option of the page, not a hyperparameter; give options=",
        ),
    ],
)
def test_mistakes_of_explore(tmp_path, arguments, message):
    scene = Scene([Heatmap(experiment("sgd"))])
    with pytest.raises(SceneError, match=message):
        explore(scene, tmp_path / "a.html", **arguments)
    assert not list(tmp_path.iterdir())
