"""Validation points of fits: the loss over them, as computed by hand."""

from functools import partial

import numpy as np
import pytest
import torch
from matplotlib.collections import PathCollection
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits
from torch.optim import SGD, Adam

from animator import Experiment, Fit, Scene, SceneError, log_range, record, tune
from animator.experiments.recorder import record_all
from animator.problems import Polynomial, curve_fit, line_fit, logistic_fit, network
from animator.rendering.options import RenderOptions
from animator.rendering.stage import set_stage

RANDOM = np.random.RandomState(3)
X = RANDOM.randn(12)
Y = 2 * X + 1 + RANDOM.randn(12)
SEEN, UNSEEN = (X[:7], Y[:7]), (X[7:], Y[7:])
SETTINGS = {"plain": partial(SGD, lr=0.1), "Adam": partial(Adam, lr=0.3)}


def absolute(outputs, labels):
    return (outputs - labels).abs().mean()


def runs(problem, **options):
    return record(Experiment(problem, SETTINGS, steps=6, **options)).trajectories


def test_the_validation_loss_of_a_line_is_that_of_its_parameters():
    seen = runs(line_fit(nn.MSELoss(), points=SEEN))
    problem = line_fit(nn.MSELoss(), points=SEEN, validation=UNSEEN)
    for plain, run in zip(
        seen, runs(problem, metrics={"error": absolute}), strict=True
    ):
        np.testing.assert_array_equal(run.params, plain.params)
        np.testing.assert_array_equal(run.loss, plain.loss)
        bias, weight = run.params.T.astype(np.float64)
        off = bias[:, None] + weight[:, None] * X[7:] - Y[7:]
        found = run.series
        np.testing.assert_allclose(
            found["validation loss"], (off**2).mean(1), rtol=1e-5
        )
        np.testing.assert_allclose(
            found["validation error"], np.abs(off).mean(1), rtol=1e-5
        )
        assert not np.allclose(found["error"], found["validation error"])


def test_a_curve_and_a_probability_have_validation_points():
    axes = {"x": ("c[0]", -4, 4), "y": ("c[1]", -4, 4)}
    curve = curve_fit(
        Polynomial(0.0, 0.0, 0.5), nn.L1Loss(), **axes, points=SEEN, validation=UNSEEN
    )
    labels = (Y > 0).astype(float)
    classes = logistic_fit(
        points=(X[:7], labels[:7]),
        validation={"x": X[7:], "y": labels[7:]},
    )
    for run in runs(curve):
        c = run.params.T.astype(np.float64)[:, :, None]
        off = c[0] + c[1] * X[7:] + 0.5 * X[7:] ** 2 - Y[7:]
        expected = np.abs(off).mean(1)
        np.testing.assert_allclose(run.series["validation loss"], expected, rtol=1e-5)
    for run in runs(classes):
        bias, weight = torch.from_numpy(run.params.astype(np.float64)).T[:, :, None]
        logits = bias + weight * torch.from_numpy(X[7:])
        for step, value in enumerate(run.series["validation loss"]):
            expected = binary_cross_entropy_with_logits(
                logits[step], torch.from_numpy(labels[7:])
            )
            assert value == pytest.approx(expected.item(), rel=1e-5)


def test_the_points_are_read_as_those_of_the_fit(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rows = "\n".join(f"{a};{b}".replace(".", ",") for a, b in zip(*UNSEEN, strict=True))
    (tmp_path / "held.csv").write_text(f"hours;score\n1;\n{rows}\n")
    fit = partial(line_fit, nn.MSELoss(), points=SEEN, dtype=torch.float64)
    table = "held.csv", "hours", "score"
    with pytest.raises(SceneError, match=r"validation: held.csv:2: score is empty"):
        fit(validation=table)
    problem = fit(validation=table, missing="drop").at(start=(0, 0))
    (plain, _) = runs(problem)
    assert plain.series["validation loss"][0] == pytest.approx((Y[7:] ** 2).mean())


def test_what_counts_in_a_search_is_the_loss():
    problem = line_fit(nn.MSELoss(), points=SEEN, validation=UNSEEN)
    settings = tune(problem, {"SGD": {"lr": log_range(0.01, 0.1)}}, steps=3, trials=3)
    assert settings.problem.metrics == ()
    assert problem.metrics[0].name == "validation loss"


def test_metrics_of_an_experiment_see_a_network_s_validation_data():
    inputs, labels = (torch.tensor(row, dtype=torch.float32)[:, None] for row in (X, Y))
    problem = network(
        nn.Linear(1, 1),
        (inputs[:7], labels[:7]),
        nn.MSELoss(),
        validation=(inputs[7:], labels[7:]),
    )
    run = runs(problem, metrics={"error": absolute, "norm": lambda m: m.bias.sum()})[0]
    assert set(run.series) >= {"validation loss", "error", "validation error", "norm"}
    assert "validation norm" not in run.series
    mine = {"error": absolute, "validation error": lambda model: 1.0}
    run = runs(problem, metrics=mine)[0]
    assert set(run.series["validation error"]) == {1.0}


def test_fit_shows_the_validation_points_hollow():
    problem = line_fit(nn.MSELoss(), points=SEEN, validation=UNSEEN)
    run = Experiment(problem, SETTINGS, steps=2)
    scene = Scene([Fit(run)])
    stage = set_stage(scene, record_all([run]), RenderOptions(size=(320, 180)))
    (ax,) = stage.figure.axes
    full, hollow = (c for c in ax.collections if isinstance(c, PathCollection))
    np.testing.assert_allclose(full.get_offsets(), np.column_stack(SEEN), rtol=1e-6)
    np.testing.assert_allclose(hollow.get_offsets(), np.column_stack(UNSEEN), rtol=1e-6)
    assert len(hollow.get_facecolor()) == 0 and len(full.get_facecolor()) == 1
    (low, high), (bottom, top) = ax.get_xlim(), ax.get_ylim()
    assert low < X.min() and X.max() < high and bottom < Y.min() and Y.max() < top


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (
            lambda: logistic_fit(validation=([1, 2], [0, 3])),
            "logistic_fit: validation: a label is 3; give 0 or 1",
        ),
        (
            lambda: line_fit(nn.MSELoss(), validation=([1, 2], [0])),
            r"line_fit: validation: points of shapes \(2,\) and \(1,\)",
        ),
        (
            lambda: line_fit(
                lambda a, b: ((a - b) * torch.ones(50, 1)).mean(),
                validation=([1, 2], [0, 1]),
            ),
            "line_fit: validation: RuntimeError: .*; give points of the same form",
        ),
    ],
)
def test_points_that_do_not_fit_are_refused(make, text):
    with pytest.raises(SceneError, match=f"^{text}"):
        make()
