"""Boundaries and probabilities against torch, at the weights of a plain loop."""

from functools import partial

import numpy as np
import pytest
import torch
from matplotlib.collections import LineCollection
from torch import nn
from torch.optim import SGD

from animator import Boundary, Experiment, Scene, SceneError
from animator.drawing.theme import LIGHT
from animator.experiments.classifier import classifier_of
from animator.experiments.recorder import record_all
from animator.problems import beale, network, random_plane
from animator.rendering.options import RenderOptions
from animator.rendering.painter import Painter
from animator.rendering.stage import set_stage


def clouds(classes, dtype=torch.long):
    torch.manual_seed(0)
    labels = torch.arange(60) % classes
    middle = torch.stack([labels.cos(), labels.sin()], dim=1) * 2
    return middle + 0.3 * torch.randn(60, 2), labels.to(dtype)


def trained(net, data, loss, steps=5, count=1):
    settings = {f"lr {k}": partial(SGD, lr=0.5 * k) for k in range(1, count + 1)}
    return Experiment(network(net, data, loss), settings, steps)


def staged(*panels):
    scene = Scene(list(panels), seconds=4)
    recordings = record_all(scene.experiments, needs=scene.needs)
    return set_stage(scene, recordings, RenderOptions(size=(480, 320)))


def segments(stage):
    (ax,) = stage.figure.axes
    lines = [c for c in ax.collections if isinstance(c, LineCollection)]
    return [line.get_segments() for line in lines[1::2]]  # each is above its rim


def after(net, data, loss, steps, lr=0.5):
    """The model of the plain loop after so many steps, in evaluation mode."""
    optimizer = SGD(net.parameters(), lr=lr)
    for _ in range(steps):
        optimizer.zero_grad()
        loss(net(data[0]), data[1]).backward()
        optimizer.step()
    return net.eval()


def deep():
    torch.manual_seed(1)
    return nn.Sequential(
        nn.Linear(2, 8), nn.BatchNorm1d(8), nn.Tanh(), nn.Dropout(0.0), nn.Linear(8, 3)
    )


@pytest.mark.parametrize("step", [0, 3, 5])
def test_the_image_shows_the_probabilities_of_torch(step):
    data, loss = clouds(3), nn.CrossEntropyLoss()
    stage = staged(Boundary(trained(deep(), data, loss), points=7))
    stage.set_step(step + 0.4 * (step < 5))
    (image,) = stage.figure.axes[0].images
    model = after(deep(), data, loss, step)
    (ax,) = stage.figure.axes
    x, y = (np.linspace(*span, 7) for span in (ax.get_xlim(), ax.get_ylim()))
    for row, column in ((0, 0), (3, 4), (6, 1)):
        place = torch.tensor([[x[column], y[row]]], dtype=torch.float32)
        share = model(place).softmax(1)[0]
        best = int(share.argmax())
        strength = 0.27 * (share[best].item() - 1 / 3) / (2 / 3)
        color = int(LIGHT.color(1 + best)[1:], 16)
        rgb = np.array([color >> 16, color >> 8 & 255, color & 255]) / 255
        expected = strength * rgb + (1 - strength)
        np.testing.assert_allclose(image.get_array()[row, column], expected, atol=2e-3)


@pytest.mark.parametrize("count", [1, 2])
def test_a_line_lies_where_the_two_largest_outputs_are_equal(count):
    data, loss = clouds(3), nn.CrossEntropyLoss()
    stage = staged(Boundary(trained(deep(), data, loss, count=count), points=201))
    stage.set_step(5)
    found = segments(stage)
    assert len(found) == count
    for number, lines in enumerate(found, start=1):
        model = after(deep(), data, loss, 5, lr=0.5 * number)
        places = torch.tensor(np.concatenate(lines), dtype=torch.float32)
        top = model(places).softmax(1).topk(2, dim=1).values
        assert (top[:, 0] - top[:, 1]).median() < 0.01
        assert len(places) > 100


def sigmoid(net):
    return nn.Sequential(net, nn.Sigmoid(), nn.Flatten(0))


@pytest.mark.parametrize(
    ("wrap", "loss", "labels", "outputs"),
    [
        (lambda n: nn.Sequential(n, nn.Flatten(0)), nn.BCEWithLogitsLoss(), "01", None),
        (sigmoid, nn.BCELoss(), "01", None),
        (sigmoid, nn.MSELoss(), "01", "probability"),
        (
            lambda n: nn.Sequential(n, nn.Flatten(0)),
            nn.SoftMarginLoss(),
            "-+",
            None,
        ),
    ],
)
def test_the_line_of_a_linear_model_is_where_its_score_is_zero(
    wrap, loss, labels, outputs
):
    points, classes = clouds(2, torch.float32)
    classes = classes if labels == "01" else 2 * classes - 1
    torch.manual_seed(2)
    linear = nn.Linear(2, 1)
    experiment = trained(wrap(linear), (points, classes), loss)
    stage = staged(Boundary(experiment, outputs=outputs, points=31))
    stage.set_step(5)
    model = after(wrap(linear), (points, classes), loss, 5)
    (lines,) = segments(stage)
    with torch.no_grad():
        heights = linear(torch.tensor(np.concatenate(lines), dtype=torch.float32))
    assert model is not None and heights.abs().max() < 0.02
    assert not heights.isnan().any()


@pytest.mark.parametrize("steep", [1.0, 1e4, 1e30])
def test_a_line_is_straight_however_steep_the_probability_is(steep):
    net = nn.Sequential(nn.Linear(2, 1), nn.Sigmoid())
    slopes, offset = torch.tensor([[0.4, 1.0]]), torch.tensor([-0.37])
    with torch.no_grad():
        net[0].weight.copy_(steep * slopes)
        net[0].bias.copy_(steep * offset)
    data = clouds(2, torch.float32)
    data = data[0], data[1][:, None]
    problem = network(net, data, nn.BCELoss(), plane=random_plane())
    run = Experiment(problem, {"plain": partial(SGD, lr=0.1)}, steps=1)
    stage = staged(Boundary(run, points=11))
    stage.set_step(0)
    ((line,),) = segments(stage)
    (ax,) = stage.figure.axes
    cell = max(np.ptp(ax.get_xlim()), np.ptp(ax.get_ylim())) / 10
    off = line @ slopes.numpy()[0] + offset.item()
    assert len(line) > 10
    assert np.abs(off / slopes.norm().item()).max() < cell / 200


def test_the_painter_draws_the_points_above_what_moves():
    stage = staged(Boundary(trained(deep(), clouds(3), nn.CrossEntropyLoss())))
    plain = staged(Boundary(trained(deep(), clouds(3), nn.CrossEntropyLoss())))
    painter = Painter(stage)
    for frame in (0, 30, 31, 60, 5):
        painter.paint(frame)
        plain.move_to(frame)
        plain.figure.canvas.draw()
        full = np.asarray(plain.figure.canvas.buffer_rgba())
        np.testing.assert_array_equal(painter.pixels, full)


def test_what_has_no_boundary():
    experiment = Experiment(beale, {"a": partial(SGD, lr=0.1)})
    with pytest.raises(
        SceneError, match="Beale is not a network; give an experiment of"
    ):
        Boundary(experiment)
    points, labels = clouds(2)
    wide = torch.cat([points, points], 1)
    with pytest.raises(SceneError, match=r"shape \(60, 4\); it shows points in two"):
        Boundary(trained(nn.Linear(4, 2), (wide, labels), nn.CrossEntropyLoss()))
    mean = trained(nn.Linear(2, 1), (points, labels[:, None].float()), nn.MSELoss())
    with pytest.raises(SceneError, match="MSELoss does not say what the model's"):
        Boundary(mean)
    good = trained(nn.Linear(2, 2), (points, labels), nn.CrossEntropyLoss())
    with pytest.raises(SceneError, match="no setting 'Adam'; give one of 'lr 1'"):
        staged(Boundary(good, setting="Adam"))
    with pytest.raises(SceneError, match="outputs is 'odds'; give one of logits"):
        Boundary(good, outputs="odds")
    assert classifier_of(good.problem, None).names == ("0", "1")
