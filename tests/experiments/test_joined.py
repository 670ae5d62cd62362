"""Panels of several experiments: Fit, LossCurve and Series."""

from dataclasses import dataclass
from functools import partial

import numpy as np
import pytest
from matplotlib.text import Text
from torch.nn import HuberLoss, L1Loss, MSELoss
from torch.optim import SGD

from animator import Drawing, Experiment, Fit, LossCurve, Scene, SceneError, Series
from animator.experiments.recorder import record_all
from animator.problems import line_fit, sphere
from animator.rendering.options import RenderOptions
from animator.rendering.stage import set_stage

PLAIN = {"plain": partial(SGD, lr=0.1)}


def fits(**options):
    return [
        Experiment(line_fit(L1Loss()), PLAIN, 6, **options),
        Experiment(line_fit(HuberLoss()), PLAIN, 9, **options),
    ]


def staged(*panels):
    scene = Scene(panels, seconds=4)
    recordings = record_all(scene.experiments)
    return set_stage(scene, recordings, RenderOptions(size=(640, 360))), recordings


def test_each_experiment_s_curve_has_its_own_colour_in_all_panels():
    both = fits()
    stage, recordings = staged(LossCurve(both), LossCurve(both[1]), Fit(both))
    runs = [recordings[experiment].trajectories[0] for experiment in both]
    first, alone = (trails.trails for trails in stage.growing)
    for trail, run in zip(first, runs, strict=True):
        np.testing.assert_array_equal(trail._path[:, 1], run.loss)
    assert first[0].color != first[1].color == alone[0].color
    lines = [line for line in stage.figure.axes[2].lines if line in stage.moving]
    assert [line.get_color() for line in lines] == [trail.color for trail in first]
    for step in (0, 6, 9):
        stage.set_step(step)
        for line, experiment, run in zip(lines, both, runs, strict=True):
            at = line.get_xdata()
            expected = experiment.problem.predict(run.params_at(step), at)
            np.testing.assert_array_equal(line.get_ydata(), expected)


@pytest.mark.parametrize(
    ("settings", "names", "expected"),
    [
        (({"plain": 0.1}, {"plain": 0.2}), ("", ""), ["L1Loss", "HuberLoss"]),
        (({"plain": 0.1}, {"plain": 0.2}), ("one", "two"), ["one", "two"]),
        (({"plain": 0.1}, {"plain": 0.2}), ("one", "one"), ["one", "one 2"]),
        (({"slow": 0.1}, {"fast": 0.2}), ("", ""), ["slow", "fast"]),
        (
            ({"a": 0.1, "b": 0.2}, {"a": 0.1}),
            ("", ""),
            ["L1Loss, a", "L1Loss, b", "HuberLoss, a"],
        ),
    ],
)
def test_the_legend_names_each_setting_once(settings, names, expected):
    experiments = [
        Experiment(
            line_fit(loss),
            {label: partial(SGD, lr=lr) for label, lr in own.items()},
            2,
            name=name,
        )
        for loss, own, name in zip(
            (L1Loss(), HuberLoss()), settings, names, strict=True
        )
    ]
    stage, _ = staged(LossCurve(experiments))
    shown = [text.get_text() for text in stage.figure.findobj(Text)]
    assert [text for text in shown if text in expected] == expected


def test_a_panel_of_a_user_s_own_gets_one_recording():
    seen = []

    @dataclass
    class Own:
        experiment: object

        def draw(self, ax, recording, theme):
            seen.append([(run.label, run.setting) for run in recording.trajectories])
            return Drawing()

    one, other = fits()
    staged(Own(one), Own([one, other]))
    assert seen == [[("plain", 0)], [("L1Loss", 0), ("HuberLoss", 1)]]


def test_series_of_several_experiments():
    both = fits(metrics={"mse": MSELoss()})
    stage, recordings = staged(Series(both, "mse", x=("L1Loss", "loss")))
    losses = recordings[both[0]].trajectories[0].loss
    for trail, experiment in zip(stage.growing[0].trails, both, strict=True):
        values = recordings[experiment].trajectories[0].series["mse"]
        np.testing.assert_array_equal(trail._path, np.c_[losses, values[: len(losses)]])


def test_experiments_that_do_not_fit_together_are_refused():
    other = line_fit(L1Loss(), points=([0.0, 1.0], [1.0, 2.0]))
    with pytest.raises(SceneError, match="Fit: the experiments have different points"):
        Fit([fits()[0], Experiment(other, PLAIN)])
    with pytest.raises(SceneError, match="has no data_x, data_y and predict"):
        Fit([fits()[0], Experiment(sphere, PLAIN)])
    with pytest.raises(SceneError, match="plane=True is for networks"):
        LossCurve(fits(), plane=True)
