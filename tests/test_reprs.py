"""The `repr` of what is public is a line or two, without arrays."""

import copy
from dataclasses import fields, is_dataclass
from functools import partial

import numpy as np
import pytest
import torch
from conftest import SCENES
from torch import nn
from torch.optim import SGD, Adam

import animator
from animator import (
    Experiment,
    Fit,
    Heatmap,
    Recorder,
    Scene,
    Setting,
    Trajectory,
    loss_map,
    panels,
    record,
    tune_lr,
)
from animator.base.quoting import short_repr
from animator.problems import Polynomial, curve_fit, himmelblau, line_fit, network

LINE = line_fit(nn.MSELoss())
CURVE = curve_fit(
    Polynomial(2.0, 0.0, 0.0), nn.MSELoss(), x=("c[1]", -4, 4), y=("c[2]", -3, 3)
)
NET = network(nn.Linear(2, 2), (torch.zeros(9, 2), torch.zeros(9, 2)), nn.MSELoss())
RUNS = {"plain": partial(SGD, lr=0.1), "Adam": Setting(partial(Adam, lr=0.1), seed=3)}
FIT = Experiment(LINE, RUNS, steps=4)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (LINE, "<LineFit 'MSELoss', 50 points, bias -5 to 8, weight -5 to 8, start (-"),
        (CURVE, "<CurveFit 'MSELoss', a Polynomial, 50 points, c[1] -4 to 4, c[2] -3"),
        (himmelblau, "<SurfaceProblem 'Himmelblau', x -6 to 6, y -6 to 6, start (0, 0"),
        (NET, "<Network 'Linear', 6 weights, 9 points>"),
        (FIT, "<Experiment 'MSELoss', settings ['plain', 'Adam'], steps 4>"),
        (RUNS["Adam"], "Setting(optimizer=partial(Adam, lr=0.1), seed=3)"),
        (
            Fit(FIT),
            "Fit(experiment=<Experiment 'MSELoss', settings ['plain', 'Adam'], ",
        ),
        (Heatmap(FIT, contours=8), "Heatmap(experiment=<Experiment "),
        (Scene([Fit(FIT), Heatmap(FIT)], "One"), "<Scene 'One': Fit, Heatmap>"),
        (record(FIT), "<Recording of experiment 'MSELoss': plain, Adam, 4 steps>"),
        (
            record(FIT).trajectories[0],
            "<Trajectory 'plain', 4 steps, loss 53.08 at (-3",
        ),
        (Trajectory.of(np.array([[1, 2], [np.inf, 3]])), "diverged at step 1>"),
        (loss_map(LINE, 11), "<LossMap of 11 × 11 points, lowest 0.4994 at (2.48"),
        (Recorder(nn.Linear(2, 2)), "<Recorder of Linear: 0 logged points>"),
        (
            Experiment(LINE, tune_lr(LINE, RUNS)),
            "settings that are tuned, steps as many as logged",
        ),
    ],
    ids=lambda value: type(value).__name__,
)
def test_it_is_a_line(value, text):
    assert text in repr(value)
    assert len(repr(value)) < 160
    assert "\n" not in repr(value) and "array" not in repr(value)


def test_a_plane_is_described_too():
    data = torch.randn(9, 2), torch.randn(9, 2)
    problem = network(copy.deepcopy(NET.original), data, nn.MSELoss())
    recording = record(Experiment(problem, {"a": partial(SGD, lr=0.1)}, steps=3))
    assert repr(recording.problem).startswith("<Plane 'Linear', PC 1, ")
    assert len(repr(recording.problem)) < 160


@pytest.mark.parametrize("path", SCENES, ids=lambda path: path.stem)
def test_all_scenes_and_their_panels(path):
    scene = animator.load(path)
    for value in (scene, *scene.panels, *scene.experiments):
        assert len(repr(value)) < 250 and "\n" not in repr(value)


KINDS = [value for value in vars(panels).values() if hasattr(value, "draw")]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if is_dataclass(kind)])
def test_each_panel_knows_its_line_and_has_a_short_repr(kind):
    assert "made_at" in {field.name for field in fields(kind)}
    assert kind.__repr__ is short_repr
