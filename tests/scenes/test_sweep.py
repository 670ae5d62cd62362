"""Sweeps: a scene with each combination of values."""

from functools import partial

import numpy as np
import pytest
from conftest import ROOT
from torch.nn import MSELoss
from torch.optim import SGD

from animator import Experiment, Heatmap, Scene, SceneError, load, log_range, tune, vary
from animator.problems import line_fit
from animator.scenes.sweep import sweep_of
from animator.scenes.sweep_recording import record_sweep


def scene(**settings):
    experiment = Experiment(line_fit(MSELoss()), settings, steps=4)
    return Scene([Heatmap(experiment)], "Momentum 0.9", "It overshoots.")


BOTH = {"plain": partial(SGD, lr=0.1), "0.9": partial(SGD, lr=0.1, momentum=0.9)}


def test_titles_and_labels_follow_the_values():
    sweep = sweep_of(scene(**BOTH), {"momentum": [0.5, 0.58]})
    assert [each.title for each in sweep.scenes] == ["Momentum 0.50", "Momentum 0.58"]
    (experiment,) = sweep.scenes[1].experiments
    assert list(experiment.settings) == ["plain", "0.58"]
    assert experiment.settings["0.58"].optimizer.keywords["momentum"] == 0.58


def test_a_setting_that_does_not_vary_runs_once():
    sweep = sweep_of(scene(**BOTH), {"momentum": [0.5, 0.6, 0.7]})
    run = []
    found = record_sweep(sweep, progress=lambda label, step: run.append(label))
    assert sorted(set(run)) == ["0.5", "0.6", "0.7", "plain"]
    assert len(run) == 4 * 5
    plain = [next(iter(each.values())).trajectories[0] for each in found]
    assert all(one.params is plain[0].params for one in plain)


def test_captions_that_may_not_be_true_are_left_out():
    values = {"momentum": [0.5, 0.58]}
    given = scene(**BOTH)
    assert {each.caption for each in sweep_of(given, values).scenes} == {""}
    own = Scene(given.panels, "Any", "True for all.", sliders=values)
    assert {each.caption for each in sweep_of(own).scenes} == {"True for all."}


def test_it_begins_with_the_value_that_is_nearest_to_the_scene_s_own():
    sweep = sweep_of(scene(**BOTH), {"lr": [0.01, 0.09, 0.3], "momentum": [0, 0.8, 1]})
    assert sweep.name_of(sweep.first) == "lr 0.09, momentum 0.8"
    moved = sweep_of(scene(**BOTH), {"start": [(4, 4), (-2, 5), (0, 0)]})
    assert moved.name_of(moved.first) == "start (-2, 5)"


def test_too_many_combinations_are_refused_with_count_and_size():
    with pytest.raises(
        SceneError,
        match=r"lr, momentum: 10,000 combinations \(100 × 100\) take about 1 MB; "
        r"give at most 5,000 and 100 MB",
    ):
        sweep_of(
            scene(**BOTH),
            {"lr": np.linspace(0.1, 0.2, 100), "momentum": np.linspace(0, 0.9, 100)},
        )


def test_a_value_that_torch_refuses_is_named_at_once():
    with pytest.raises(SceneError, match="setting '-1': Invalid momentum"):
        sweep_of(scene(**BOTH), {"momentum": [-1.0, 0.0]})
    with pytest.raises(SceneError, match="mometum'; did you mean 'momentum'"):
        sweep_of(scene(**BOTH), {"mometum": [0.0, 0.5]})


def test_settings_that_are_searched_have_no_sliders():
    line = line_fit(MSELoss())
    searched = tune(line, {"SGD": {"lr": log_range(0.01, 1)}})
    with pytest.raises(SceneError, match="sliders are not for settings that are sea"):
        sweep_of(Scene([Heatmap(Experiment(line, searched))]), {"lr": [1, 2]})


def test_a_fixed_value_takes_the_slider_away():
    own = load(ROOT / "scenes/explore_momentum.py")
    assert list(vary(own, lr=0.02).sliders) == ["momentum"]
    assert len(sweep_of(own).scenes) == 7 * 20


def test_sliders_of_a_scene_are_checked_where_it_is_written():
    with pytest.raises(SceneError, match="scene: sliders is 3; give values by"):
        Scene(scene(**BOTH).panels, sliders=3)
    with pytest.raises(SceneError, match="sliders: lr has 1 value"):
        Scene(scene(**BOTH).panels, sliders={"lr": [1]})
