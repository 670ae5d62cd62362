"""The stages of a sweep, and the frames of its clip."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from matplotlib.text import Text
from torch.nn import MSELoss
from torch.optim import SGD

from animator import (
    Experiment,
    Heatmap,
    LossCurve,
    RenderOptions,
    Scene,
    SceneError,
    explore,
)
from animator.drawing.style import style
from animator.problems import line_fit
from animator.rendering.sweep_clip import sweep_frames
from animator.rendering.sweep_stages import SweepStages
from animator.scenes.sweep import sweep_of
from animator.scenes.sweep_recording import record_sweep

OPTIONS = RenderOptions(size=(320, 180), fps=10)
RATES = [0.01, 0.1, 0.5, 1e6]  # the last one diverges


@pytest.fixture(scope="module", params=["shared", "each"])
def stages(request):
    line = line_fit(MSELoss())
    settings = {
        "lr 0.1": partial(SGD, lr=0.1),
        "heavy 0.1": partial(SGD, lr=0.1, momentum=0.5),
    }
    experiment = Experiment(line, settings, steps=20)
    panels = [Heatmap(experiment, points=21, fit_paths=True), LossCurve(experiment)]
    scene = Scene(panels, "Any", hold_start=0.2, hold_end=0.3, seconds=1.1)
    scene = replace(scene, legend=request.param)
    sweep = sweep_of(scene, {"lr": RATES})
    return SweepStages(sweep, record_sweep(sweep), OPTIONS)


def axes_of(stage):
    """Where the axes of a stage are, and what they show."""
    return [
        [*ax.get_position().bounds, *ax.get_xlim(), *ax.get_ylim()]
        for ax in stage.figure.axes
    ]


def test_nothing_jumps_between_the_values(stages):
    with style(OPTIONS.theme_of(stages.sweep.scene)):
        places = [axes_of(stages.stage(number)) for number in range(len(RATES))]
    for place in places[1:]:
        assert place == places[0]


def test_ranges_show_all_runs_that_do_not_diverge(stages):
    with style(OPTIONS.theme_of(stages.sweep.scene)):
        heatmap, curve = stages.stage(0).figure.axes
    for recordings in stages.recordings[:3]:
        for recording in recordings.values():
            for run in recording.trajectories:
                assert heatmap.get_xlim()[0] < run.params[:, 0].min()
                assert run.params[:, 0].max() < heatmap.get_xlim()[1]
                assert curve.get_ylim()[0] < run.loss.min()
                assert run.loss.max() < curve.get_ylim()[1]
    assert curve.get_ylim()[1] < 1e4


def test_each_frame_is_the_complete_run_of_a_value(stages):
    frames = sweep_frames(stages)
    painter = frames.painter()
    shown, pictures = [], {}
    with style(OPTIONS.theme_of(stages.sweep.scene)):
        for frame in range(frames.timeline.frames):
            before = painter.pixels.copy()
            boxes = painter.paint(frame)
            outside = np.ones(before.shape[:2], bool)
            for left, top, right, bottom in boxes:
                outside[top:bottom, left:right] = False
            assert np.array_equal(painter.pixels[outside], before[outside])
            number = round(frames.timeline.step_at(frame) + 1e-9)
            shown.append(number)
            pictures[number] = painter.pixels.copy()
        stage = stages.stage(2)
        stage.set_step(20)
        texts = [text.get_text() for text in stage.figure.findobj(Text)]
    assert sorted(shown) == shown
    assert set(shown) == {0, 1, 2, 3}
    assert shown.count(0) >= 2
    assert shown.count(3) >= 4
    assert "lr 0.50" in texts
    assert len({picture.tobytes() for picture in pictures.values()}) == 4


def test_the_counter_says_the_value(stages, monkeypatch):
    said = []
    original = type(stages).stage

    def spy(self, number, counter=None):
        stage = original(self, number, counter)
        said.append([text.get_text() for text in stage.figure.findobj(Text)])
        return stage

    monkeypatch.setattr(type(stages), "stage", spy)
    with style(OPTIONS.theme_of(stages.sweep.scene)):
        sweep_frames(stages).painter().paint(0)
    assert "α = 0.01" in said[-1]


def test_a_clip_of_two_hyperparameters_or_a_still_is_refused(small_scene, tmp_path):
    with pytest.raises(SceneError, match="a clip runs over one hyperparameter, and lr"):
        explore(small_scene, tmp_path / "a.gif", lr=[0.1, 0.2], momentum=[0, 0.5])
    with pytest.raises(SceneError, match=r"a\.png is a still, which shows one value"):
        explore(small_scene, tmp_path / "a.png", lr=[0.1, 0.2])
    with pytest.raises(SceneError, match="sliders: the scene has none; give values"):
        explore(small_scene, tmp_path / "a.html")
