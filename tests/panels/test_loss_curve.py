"""LossCurve: what is on the plane beside what was trained."""

from functools import partial

import numpy as np
import pytest
import torch
from matplotlib.text import Text
from torch import nn
from torch.optim import SGD, Adam

from animator import Experiment, LossCurve, Scene, SceneError
from animator.drawing.off_plane import format_distance
from animator.drawing.trail import Tip
from animator.experiments.recorder import record_all
from animator.problems import line_fit, network
from animator.rendering.options import RenderOptions
from animator.rendering.painter import Painter
from animator.rendering.stage import set_stage

SETTINGS = {"SGD": partial(SGD, lr=0.3), "Adam": partial(Adam, lr=0.05)}


def trained(settings, steps=12):
    torch.manual_seed(1)
    data = torch.randn(32, 5), torch.randint(0, 3, (32,))
    model = nn.Sequential(nn.Linear(5, 6), nn.Tanh(), nn.Linear(6, 3))
    return Experiment(network(model, data, nn.CrossEntropyLoss()), settings, steps)


def staged(experiment, recordings, **options):
    scene = Scene([LossCurve(experiment, plane=True, **options)], seconds=4)
    return set_stage(scene, recordings, RenderOptions(size=(640, 360)))


def texts(stage, step):
    stage.set_step(step)
    return [text.get_text() for text in stage.figure.findobj(Text)]


@pytest.mark.parametrize("scale", ["linear", "log"])
def test_the_loss_on_the_plane_is_that_of_the_weights_there(scale):
    experiment = trained(SETTINGS)
    recordings = record_all([experiment])
    recording = recordings[experiment]
    stage = staged(experiment, recordings, scale=scale)
    (trails,) = stage.growing
    assert [trail.is_dashed for trail in trails.trails] == [True, False] * 2
    plane, problem = recording.problem, experiment.problem
    where = plane.directions
    for run, dashed, real in zip(
        recording.trajectories, trails.trails[::2], trails.trails[1::2], strict=True
    ):
        np.testing.assert_array_equal(real._path[:, 1], run.loss)
        expected = []
        for x, y in run.params:
            weights = where.origin + x * where.right + y * where.up
            model = problem.model()
            nn.utils.vector_to_parameters(
                torch.as_tensor(weights, dtype=torch.float32), model.parameters()
            )
            with torch.no_grad():
                expected.append(problem.loss(model).item())
        np.testing.assert_allclose(dashed._path[:, 1], expected, rtol=1e-5)
    assert np.abs(dashed._path[:, 1] - real._path[:, 1]).max() > 1e-4
    assert sum(isinstance(m, Tip) and m.head for m in stage.moving) == 2


@pytest.mark.parametrize("count", [1, 2])
def test_the_key_says_how_far_the_path_is_off_the_plane(count):
    experiment = trained(dict(list(SETTINGS.items())[:count]))
    recordings = record_all([experiment])
    stage = staged(experiment, recordings)
    for step in (0, 5, 12):
        shown = texts(stage, step)
        assert any("╌ on the plane" in text for text in shown)
        assert any("off the plane" in text for text in shown)
        for run in recordings[experiment].trajectories:
            off = format_distance(float(run.off_plane[step]))
            assert off in (text.split(" ")[0] for text in shown)


def test_dashes_are_painted_as_they_are_drawn_in_full():
    experiment = trained(SETTINGS)
    recordings = record_all([experiment])
    painter = Painter(staged(experiment, recordings))
    plain = staged(experiment, recordings)
    for frame in range(0, plain.timeline.frames, 9):
        painter.paint(frame)
        plain.move_to(frame)
        plain.figure.canvas.draw()
        full = np.array(plain.figure.canvas.buffer_rgba())
        np.testing.assert_array_equal(painter.pixels, full)


def test_a_problem_without_a_plane_is_refused():
    experiment = Experiment(line_fit(nn.MSELoss()), SETTINGS, 3)
    with pytest.raises(SceneError, match="plane=True is for networks"):
        LossCurve(experiment, plane=True)
    with pytest.raises(SceneError, match="plane is 'yes'; give True or False"):
        LossCurve(experiment, plane="yes")


def test_distances_are_short():
    distances = 0.0, 0.000123456, 0.0123456, 1.23456, 123.456, np.nan
    expected = ["0.000", "1.2e-04", "0.012", "1.235", "123.5", "–"]
    assert [format_distance(distance) for distance in distances] == expected
