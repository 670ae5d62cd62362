"""Series: any logged series, drawn as it was measured."""

from functools import partial

import numpy as np
import pytest
import torch
from matplotlib.text import Text
from torch import nn
from torch.optim import SGD, Adam

from animator import (
    Experiment,
    LossCurve,
    Recorder,
    RenderWarning,
    Scene,
    SceneError,
    Series,
    Setting,
    Trajectory,
    vary,
)
from animator.drawing.curves import interpolated
from animator.drawing.trail import Tip
from animator.experiments.recorder import record_all
from animator.problems import network, rosenbrock
from animator.rendering.options import RenderOptions
from animator.rendering.painter import Painter
from animator.rendering.stage import set_stage

SETTINGS = {"sgd": partial(SGD, lr=1e-3), "adam": partial(Adam, lr=0.05)}


def distance(model):
    return torch.hypot(model.x - 1, model.y - 1)


def walk(every=4, steps=11, settings=None):
    return Experiment(
        rosenbrock,
        settings or SETTINGS,
        steps,
        metrics={"distance": distance},
        every=every,
    )


def staged(*panels):
    scene = Scene(panels, seconds=4)
    recordings = record_all(scene.experiments)
    return set_stage(scene, recordings, RenderOptions(size=(640, 360))), recordings


def paths(stage, panel=0):
    return [trail._path for trail in stage.growing[panel].trails]


def texts(stage, step):
    stage.set_step(step)
    return [text.get_text() for text in stage.figure.findobj(Text)]


@pytest.mark.parametrize("scale", ["linear", "log"])
def test_a_curve_is_straight_between_the_steps_that_were_measured(scale):
    experiment = walk()
    stage, recordings = staged(Series(experiment, "distance", scale=scale))
    ax = stage.growing[0].trails[0].ax
    for path, run in zip(
        paths(stage), recordings[experiment].trajectories, strict=True
    ):
        known = np.isfinite(run.series["distance"])
        assert known.tolist() == [k % 4 == 0 or k == 11 for k in range(12)]
        np.testing.assert_array_equal(path[known, 1], run.series["distance"][known])
        shown = ax.transData.transform(path)
        straight = np.interp(np.arange(12), np.flatnonzero(known), shown[known, 1])
        np.testing.assert_allclose(shown[:, 1], straight, atol=1e-6)


def test_values_between_keep_infinities_and_zeros_apart():
    nan, inf = np.nan, np.inf
    values = np.array([nan, 1.0, nan, 100.0, nan, 0.0, inf, nan])
    linear = [nan, 1.0, 50.5, 100.0, 50.0, 0.0, inf, nan]
    np.testing.assert_allclose(interpolated(values, "linear"), linear)
    log = [nan, 1.0, 10.0, 100.0, 0.0, 0.0, inf, nan]
    np.testing.assert_allclose(interpolated(values, "log"), log)


def test_the_axis_may_be_another_series_or_another_setting_s():
    experiment = walk(every=1)
    stage, recordings = staged(
        Series(experiment, "loss", scale="log", x="distance"),
        Series(experiment, "distance", x=("adam", "loss"), xscale="log"),
        Series(experiment, "gradient norm", xscale="log", xlabel="k", ylabel="|g|"),
    )
    runs = recordings[experiment].trajectories
    for index, run in enumerate(runs):
        own, other, late = (paths(stage, panel)[index] for panel in range(3))
        np.testing.assert_array_equal(own, np.c_[run.series["distance"], run.loss])
        expected = np.c_[runs[1].loss, run.series["distance"]]
        np.testing.assert_array_equal(other, expected)
        np.testing.assert_array_equal(late[1:, 0], np.arange(1, 12))
        np.testing.assert_array_equal(late[1:, 1], np.hypot(*run.gradient.T)[1:])
    labels = [(ax.get_xlabel(), ax.get_ylabel()) for ax in stage.figure.axes]
    assert labels == [("distance", "loss"), ("loss of adam", "distance"), ("k", "|g|")]


@pytest.mark.parametrize("first", [0, 3])
def test_a_series_appears_at_its_first_value_and_ends_at_its_last(first):
    values = np.full(10, np.nan)
    values[[first, 5, 7]] = [1.0, 3.0, 2.0]
    own = Trajectory.of(np.zeros((10, 2)), np.ones(10), series={"it": values})
    stage, _ = staged(Series(Experiment(rosenbrock, {"own": own}), "it"))
    (tip,) = [t for t in stage.moving if isinstance(t, Tip) and t.head]
    places = []
    for step in (0, 2.5, 3, 5, 6, 9):
        stage.set_step(step)
        places.append(tip._points())
    visible = [bool(place) for place in places]
    assert visible == [first == 0, first == 0, True, True, True, True]
    back = tip.trail.ax.transData.inverted()
    for place, expected in zip(places[3:], [(5, 3), (6, 2.5), (7, 2)], strict=True):
        np.testing.assert_allclose(back.transform(place[0]), expected, atol=1e-9)
    assert "it 3.00" in texts(stage, 6)
    assert ("it –" in texts(stage, 0)) == (first == 3)


def test_clips_are_painted_as_figures_that_are_drawn_in_full():
    late = np.full(12, np.nan)
    late[[4, 9]] = 2.0, 0.5
    own = Trajectory.of(np.zeros((12, 2)), np.ones(12), series={"distance": late})
    experiment = walk(settings={**SETTINGS, "own": own})
    panels = (
        Series(experiment, "distance", scale="log", xscale="log", lines=[1.0]),
        Series(experiment, "distance", x="loss"),
    )
    painter, (plain, _) = Painter(staged(*panels)[0]), staged(*panels)
    for frame in range(0, plain.timeline.frames, 14):
        painter.paint(frame)
        plain.move_to(frame)
        plain.figure.canvas.draw()
        full = np.array(plain.figure.canvas.buffer_rgba())
        np.testing.assert_array_equal(painter.pixels, full)


def test_reference_lines_lie_at_their_heights_within_the_range():
    experiment = walk()
    lines = {
        "goal": 0.01,
        "2/lr": lambda run: 2 / run.lr[0, 0],
        "same": lambda run: torch.tensor([5.0]),
    }
    stage, _ = staged(Series(experiment, "distance", scale="log", lines=lines))
    (ax,) = stage.figure.axes
    heights = [line.get_ydata()[0] for line in ax.lines]
    np.testing.assert_allclose(heights, [0.01, 2000, 40, 5])
    low, high = ax.get_ylim()
    assert low < 0.01 and high > 2000
    trails = stage.growing[0].trails
    assert [line.get_color() for line in ax.lines[1:3]] == [t.color for t in trails]
    shown = texts(stage, 0)
    assert [shown.count(label) for label in lines] == [1, 2, 1]


def overfit(**options):
    torch.manual_seed(0)
    x, y = torch.randn(40, 2), torch.randint(0, 2, (40,))
    problem = network(
        nn.Linear(2, 2),
        (x[:20], y[:20]),
        nn.CrossEntropyLoss(),
        validation=(x[20:], y[20:]),
        metrics={"accuracy": lambda o, y: (o.argmax(1) == y).float().mean()},
    )
    return Experiment(problem, {"Adam": partial(Adam, lr=0.3)}, 6)


def test_validation_is_dashed_in_the_setting_s_colour():
    experiment = overfit()
    stage, recordings = staged(LossCurve(experiment), Series(experiment, "accuracy"))
    (run,) = recordings[experiment].trajectories
    for trails, name in zip(stage.growing, ("loss", "accuracy"), strict=True):
        dashed, solid = trails.trails
        assert dashed.is_dashed and not solid.is_dashed
        assert dashed.color == solid.color
        np.testing.assert_array_equal(
            dashed._path[:, 1], run.series[f"validation {name}"]
        )
        np.testing.assert_array_equal(solid._path[:, 1], run.values(name))
    assert sum("╌ validation" in text for text in texts(stage, 0)) == 1
    without, _ = staged(
        LossCurve(experiment, validation=False),
        Series(experiment, "accuracy", validation=False),
    )
    assert [len(trails.trails) for trails in without.growing] == [1, 1]
    assert not any("validation" in text for text in texts(without, 0))


def test_a_setting_without_the_series_is_named_in_the_key():
    model = nn.Linear(2, 2)
    recorder = Recorder(model)
    for step in range(4):
        recorder.log(1.0 + step)
    experiment = overfit()
    both = {"Adam": experiment.settings["Adam"], "mine": recorder}
    stage, _ = staged(Series(Experiment(experiment.problem, both, 3), "accuracy"))
    assert any("'mine': accuracy not logged" in text for text in texts(stage, 0))


def test_a_setting_that_logged_it_under_a_similar_name_is_warned_of():
    recorder = Recorder(nn.Linear(2, 2))
    for step in range(4):
        recorder.log(1.0 + step, Accuracy=0.5)
    experiment = overfit()
    both = {"Adam": experiment.settings["Adam"], "mine": recorder}
    with pytest.warns(
        RenderWarning,
        match=r"'mine' has not logged 'accuracy'; did you mean 'Accuracy'",
    ):
        staged(Series(Experiment(experiment.problem, both, 3), "accuracy"))


def test_a_varied_scene_shows_the_varied_experiment():
    scene = Scene([Series(walk(), "lr"), Series([walk(), walk(steps=5)], "lr")])
    varied = vary(scene, lr=0.25)
    assert [len(varied.experiments), len(scene.experiments)] == [3, 3]
    for experiment in varied.experiments:
        for setting in experiment.settings.values():
            assert setting.optimizer.keywords["lr"] == 0.25


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda e: Series(e, "distanse"), "'distanse', which is not logged; did you m"),
        (lambda e: Series(e, "LR"), "'LR', which is not logged; did you mean 'lr'?"),
        (lambda e: Series(e, "zzz"), "give one of loss, lr, gradient norm, distance"),
        (lambda e: Series(e, "loss", x="Loss!"), "x is 'Loss!', which is not logged"),
        (lambda e: Series(e, "loss", x=("sgd", "lrr")), "x is 'lrr'.*mean 'lr'"),
        (lambda e: Series(e, "loss", x=3), "x is 3; give 'step', a series, or"),
        (lambda e: Series(e, "loss", scale="lin"), "scale is 'lin'"),
        (lambda e: Series(e, "loss", xscale=1), "xscale is 1"),
        (lambda e: Series(e, "loss", lines="2"), "lines are '2'; give numbers by"),
        (lambda e: Series(e, "loss", lines={"a": "b"}), "line 'a' is 'b'; give a fin"),
        (lambda e: Series(e, "loss", lines={1: 2}), "1 is not a label"),
        (
            lambda e: Series(e, "loss", scale="log", lines=[0]),
            "line '0' is at 0, which",
        ),
        (lambda e: Series(e, "loss", validation=1), "validation is 1; give True"),
        (lambda e: Series(rosenbrock, "loss"), "is not an experiment"),
        (lambda e: Series([], "loss"), r"\[\] is not an experiment"),
        (lambda e: Series([e, e], "loss"), "an experiment is given twice"),
        (lambda e: staged(Series(e, "loss", x=("sgdd", "lr"))), "no setting is named"),
        (
            lambda e: staged(Series(e, "loss", lines={"a": lambda run: run})),
            "line 'a of sgd' is .*; give a finite number",
        ),
    ],
)
def test_what_cannot_be_shown_is_refused(make, message):
    with pytest.raises(SceneError, match=message) as caught:
        make(walk(steps=2))
    assert "\n" not in str(caught.value)


def test_a_path_that_leads_far_to_the_side_is_cut_off():
    values = 10.0 ** np.arange(0, 60, 6)
    own = Trajectory.of(np.zeros((10, 2)), np.ones(10), series={"it": values})
    calm = Trajectory.of(
        np.zeros((10, 2)), np.ones(10), series={"it": np.linspace(1, 2, 10)}
    )
    both = Experiment(rosenbrock, {"own": own, "calm": calm, "also": calm})
    stage, _ = staged(Series(both, "loss", x="it"))
    for trail in stage.growing[0].trails:
        assert np.abs(trail._on_screen()).max() < 2e5
    assert stage.figure.axes[0].get_xlim()[1] < 3
    stage.move_to(stage.timeline.frames - 1)
    stage.figure.canvas.draw()


def test_numbers_of_numpy_are_reference_lines():
    stage, _ = staged(
        Series(walk(), "distance", lines=[np.float32(0.5), torch.ones(1)])
    )
    assert [line.get_ydata()[0] for line in stage.figure.axes[0].lines] == [0.5, 1.0]
    assert {"0.5", "1"} <= set(texts(stage, 0))


def test_a_negative_value_has_no_logarithm():
    falls = Experiment(rosenbrock, SETTINGS, 3, metrics={"x": lambda model: model.x})
    with pytest.raises(SceneError, match=r"'x' of 'sgd' is -1\.?\d* at step 0"):
        staged(Series(falls, "x", scale="log"))


def test_a_band_begins_at_step_1_on_a_logarithmic_axis():
    def start():
        return torch.randn(2).tolist()

    family = {"sgd": Setting(partial(SGD, lr=1e-3), start=start, seeds=3)}
    stage, _ = staged(Series(walk(settings=family), "loss", xscale="log"))
    trails = stage.growing[0]
    (band,) = trails.bands
    left, _, right, _ = band.box(0, 11).extents
    ax = trails.trails[0].ax
    ends = ax.transData.transform([(1, 1.0), (11, 1.0)])[:, 0]
    assert (left, right) == tuple(np.round(ends))
    phase, _ = staged(Series(walk(settings=family), "loss", x="distance"))
    assert not phase.growing[0].bands
    assert any("━ median of the seeds" in text for text in texts(phase, 0))
