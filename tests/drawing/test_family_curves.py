"""How the runs of settings are drawn: starts, colours, medians and bands."""

from functools import partial

import numpy as np
import pytest
import torch
from matplotlib.colors import to_hex
from torch import nn
from torch.nn import MSELoss
from torch.optim import SGD

from animator import (
    Experiment,
    Fit,
    Heatmap,
    LossCurve,
    Parameters,
    Profile,
    Scene,
    Series,
    Setting,
    Surface,
)
from animator.drawing.surface_paths import SurfacePaths
from animator.drawing.theme import LIGHT
from animator.drawing.trail import Trails
from animator.experiments.recorder import record_all
from animator.problems import himmelblau, line_fit, network
from animator.rendering.options import RenderOptions
from animator.rendering.painter import Painter
from animator.rendering.stage import set_stage

sgd = partial(SGD, lr=0.01)
SIZE = RenderOptions(size=(640, 360))
FAMILY = Experiment(
    line_fit(MSELoss()),
    {
        "few": Setting(partial(SGD, lr=0.05), batch_size=5, seeds=3),
        "alone": partial(SGD, lr=0.1),
        "many": Setting(partial(SGD, lr=0.03), batch_size=2, seeds=11),
    },
    steps=7,
)


@pytest.fixture(scope="module")
def recordings():
    return record_all([FAMILY])


def stage_of(panel, recordings=None):
    recordings = recordings or record_all([panel.experiment])
    return set_stage(Scene([panel]), recordings, SIZE)


def texts_of(stage):
    return [
        artist.get_text()
        for artist in stage.figure.findobj(lambda artist: hasattr(artist, "get_text"))
    ]


def squares_of(stage):
    """Where squares lie, in data coordinates."""
    lines = stage.figure.axes[0].lines
    return {
        (float(line.get_xdata()[0]), float(line.get_ydata()[0]))
        for line in lines
        if line.get_marker() == "s"
    }


def test_each_start_has_a_mark_and_none_is_where_no_run_starts():
    starts = [(1, 2), (-3, 3), (1, 2)]
    settings = {f"{k}": Setting(sgd, start=s) for k, s in enumerate(starts)}
    stage = stage_of(Heatmap(Experiment(himmelblau, settings, steps=2), points=9))
    assert squares_of(stage) == set(starts)


def test_each_random_start_has_a_mark():
    setting = Setting(sgd, start=lambda: 4 * torch.rand(2), seeds=5)
    experiment = Experiment(himmelblau, {"it": setting}, steps=2)
    recordings = record_all([experiment])
    runs = recordings[experiment].trajectories
    places = {tuple(run.params[0].tolist()) for run in runs}
    assert len(places) == 5
    assert squares_of(stage_of(Heatmap(experiment, points=9), recordings)) == places


def test_runs_of_a_setting_have_one_colour_in_every_panel(recordings):
    expected = [LIGHT.color(0)] * 3 + [LIGHT.color(1)] + [LIGHT.color(2)] * 11
    trails = stage_of(Heatmap(FAMILY, points=9), recordings).figure.findobj(Trails)
    assert [trail.color for trail in trails[0].trails] == expected
    (paths,) = stage_of(Surface(FAMILY, points=9), recordings).figure.findobj(
        SurfacePaths
    )
    assert [path.color for path in paths._paths] == expected
    for panel in (Fit(FAMILY), Profile(FAMILY)):
        curves = [
            line
            for line in stage_of(panel, recordings).figure.axes[0].lines
            if len(line.get_xdata()) > 100 and line.get_linestyle() == "-"
        ]
        assert [to_hex(curve.get_color()) for curve in curves] == expected


def test_curves_are_one_for_each_setting_with_a_band_that_the_key_names(recordings):
    for panel in (LossCurve(FAMILY), Parameters(FAMILY, norm=2)):
        stage = stage_of(panel, recordings)
        (trails,) = stage.figure.findobj(Trails)
        assert [trail.color for trail in trails.trails] == [
            LIGHT.color(0), LIGHT.color(1), LIGHT.color(2),
        ]  # fmt: skip
        assert len(trails.bands) == 2
        text = " ".join(texts_of(stage))
        assert "lowest to highest of 3 seeds or 10–90 % of 11 seeds" in text
    labels = [text for text in texts_of(stage) if text.startswith(("few", "alone"))]
    assert len(labels) == 2


def test_without_seeds_there_is_no_band_and_the_key_is_silent():
    experiment = Experiment(line_fit(MSELoss()), {"a": sgd, "b": sgd}, steps=2)
    stage = stage_of(LossCurve(experiment))
    (trails,) = stage.figure.findobj(Trails)
    assert not trails.bands
    assert "seeds" not in " ".join(texts_of(stage))


def test_a_band_grows_with_the_clock_and_is_painted_as_it_is_drawn_in_full(recordings):
    stage = stage_of(LossCurve(FAMILY), recordings)
    painter = Painter(stage)
    (trails,) = stage.figure.findobj(Trails)
    for frame in range(0, stage.timeline.frames, 9):
        painter.paint(frame)
        stage.move_to(frame)
        stage.figure.canvas.draw()
        drawn = np.asarray(stage.figure.canvas.buffer_rgba())
        assert np.array_equal(painter.pixels, drawn)
        step = int(stage.timeline.step_at(frame))
        right = [band.box(0, step) for band in trails.bands]
        ax = stage.figure.axes[0]
        for box in right if step else ():
            edge = ax.transData.transform((step, 1))[0]
            assert abs(box.x1 - edge) <= 0.5


def test_a_band_reaches_to_the_border_where_a_run_diverges():
    def start():
        return [5.9, 5.9] if torch.rand(()) < 0.4 else [2.0, 2.0]

    setting = Setting(partial(SGD, lr=0.02), start=start, seeds=5)
    experiment = Experiment(himmelblau, {"it": setting}, steps=40)
    recordings = record_all([experiment])
    runs = recordings[experiment].trajectories
    assert 0 < sum(run.outcome.diverged for run in runs) < 2.5
    stage = stage_of(LossCurve(experiment), recordings)
    stage.set_step(40)
    stage.figure.canvas.draw()
    pixels = np.asarray(stage.figure.canvas.buffer_rgba())[::-1]
    box = stage.figure.axes[0].bbox
    column = pixels[int(box.y0) + 3 : int(box.y1) - 3, int(box.x0 + 0.7 * box.width)]
    top = column[-20:, :3].astype(int)
    assert (top[:, 0] > top[:, 2] + 10).all()  # reddish up to the upper border


def test_series_and_validation_losses_are_medians_over_the_seeds():
    def make():
        return nn.Linear(1, 1)

    inputs, others = (
        torch.linspace(-1, 1, 12)[:, None],
        torch.linspace(0, 2, 5)[:, None],
    )
    problem = network(
        make(), (inputs, 2 * inputs), MSELoss(), validation=(others, 2 * others),
        metrics={"largest": lambda outputs, labels: outputs.max()}, every=2,
    )  # fmt: skip
    setting = Setting(sgd, batch_size=4, start=make, seeds=3)
    experiment = Experiment(problem, {"it": setting}, steps=6)
    recordings = record_all([experiment])
    (median,) = recordings[experiment].medians
    runs = recordings[experiment].trajectories
    for name in ("largest", "validation loss", "gradient norm"):
        values = np.median([run.values(name) for run in runs], axis=0)
        np.testing.assert_array_equal(median.values(name), values)
    for panel, dashed, bands in (
        (LossCurve(experiment), 1, 1),
        (Series(experiment, "largest"), 1, 1),
        (Series(experiment, "largest", x="loss"), 1, 0),
    ):
        stage = stage_of(panel, recordings)
        (trails,) = stage.figure.findobj(Trails)
        assert [trail.is_dashed for trail in trails.trails] == [True] * dashed + [False]
        assert len(trails.bands) == bands
        assert ("lowest to highest of 3 seeds" in " ".join(texts_of(stage))) == bands
