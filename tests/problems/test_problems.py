"""Problems of other data, models and losses, against plain torch."""

from functools import partial

import numpy as np
import pytest
import torch
from conftest import article_data
from torch import nn
from torch.optim import SGD, Adam

from animator import Experiment, Fit, Heatmap, Scene, SceneError, loss_map, record
from animator.experiments.recorder import record_all
from animator.problems import Polynomial, curve_fit, line_fit, logistic_fit
from animator.rendering.options import RenderOptions
from animator.rendering.painter import Painter
from animator.rendering.stage import set_stage

LOSSES = [
    nn.MSELoss(),
    nn.MSELoss(reduction="sum"),
    nn.L1Loss(),
    nn.HuberLoss(delta=0.3),
    nn.SmoothL1Loss(beta=2.5),
    nn.PoissonNLLLoss(log_input=True, full=True),
    nn.SoftMarginLoss(),
    nn.HingeEmbeddingLoss(margin=2.0),
]


@pytest.mark.parametrize("loss", LOSSES, ids=str)
def test_every_loss_s_map_equals_point_by_point_evaluation(loss):
    landscape = loss_map(line_fit(loss), points=14)
    x, y = article_data()
    for i, weight in enumerate(landscape.y.tolist()):
        for j, bias in enumerate(landscape.x.tolist()):
            expected = loss(x * weight + bias, y).item()
            assert landscape.loss[i, j] == pytest.approx(expected, rel=2e-5, abs=1e-6)


@pytest.mark.parametrize("loss", LOSSES, ids=str)
def test_every_loss_s_path_equals_a_plain_loop(loss):
    settings = {"it": partial(SGD, lr=1e-3)}
    (trajectory,) = record(Experiment(line_fit(loss), settings, 10)).trajectories
    x, y = (values.reshape(-1, 1) for values in article_data())
    model = nn.Linear(1, 1)
    model.weight.data.fill_(6.0)
    model.bias.data.fill_(-3.0)
    optimizer = SGD(model.parameters(), lr=1e-3)
    for step in range(11):
        optimizer.zero_grad()
        value = loss(model(x), y)
        value.backward()
        here = [model.bias.item(), model.weight.item()]
        np.testing.assert_array_equal(trajectory.params[step], np.float32(here))
        assert trajectory.loss[step] == np.float32(value.item())
        optimizer.step()


def test_points_come_from_arrays_or_a_table(tmp_path):
    table = tmp_path / "data.csv"
    table.write_text("\N{BYTE ORDER MARK}note,x,y\r\na,1,2.5\r\nb,-2e0,3\r\n")
    for points in (table, str(table), ([1, -2], np.array([2.5, 3]))):
        problem = line_fit(nn.MSELoss(), points=points)
        assert problem.data_x.tolist() == [1, -2]
        assert problem.data_y.tolist() == [2.5, 3]
        assert problem.data_x.dtype == np.float32


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a,b\n1,2\n", "has the columns a, b and no 'x'; choose two"),
        ("x,y\n1,2\n3,four\n", r"data\.csv:3: y is 'four'; give a number"),
        ("x,y\n1\n", r"data\.csv:2: y is empty; leave such points out"),
        ("x,y\n", "there are no points; the table or rows are empty"),
        ("x,y\n1,inf\n", "a point is not finite"),
        ("", "is empty; give a table with a header"),
    ],
)
def test_tables_that_are_none(tmp_path, text, message):
    (tmp_path / "data.csv").write_text(text)
    with pytest.raises(SceneError, match=message):
        line_fit(nn.MSELoss(), points=tmp_path / "data.csv")


def test_a_table_that_is_not_there(tmp_path):
    with pytest.raises(SceneError, match=r"none\.csv: there is no such file"):
        line_fit(nn.MSELoss(), points=tmp_path / "none.csv")


def parabola(**changes):
    usual = {"x": ("c[1]", -4, 4), "y": ("c[2]", -3, 3), "start": (-3.0, 2.0)}
    return curve_fit(Polynomial(2.0, 0.0, 0.0), nn.MSELoss(), **usual | changes)


def test_a_polynomial_is_fitted_as_by_hand():
    """Two coefficients are trained and the third stays: a plain loop over them."""
    settings = {"Adam": partial(Adam, lr=0.1)}
    (trajectory,) = record(Experiment(parabola(), settings, 40)).trajectories
    x, y = article_data()
    one, two = (torch.tensor(v, requires_grad=True) for v in (-3.0, 2.0))
    optimizer = Adam([one, two], lr=0.1)
    for step in range(41):
        loss = ((2.0 + one * x + two * x**2 - y) ** 2).mean()
        assert trajectory.loss[step] == pytest.approx(loss.item(), rel=1e-4)
        assert trajectory.params[step] == pytest.approx([one.item(), two.item()], 1e-3)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


def test_a_polynomial_s_map_has_its_minimum_where_least_squares_has_it():
    x, y = (values.double().numpy() for values in article_data())
    best = np.linalg.lstsq(np.column_stack([x, x**2]), y - 2.0, rcond=None)[0]
    landscape = loss_map(parabola(), 101)
    assert landscape.minimum[:2] == pytest.approx(best, abs=5e-3)
    residual = 2.0 + best[0] * x + best[1] * x**2 - y
    assert landscape.minimum[2] == pytest.approx(np.mean(residual**2), rel=1e-4)


def test_the_marker_s_loss_is_that_of_the_map_below_it():
    """So it is only if what is not drawn stays as it is, weight decay or not."""
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(1, 4), nn.Tanh(), nn.Linear(4, 1))
    names = {"x": ("2.weight[0, 1]", -4, 4), "y": ("0.bias[3]", -4, 4)}
    problem = curve_fit(model, nn.MSELoss(), **names)
    assert problem.start == pytest.approx(
        (model[2].weight[0, 1].item(), model[0].bias[3].item())
    )
    before = [p.clone() for p in model.parameters()]
    decay = {"decay": partial(SGD, lr=0.3, weight_decay=0.1)}
    (trajectory,) = record(Experiment(problem, decay, 30)).trajectories
    x, y = (torch.from_numpy(trajectory.params[:, axis].copy()) for axis in (0, 1))
    np.testing.assert_allclose(problem.losses(x, y), trajectory.loss, rtol=1e-5)
    for old, new in zip(before, model.parameters(), strict=True):
        assert torch.equal(old, new)  # the user's model is not touched


def test_logistic_regression_equals_a_plain_loop():
    rng = np.random.default_rng(3)
    x = rng.normal(size=30).astype(np.float32)
    labels = (x + rng.normal(size=30) > 0).astype(np.float32)
    problem = logistic_fit(points=(x, labels), start=(1.0, -1.0))
    settings = {"it": partial(SGD, lr=0.5, momentum=0.5)}
    (trajectory,) = record(Experiment(problem, settings, 30)).trajectories
    bias, weight = (torch.tensor(v, requires_grad=True) for v in (1.0, -1.0))
    optimizer = SGD([bias, weight], lr=0.5, momentum=0.5)
    inputs, targets = torch.from_numpy(x), torch.from_numpy(labels)
    for step in range(31):
        chance = torch.sigmoid(weight * inputs + bias)
        loss = -(targets * chance.log() + (1 - targets) * (1 - chance).log()).mean()
        assert trajectory.loss[step] == pytest.approx(loss.item(), rel=1e-4)
        assert trajectory.params[step] == pytest.approx(
            [bias.item(), weight.item()], abs=1e-4
        )
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    curve = problem.predict(np.array([0.5, 2.0]), np.array([-1.0, 0.0, 3.0]))
    np.testing.assert_allclose(curve, 1 / (1 + np.exp([1.5, -0.5, -6.5])), rtol=1e-5)


@pytest.mark.parametrize("problem", [parabola(), logistic_fit()], ids=["c", "logistic"])
def test_fit_and_heatmap_show_them(problem):
    experiment = Experiment(problem, {"it": partial(SGD, lr=0.05)}, 5)
    scene = Scene([Fit(experiment), Heatmap(experiment, points=21)], seconds=3)
    stage = set_stage(scene, record_all([experiment]), RenderOptions(size=(320, 180)))
    painter = Painter(stage)
    painter.paint(0)
    first = painter.pixels.copy()
    painter.paint(stage.timeline.frames - 1)
    assert (painter.pixels != first).any()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"x": ("d[1]", -1, 1)}, r"no parameter 'd\[1\]'; it has c"),
        ({"x": ("c", -1, 1)}, r"not a single element of 'c' of shape \(3,\)"),
        ({"x": "c[1]"}, r"x is 'c\[1\]'; give \(name, low, high\)"),
        ({"x": ("c[2]", -1, 1)}, r"x and y are both 'c\[2\]'; give two different ones"),
        ({"y": ("c[2]", 1, -1)}, "is empty, too narrow, or not finite"),
    ],
)
def test_curves_that_make_no_sense(changes, message):
    with pytest.raises(SceneError, match=message):
        parabola(**changes)


def test_models_losses_and_labels_that_do_not_fit():
    drawn = {"x": ("c[0]", -1, 1), "y": ("c[1]", -1, 1)}
    with pytest.raises(SceneError, match="3 is not a model; give a torch"):
        curve_fit(3, nn.MSELoss(), **drawn)
    with pytest.raises(SceneError, match="is not a loss; give one such as MSELoss"):
        curve_fit(Polynomial(0.0, 0.0), nn.MSELoss, **drawn)
    with pytest.raises(
        SceneError, match=r"several numbers, of shape \(50, 1\); average"
    ):
        curve_fit(Polynomial(0.0, 0.0), nn.MSELoss(reduction="none"), **drawn)
    wide = {"x": ("weight[0, 0]", -1, 1), "y": ("weight[0, 1]", -1, 1)}
    with pytest.raises(SceneError, match="give a model that takes inputs"):
        curve_fit(nn.Linear(2, 1), nn.MSELoss(), **wide)
    with pytest.raises(SceneError, match="a label is 2; give 0 or 1"):
        logistic_fit(points=([1, 2], [0, 2]))
