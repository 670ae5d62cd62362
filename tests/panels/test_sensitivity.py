from functools import partial

import numpy as np
import pytest
from matplotlib.figure import Figure
from torch.optim import SGD, Adam

from animator import (
    Experiment,
    Heatmap,
    LossCurve,
    Scene,
    SceneError,
    Sensitivity,
    log_range,
    record,
    tune,
    tune_lr,
)
from animator.drawing.theme import LIGHT
from animator.experiments.recorder import record_all
from animator.problems import surface
from animator.rendering.options import RenderOptions
from animator.rendering.stage import set_stage

BOWL = surface(lambda x, y: x**2 + 2 * y**2, x=(-3, 3), y=(-3, 3), start=(2.0, 1.0))
LRS = (0.01, 0.1, 0.2, 0.3, 9.0)


def test_a_narrow_logarithmic_range_has_a_logarithmic_axis():
    settings = tune(BOWL, {"SGD": {"lr": log_range(0.2, 0.45)}}, steps=5, trials=3)
    assert drawn(settings)[0].get_xscale() == "log"
    settings = tune(BOWL, {"SGD": {"lr": [0.1, 0.3]}}, steps=5, trials=3)
    assert drawn(settings)[0].get_xscale() == "linear"


def drawn(settings, problem=BOWL, **keywords):
    """The axes of a panel, and its key."""
    experiment = Experiment(problem, settings, 5)
    ax = Figure().add_subplot()
    panel = Sensitivity(experiment, **keywords)
    drawing = panel.draw(ax, record(experiment), LIGHT)
    return ax, list(drawing.key)


def places(ax, marker, color, size=None):
    """Where an axes has markers of a colour."""
    return [
        (float(x), float(y))
        for line in ax.lines
        if line.get_marker() == marker
        and line.get_color() == color
        and (size is None or line.get_markersize() == size)
        for x, y in line.get_xydata()
    ]


def test_the_outcomes_are_those_of_the_runs():
    """Each dot is the last loss of a run of its own; the chosen one is the lowest."""
    settings = {"SGD": SGD, "Adam": Adam}
    ax, key = drawn(tune_lr(BOWL, settings, budget=5, lrs=LRS))
    for number, make in enumerate(settings.values()):
        runs = {f"{lr}": partial(make, lr=lr) for lr in LRS[:-1]}
        recording = record(Experiment(BOWL, runs, 5))
        losses = [float(run.loss[-1]) for run in recording.trajectories]
        color = LIGHT.color(number)
        dots = places(ax, "o", color, LIGHT.dot_size)
        np.testing.assert_allclose(dots, np.column_stack([LRS[:-1], losses]))
        best = int(np.argmin(losses))
        (chosen,) = places(ax, "o", color, LIGHT.marker_size)
        assert chosen == pytest.approx((LRS[best], losses[best]))
        ((lr, height),) = places(ax, "^", color)
        assert lr == 9 and 0.85 < height < 1
        line = next(line for line in ax.lines if line.get_linestyle() == "-")
        assert len(line.get_xydata()) == len(LRS) - 1
    assert ax.get_xscale() == ax.get_yscale() == "log"
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("lr", "last loss")
    assert key == ["● best of 5 trials of 5 steps, seed 0", "▲ left the map"]


def test_the_line_is_through_the_best_of_several_hyperparameters():
    tuned = tune(
        BOWL, {"SGD": {"lr": [0.01, 0.1, 0.2], "momentum": [0.0, 0.9]}},
        steps=5, trials=6,
    )  # fmt: skip
    ax, _ = drawn(tuned)
    best = {}
    for trial in tuned.trials["SGD"]:
        rate = trial.values["lr"]
        best[rate] = min(best.get(rate, np.inf), trial.score)
    line = next(line for line in ax.lines if line.get_linestyle() == "-")
    assert dict(line.get_xydata().tolist()) == pytest.approx(best)
    dots = [
        dot
        for dot in ax.lines
        if dot.get_marker() == "o" and dot.get_markersize() == LIGHT.dot_size
    ]
    assert sorted(dot.get_alpha() for dot in dots) == [0.4] * 3 + [1.0] * 3


@pytest.mark.parametrize(
    ("ends", "size"), [((1e-3, 0.3), "third of a decade"), ((0.1, 0.2), "tenth of the")]
)
def test_of_a_search_by_optuna_the_line_is_through_the_best_of_each_interval(
    ends, size
):
    pytest.importorskip("optuna")
    space = {"lr": log_range(*ends), "momentum": log_range(0.01, 0.9)}
    tuned = tune(BOWL, {"SGD": space}, steps=4, trials=12, allow_leaving=True)
    ax, key = drawn(tuned)
    rates = sorted(trial.values["lr"] for trial in tuned.trials["SGD"])
    best = {}
    for trial in tuned.trials["SGD"]:
        lr = trial.values["lr"]
        share = (lr - rates[0]) / (rates[-1] - rates[0])
        interval = int((3 * np.log10(lr) + 99) if ends[0] < 0.1 else 10 * share)
        if trial.score < best.get(interval, (0, np.inf))[1]:
            best[interval] = lr, trial.score
    line = next(line for line in ax.lines if line.get_linestyle() == "-")
    np.testing.assert_allclose(line.get_xydata(), sorted(best.values()))
    assert 3 < len(best) < len(rates)
    assert len(places(ax, "o", LIGHT.color(0), LIGHT.dot_size)) == len(rates)
    assert key[1].startswith(f"─ best in each {size}")


def test_along_another_hyperparameter_and_what_is_no_number_is_left_out():
    tuned = tune(
        BOWL, {"SGD": {"momentum": [0.0, 0.5], "lr": [0.01]}, "Adam": {"lr": LRS[:3]}},
        steps=5, trials=3,
    )  # fmt: skip
    ax, _ = drawn(tuned, along="momentum")
    assert {x for x, _ in places(ax, "o", LIGHT.color(0))} == {0, 0.5}
    assert not places(ax, "o", LIGHT.color(1))
    assert ax.get_xscale() == "linear" and ax.get_xlabel() == "momentum"


def test_its_colours_are_those_of_the_legend_beside_another_experiment():
    first = Experiment(BOWL, tune_lr(BOWL, {"SGD": SGD}, budget=5, lrs=LRS), 5)
    second = Experiment(BOWL, tune_lr(BOWL, {"Adam": Adam}, budget=5, lrs=LRS), 5)
    scene = Scene([LossCurve([first, second]), Sensitivity(first), Sensitivity(second)])
    recordings = record_all(scene.experiments)
    stage = set_stage(scene, recordings, RenderOptions(size=(640, 360)))
    for index, number in ((1, 0), (2, 1)):
        ax = stage.figure.axes[index]
        assert len(places(ax, "o", LIGHT.color(number), LIGHT.dot_size)) == 4


def test_a_loss_of_zero_is_on_the_border():
    """With lr 0.25 a step of SGD goes to the minimum of y, and one more with x."""
    square = surface(lambda x, y: 2 * (x**2 + y**2), x=(-3, 3), y=(-3, 3), start=(2, 1))
    tuned = tune(square, {"SGD": {"lr": [0.1, 0.25]}}, steps=5, trials=2)
    assert tuned.chosen("SGD").score == 0
    ax, key = drawn(tuned, square)
    lowest = ax.get_ylim()[0]
    assert places(ax, "v", LIGHT.color(0)) == [(0.25, lowest)]
    assert key[-1] == "▼ 0"


def test_a_negative_outcome_needs_a_linear_scale():
    valley = surface(lambda x, y: x**2 + y**2 - 9, x=(-3, 3), y=(-3, 3), start=(2, 1))
    tuned = tune(valley, {"SGD": {"lr": [0.1, 0.2]}}, steps=5, trials=2)
    with pytest.raises(SceneError, match=r"outcome of 'SGD' is negative.*'linear'"):
        drawn(tuned, valley)
    ax, _ = drawn(tuned, valley, scale="linear")
    assert len(places(ax, "o", LIGHT.color(0), LIGHT.dot_size)) == 2


def test_the_axis_names_what_counts():
    search = {"SGD": {"lr": [0.1, 0.2]}}
    for score, name in (("best", "best loss"), ("area", "area under the loss")):
        tuned = tune(BOWL, search, steps=5, trials=2, score=score)
        assert drawn(tuned)[0].get_ylabel() == name
    tuned = tune(BOWL, search, steps=9, trials=2, score="steps", target=1)
    ax, _ = drawn(tuned)
    assert ax.get_ylabel() == "steps to loss 1"


def test_what_cannot_be_shown():
    plain = Experiment(BOWL, {"SGD": partial(SGD, lr=0.1)}, 5)
    with pytest.raises(SceneError, match=r"settings of experiment .* are not tuned"):
        Sensitivity(plain)
    tuned = Experiment(BOWL, tune(BOWL, {"SGD": {"lr": LRS}}, trials=5), 5)
    with pytest.raises(SceneError, match=r"along is 'momentum'.*give one of lr"):
        Sensitivity(tuned, along="momentum")
    with pytest.raises(SceneError, match="scale is 'ln'; give 'linear' or 'log'"):
        Sensitivity(tuned, scale="ln")
    with pytest.raises(SceneError, match="is not an experiment"):
        Sensitivity(BOWL)


def test_a_setting_has_its_colour_in_all_panels():
    tuned = tune(BOWL, {"SGD": {"lr": LRS}, "Adam": {"lr": LRS}}, steps=5, trials=5)
    race = Experiment(BOWL, tuned, 5)
    scene = Scene([Sensitivity(race), Heatmap(race), LossCurve(race)])
    assert scene.experiments == [race]
    trajectories = record(race).trajectories
    assert [run.setting for run in trajectories] == [0, 1]
    assert [run.label for run in trajectories] == list(tuned)
