"""Curves: their ranges, gaps and marks, and where their markers are."""

import math
from functools import partial

import numpy as np
import pytest
import torch
from matplotlib.text import Text
from torch.nn import MSELoss
from torch.optim import SGD

from animator import (
    Experiment,
    LossCurve,
    Parameters,
    Profile,
    Recorder,
    Scene,
    Trajectory,
    record,
)
from animator.drawing.curve_limits import limits
from animator.drawing.markers import on_map
from animator.drawing.theme import LIGHT
from animator.drawing.trail import Tip, Trails
from animator.experiments.recorder import record_all
from animator.problems import line_fit, network, surface
from animator.rendering.options import RenderOptions
from animator.rendering.painter import Painter
from animator.rendering.stage import set_stage

LINE = line_fit(MSELoss())
CALM = {"plain": partial(SGD, lr=0.1), "slow": partial(SGD, lr=0.02)}
FAST = {"too fast": partial(SGD, lr=1.5)}
SIZE = (640, 360)


def staged(*panels, **options):
    scene = Scene(list(panels), seconds=4)
    return set_stage(
        scene, record_all(scene.experiments), RenderOptions(size=SIZE, **options)
    )


def axes_of(stage):
    (ax,) = [ax for ax in stage.figure.axes if ax.get_subplotspec() is not None]
    return ax


def rgb(color):
    return [int(color[i : i + 2], 16) for i in (1, 3, 5)]


def heads(stage):
    return [m for m in stage.moving if isinstance(m, Tip) and m.head]


def place_of(tip):
    """Where a marker is drawn, in data coordinates, and whether it is off the map."""
    at, away = on_map(tip.trail, tip._points()[0])
    return tip.trail.ax.transData.inverted().transform(at), away != (0.0, 0.0)


@pytest.mark.parametrize("scale", ["linear", "log"])
@pytest.mark.parametrize("panel", [LossCurve, Parameters, Profile])
def test_ranges_are_as_if_the_run_that_diverges_were_not_there(panel, scale):
    options = {"scale": scale} if panel is LossCurve else {}
    alone = staged(panel(Experiment(LINE, CALM, 120), **options))
    beside = staged(panel(Experiment(LINE, FAST | CALM, 120), **options))
    assert axes_of(beside).get_ylim() == axes_of(alone).get_ylim()


@pytest.mark.parametrize("scale", ["linear", "log"])
def test_a_run_that_ended_counts_with_all_its_values(scale):
    long, short = np.array([5.0, 4.0, 3.0, 2.5]), np.array([5.0, 9.0, 0.1, np.nan])
    low, high = limits([long, short], scale)
    assert low < 0.1 and 9 < high
    low, high = limits([long, short], scale, [False, True])
    assert 0.1 < low and high < 9


def test_zeros_do_not_rule_a_logarithmic_range():
    low, high = limits([np.array([8.0, 1.0, 0.0, 0.0])], "log")
    assert 0.5 < low < 1 and 8 < high < 16
    assert limits([np.full(3, np.nan)], "log") == (0.1, 1.0)


def test_a_logarithmic_range_ends_above_zero():
    low, _ = limits([np.array([1.0, 1e-200, 1e-307])], "log")
    assert 0 < low <= 1e-307


def test_a_rounded_constant_beside_its_level_is_no_range():
    low, high = limits([np.full(3, 0.1, np.float32)], "linear", included=[0.1])
    assert low < 0.099 and 0.101 < high
    low, high = limits([np.array([1.0, 1.0 + 1e-9])], "linear")
    assert 1 - 1e-9 < low and high < 1 + 2e-9  # doubles are as exact as that
    low, high = limits([np.array([1.0, 1e3, 1e30])], "log", [True])
    assert low < 1 < high < 1e3


@pytest.mark.parametrize("scale", ["linear", "log"])
@pytest.mark.parametrize("others", [{}, CALM])
def test_the_marker_of_a_run_that_diverges_stays_at_its_step(scale, others):
    experiment = Experiment(LINE, FAST | others, steps=200)
    end = record(experiment).trajectories[0].outcome.step
    stage = staged(LossCurve(experiment, scale=scale))
    ax = axes_of(stage)
    for step in (1, 2, 10.5, 40, end - 1, end, end + 0.5, 200):
        stage.set_step(step)
        (x, y), is_off = place_of(heads(stage)[0])
        assert x == pytest.approx(min(step, end - 1), abs=1e-6)
        assert ax.get_ylim()[0] < y < ax.get_ylim()[1]
        assert is_off == (step > 2) or step <= 2


def test_a_run_that_diverges_crosses_the_picture_only_at_first():
    """Its parameters swing from far below to far above, over all other curves."""
    experiment = Experiment(LINE, CALM | FAST, steps=60)
    stage = staged(Parameters(experiment))
    painter = Painter(stage)
    painter.paint(stage.timeline.frames - 1)
    ax = axes_of(stage)
    left, right = ax.transData.transform([(25, 0), (50, 0)])[:, 0].astype(int)
    bottom, top = (int(y) for y in ax.bbox.extents[[1, 3]])
    part = painter.pixels[SIZE[1] - top : SIZE[1] - bottom, left:right, :3].astype(int)
    third = abs(part - rgb(LIGHT.color(2))).sum(axis=-1) < 90
    assert not third.any()
    (trails,) = [a for a in stage.growing if isinstance(a, Trails)]
    assert len(trails.trails) == 6


def zero_at(*zeros, steps=6):
    """A run whose loss is zero at some steps."""
    loss = np.linspace(8, 2, steps + 1)
    loss[list(zeros)] = 0.0
    params = np.zeros((steps + 1, 2))
    return Experiment(
        surface(lambda x, y: x + y, x=(-1, 1), y=(-1, 1), start=(0, 0)),
        {"own": Trajectory.of(params, loss)},
        steps,
    )


@pytest.mark.parametrize("zeros", [(3,), (0,), (6,), (2, 3), (0, 1, 2, 3, 4, 5, 6)])
def test_a_zero_on_a_logarithmic_curve_leaves_a_gap_and_a_mark(zeros):
    stage = staged(LossCurve(zero_at(*zeros)))
    assert "▼ loss 0" in [text.get_text() for text in stage.figure.findobj(Text)]
    painter = Painter(stage)
    painter.paint(stage.timeline.frames - 1)
    stage.set_step(6)
    ax, red = axes_of(stage), rgb(LIGHT.color(0))
    bottom, top = (int(y) for y in ax.bbox.extents[[1, 3]])
    is_red = abs(painter.pixels[..., :3].astype(int) - red).sum(axis=-1) < 90

    def column(step):
        x = round(ax.transData.transform((step, ax.get_ylim()[1]))[0])
        part = is_red[SIZE[1] - top : SIZE[1] - bottom, x - 1 : x + 2].any(axis=1)
        return part[:-11], part[-11:]

    for step in range(6):  # at the last one there is the marker
        above, border = column(step)
        assert border.any() == (step in zeros), step
        if step in zeros:
            assert not above.any(), step
        between = column(step + 0.5)[0].any()
        assert between == (not {step, step + 1} & set(zeros)), step


def test_the_marker_at_a_zero_is_on_the_lower_border_at_its_step():
    stage = staged(LossCurve(zero_at(3)))
    low = axes_of(stage).get_ylim()[0]
    stage.set_step(3)
    (x, y), is_off = place_of(heads(stage)[0])
    assert x == pytest.approx(3) and is_off and low < y < 1.2 * low
    stage.set_step(4)
    (x, y), is_off = place_of(heads(stage)[0])
    assert (x, y) == pytest.approx((4, 4)) and not is_off


def test_gaps_and_marks_are_painted_as_they_are_drawn_in_full():
    experiment = zero_at(2, 3, 5, steps=9)
    scene = Scene([LossCurve(experiment)], seconds=4)
    recordings = record_all([experiment])
    painter = Painter(set_stage(scene, recordings, RenderOptions(size=(320, 180))))
    plain = set_stage(scene, recordings, RenderOptions(size=(320, 180)))
    for frame in range(0, plain.timeline.frames, 12):
        painter.paint(frame)
        plain.move_to(frame)
        plain.figure.canvas.draw()
        full = np.array(plain.figure.canvas.buffer_rgba())
        np.testing.assert_array_equal(painter.pixels, full)


def test_a_recorder_s_loss_is_shown_as_far_as_it_goes():
    torch.manual_seed(0)
    inputs, labels = torch.randn(20, 3), torch.randn(20, 1)
    model = torch.nn.Linear(3, 1)
    problem = network(model, (inputs, labels), MSELoss())
    recorder, optimizer = Recorder(model), SGD(model.parameters(), lr=0.2)
    for _ in range(10):
        optimizer.zero_grad()
        loss = MSELoss()(model(inputs), labels)
        loss.backward()
        recorder.log(loss)
        optimizer.step()
    experiment = Experiment(problem, {"mine": recorder}, steps=10)
    losses = recorder.loss
    stage = staged(LossCurve(experiment))
    low, high = axes_of(stage).get_ylim()
    assert low < min(losses) and max(losses) < high
    stage.set_step(10)
    (x, y), is_off = place_of(heads(stage)[0])
    assert (x, y) == pytest.approx((9, losses[9]), rel=1e-5) and not is_off
    assert math.isclose(max(losses), losses[0])
