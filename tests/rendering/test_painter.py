"""The painter: the pixels of a figure that is drawn in full, and true colours."""

from functools import partial

import numpy as np
import pytest
import torch
from conftest import SCENES
from torch.nn import L1Loss, MSELoss
from torch.optim import SGD

import animator
from animator import Experiment, Fit, Heatmap, Scene
from animator.drawing.colormaps import color_map
from animator.drawing.theme import LIGHT
from animator.experiments.lossmap import LossMaps
from animator.experiments.recorder import record_all
from animator.problems import Coordinate, line_fit
from animator.rendering.options import RenderOptions
from animator.rendering.painter import Painter
from animator.rendering.stage import set_stage

SMALL = (320, 180)


def drawn_in_full(stage, frame):
    """What a plain FuncAnimation draws: the whole figure, anew."""
    stage.move_to(frame)
    stage.figure.canvas.draw()
    return np.array(stage.figure.canvas.buffer_rgba())


@pytest.mark.parametrize("path", SCENES, ids=lambda path: path.stem)
def test_frames_equal_those_drawn_in_full(path, shared_cache):
    scene = animator.load(path)
    recordings = record_all(scene.experiments, cache=shared_cache, needs=scene.needs)
    options = RenderOptions(size=SMALL, fps=2, theme="light")
    maps = LossMaps(shared_cache)
    painter = Painter(set_stage(scene, recordings, options, maps))
    plain = set_stage(scene, recordings, options, maps)
    for frame in range(plain.timeline.frames):  # each is painted over the one before
        painter.paint(frame)
        if frame % 4 == 0 or frame == plain.timeline.frames - 1:
            np.testing.assert_array_equal(
                painter.pixels, drawn_in_full(plain, frame), err_msg=f"frame {frame}"
            )


@pytest.mark.parametrize("path", SCENES[::10], ids=lambda path: path.stem)
def test_frames_at_full_size_equal_those_drawn_in_full(path, shared_cache):
    scene = animator.load(path)
    recordings = record_all(scene.experiments, cache=shared_cache, needs=scene.needs)
    options, maps = RenderOptions(theme="dark"), LossMaps(shared_cache)
    painter = Painter(set_stage(scene, recordings, options, maps))
    plain = set_stage(scene, recordings, options, maps)
    for frame in (0, 80, plain.timeline.frames - 1):
        painter.paint(frame)
        np.testing.assert_array_equal(painter.pixels, drawn_in_full(plain, frame))


def test_paths_that_cross_are_the_same_on_both_ways():
    settings = {
        "plain": partial(SGD, lr=0.1),
        "momentum": partial(SGD, lr=0.1, momentum=0.9),
        "Nesterov": partial(SGD, lr=0.1, momentum=0.9, nesterov=True),
        "too fast": partial(SGD, lr=1.2),
    }
    experiment = Experiment(line_fit(MSELoss()), settings, steps=30)
    scene = Scene([Heatmap(experiment), Fit(experiment)], "Race", seconds=3)
    recordings = record_all(scene.experiments, needs=scene.needs)
    options = RenderOptions(size=(640, 360), fps=10)
    painter = Painter(set_stage(scene, recordings, options))
    plain = set_stage(scene, recordings, options)
    for frame in [*range(plain.timeline.frames), 7, 20, 3]:
        painter.paint(frame)
        np.testing.assert_array_equal(painter.pixels, drawn_in_full(plain, frame))


def test_the_boxes_cover_all_that_changed(small_scene):
    painter = Painter(
        set_stage(small_scene, record_all(small_scene.experiments), RenderOptions())
    )
    painter.paint(0)
    for frame in range(1, painter.stage.timeline.frames):
        before = painter.pixels.copy()
        for left, top, right, bottom in painter.paint(frame):
            before[top:bottom, left:right] = painter.pixels[top:bottom, left:right]
        np.testing.assert_array_equal(before, painter.pixels)


def test_the_boxes_are_small_where_the_path_has_ended():
    """Paths that have converged add nothing: not all of the picture is drawn again."""
    run = Experiment(line_fit(MSELoss()), {"plain": partial(SGD, lr=0.1)}, steps=2000)
    scene = Scene([Heatmap(run)], seconds=2, hold_start=0.1, hold_end=0.1)
    painter = Painter(set_stage(scene, record_all([run]), RenderOptions(size=SMALL)))
    for frame in range(20, painter.stage.timeline.frames):
        painter.paint(frame - 1)
        areas = [(x1 - x0) * (y1 - y0) for x0, y0, x1, y1 in painter.paint(frame)]
        assert sum(areas) < 0.2 * SMALL[0] * SMALL[1]


class Slope:
    """A plane, steep enough that half a cell away the colour is another one."""

    name, start = "slope", (0.0, 0.0)
    x, y = Coordinate("x", -5, 8), Coordinate("y", -5, 8)

    def model(self):
        model = torch.nn.Module()
        model.x = torch.nn.Parameter(torch.zeros(()))
        model.y = torch.nn.Parameter(torch.zeros(()))
        return model

    def loss(self, model):
        return self.losses(model.x, model.y)

    def losses(self, x, y):
        return 3 * x + 2 * y


class Cliff(Slope):
    """A loss that is infinite from the start on, and over half of the map."""

    def losses(self, x, y):
        return torch.where(x < 1, torch.inf, 3 * x)


def test_a_run_that_diverges_at_once_is_drawn_and_said():
    plain = {"plain": partial(SGD, lr=0.1)}
    scene = Scene([Heatmap(Experiment(Cliff(), plain, steps=5))], seconds=2.4)
    recordings = record_all(scene.experiments, needs=scene.needs)
    stage = set_stage(scene, recordings, RenderOptions(size=SMALL))
    painter = Painter(stage)
    for frame in range(stage.timeline.frames):
        painter.paint(frame)
    texts = [
        artist.get_text() for artist in stage.moving if hasattr(artist, "get_text")
    ]
    assert "diverged at step 0" in texts


def colour_errors(problem, points, loss_at, places, cmap="terrain"):
    """How far the colours at some places are from the loss there, of 255.

    A loud map shows more of an error than the theme's, which is meant if it is None.
    """
    plain = {"plain": partial(SGD, lr=0.1)}
    experiment = Experiment(problem, plain, steps=1)
    scene = Scene([Heatmap(experiment, points=points, cmap=cmap, contours=0)])
    stage = set_stage(scene, record_all(scene.experiments), RenderOptions())
    painter = Painter(stage)
    painter.paint(0)
    ax = next(ax for ax in stage.figure.axes if ax.images)
    low, high = ax.images[0].get_clim()
    errors = []
    for place in places:
        column, row = (int(v) for v in ax.transData.transform(place))
        x, y = ax.transData.inverted().transform((column + 0.5, row + 0.5))
        share = (loss_at(x, y) - low) / (high - low)
        expected = 255 * np.array(color_map(LIGHT, cmap)(share)[:3])
        errors.append(abs(painter.pixels[719 - row, column, :3] - expected).max())
    return max(errors)


PLACES = [(-4.5, -3.7), (-4.93, 1.23), (7.9, 7.2), (5.17, -4.31), (-1.0, 7.77)]


def test_the_colour_under_a_point_is_the_loss_there():
    problem = line_fit(L1Loss())
    data_x, data_y = problem.data_x.astype(float), problem.data_y.astype(float)

    def loss_at(bias, weight):
        return np.abs(bias + weight * data_x - data_y).mean()

    assert colour_errors(problem, 201, loss_at, PLACES) <= 3
    assert colour_errors(problem, 201, loss_at, PLACES, cmap=None) <= 1


def test_colours_lie_where_they_belong_to_a_fraction_of_a_cell():
    half = 0.5  # cells of 14 points from -5 to 8 are 1 wide
    cells = 14
    assert colour_errors(Slope(), cells, lambda x, y: 3 * x + 2 * y, PLACES) <= 3
    for dx, dy in [(half, 0), (0, half), (-half, 0), (0, -half)]:
        off = 3 * dx + 2 * dy
        moved = colour_errors(
            Slope(), cells, lambda x, y, off=off: 3 * x + 2 * y + off, PLACES
        )
        assert moved > 3
