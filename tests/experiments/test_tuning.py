import math
from functools import partial

import numpy as np
import pytest
import torch
from torch.optim import SGD, Adam

import animator
from animator import (
    Experiment,
    Heatmap,
    RenderWarning,
    Scene,
    SceneError,
    Setting,
    log_range,
    record,
    tune,
    tune_lr,
    vary,
)
from animator.base.cache import NO_CACHE, Cache
from animator.problems import network, surface

BOWL = surface(lambda x, y: x**2 + 2 * y**2, x=(-3, 3), y=(-3, 3), start=(2.0, 1.0))
"""A step of SGD multiplies x by 1 - 2 lr, and y by 1 - 4 lr."""
LRS = [0.01, 0.05, 0.2, 0.3, 0.4]


def losses(setting, steps=20, problem=BOWL):
    """The losses of a plain loop on the bowl."""
    x = torch.tensor(2.0, requires_grad=True)
    y = torch.tensor(1.0, requires_grad=True)
    optimizer, found = setting([x, y]), []
    for _ in range(steps + 1):
        optimizer.zero_grad()
        loss = x**2 + 2 * y**2
        loss.backward()
        found.append(loss.item())
        optimizer.step()
    return np.array(found)


def found(*arguments, **keywords):
    return list(tune(*arguments, **keywords).resolve(NO_CACHE))


def test_each_optimizer_gets_what_is_best_for_it():
    """The choice is that of plain loops over all combinations."""
    momenta = [0.0, 0.5, 0.9]
    tuned = tune(
        BOWL,
        {
            "SGD": {"lr": LRS, "momentum": momenta},
            "Adam": {"lr": LRS},
            "mine": (partial(SGD, momentum=0.5), {"lr": LRS}),
        },
        steps=20,
        trials=15,
    )
    best = min(
        ((m, lr) for m in momenta for lr in LRS),
        key=lambda pair: losses(partial(SGD, momentum=pair[0], lr=pair[1]))[-1],
    )
    rate = min(LRS, key=lambda lr: losses(partial(Adam, lr=lr))[-1])
    mine = min(LRS, key=lambda lr: losses(partial(SGD, lr=lr, momentum=0.5))[-1])
    settings = tuned.resolve(NO_CACHE)
    assert list(settings) == [
        f"SGD, lr {best[1]:g}, momentum {best[0]:g}",
        f"Adam, lr {rate:g}",
        f"mine, lr {mine:g}",
    ]
    assert [len(trials) for trials in tuned.trials.values()] == [15, 5, 5]
    for setting, label in zip(settings.values(), tuned.trials, strict=True):
        run = record(Experiment(BOWL, {"it": setting}, 20)).trajectories[0]
        np.testing.assert_array_equal(run.loss, tuned.chosen(label).loss)


@pytest.mark.parametrize("score", ["last", "best", "area", "steps"])
def test_what_counts_is_chosen(score):
    target = {"target": 0.5} if score == "steps" else {}
    tuned = tune(BOWL, {"Adam": {"lr": LRS}}, steps=20, trials=9, score=score, **target)
    trials = tuned.trials["Adam"]
    for trial in trials:
        loss = losses(partial(Adam, lr=trial.values["lr"]))
        np.testing.assert_allclose(trial.loss, loss, rtol=1e-6)
        reached = np.flatnonzero(loss <= 0.5)
        expected = {
            "last": loss[-1],
            "best": loss.min(),
            "area": ((loss[1:] + loss[:-1]) / 2).sum(),
            "steps": reached[0] if len(reached) else math.nan,
        }
        np.testing.assert_allclose(trial.score, expected[score], rtol=1e-6)
    scores = [trial.score for trial in trials]
    assert tuned.chosen("Adam").score == np.nanmin(scores)


def test_a_run_that_leaves_the_map_loses():
    """Adam's first step is as long as the learning rate: with 6 it leaves the map."""
    tuned = tune(BOWL, {"Adam": {"lr": [0.01, 6.0]}}, steps=300, trials=2)
    kept, left = tuned.trials["Adam"]
    assert (kept.left, left.left, left.diverged) == (False, True, False)
    assert left.score < kept.score and left.cost == math.inf
    assert list(tuned) == ["Adam, lr 0.01"]
    assert found(
        BOWL, {"Adam": {"lr": [0.01, 6.0]}}, steps=300, trials=2, allow_leaving=True
    ) == ["Adam, lr 6"]
    lrs = {"budget": 300, "lrs": (0.01, 6.0)}
    assert list(tune_lr(BOWL, {"Adam": Adam}, **lrs)) == ["Adam, lr 0.01"]
    assert list(tune_lr(BOWL, {"Adam": Adam}, **lrs, allow_leaving=True)) == [
        "Adam, lr 6"
    ]


def test_a_run_that_diverges_loses():
    quartic = surface(lambda x, y: x**4 + y**4, x=(-9, 9), y=(-9, 9), start=(2.0, 2.0))
    tuned = tune(
        quartic, {"SGD": {"lr": [0.01, 5.0]}}, steps=20, trials=2, allow_leaving=True
    )
    kept, lost = tuned.trials["SGD"]
    assert (kept.diverged, lost.diverged, lost.cost) == (False, True, math.inf)
    assert list(tuned) == ["SGD, lr 0.01"]


def test_if_all_lose_a_message_says_why():
    with pytest.raises(
        SceneError,
        match=r"^tune: of the 2 trials of 'Adam', 2 leave the map within 9 steps; give "
        r"smaller learning rates, or allow_leaving=True$",
    ):
        found(BOWL, {"Adam": {"lr": [6.0, 7.0]}}, steps=9, trials=2)


def test_a_target_that_none_reaches_is_said():
    with pytest.warns(RenderWarning, match="no trial of 'SGD' reaches the loss 1e-09"):
        chosen = found(
            BOWL, {"SGD": {"lr": [0.01, 0.02]}}, steps=5, trials=2, score="steps",
            target=1e-9,
        )  # fmt: skip
    assert chosen == ["SGD, lr 0.02"]


def test_a_best_value_at_the_end_of_its_range_is_said():
    with pytest.warns(RenderWarning, match="'SGD' does best with lr=0.02, the end of"):
        found(BOWL, {"SGD": {"lr": log_range(0.01, 0.02)}}, steps=5, trials=3)


def test_a_climb_wants_high_losses():
    hill = surface(lambda x, y: -2 * x**2 - y**2, x=(-3, 3), y=(-3, 3), start=(2, 1))
    climb = {"up": (partial(SGD, maximize=True), {"lr": [0.01, 0.3, 0.49]})}
    for keywords in ({}, {"score": "best"}, {"score": "steps", "target": -0.1}):
        chosen = found(hill, climb, steps=9, trials=3, **keywords)
        assert chosen == ["up, lr 0.3"]


def test_a_network_and_what_a_setting_has_can_be_tuned():
    torch.manual_seed(0)
    x = torch.randn(24, 3)
    data = x, x.sum(1, keepdim=True)
    problem = network(torch.nn.Linear(3, 1), data, torch.nn.MSELoss())
    setting = Setting(partial(SGD, lr=0.05), batch_size=4)
    tuned = tune(
        problem, {"it": (setting, {"batch_size": [4, 24]})}, steps=10, trials=2
    )
    for trial in tuned.trials["it"]:
        size = trial.values["batch_size"]
        one = {"it": Setting(partial(SGD, lr=0.05), batch_size=size)}
        run = record(Experiment(problem, one, 10)).trajectories[0]
        np.testing.assert_array_equal(trial.loss, run.loss)
    assert next(iter(tuned)).startswith("it, batch size ")


def test_more_than_a_grid_holds_is_searched_and_kept(tmp_path):
    pytest.importorskip("optuna")
    space = {"lr": log_range(1e-3, 1), "eps": log_range(1e-9, 1e-3)}

    def search(cache, seed=0):
        tuned = tune(BOWL, {"Adam": space}, steps=5, trials=12, seed=seed)
        tuned.resolve(cache)
        return [trial.values for trial in tuned.trials["Adam"]]

    first = search(NO_CACHE)
    assert len(first) == 12 and first == search(NO_CACHE) != search(NO_CACHE, seed=1)


def test_trials_are_kept_and_progress_is_shown(tmp_path, monkeypatch):
    monkeypatch.setattr("animator.base.cache.MIN_SECONDS", 0)
    seen = []

    def search(score):
        tuned = tune(
            BOWL, {"SGD": {"lr": LRS}, "Adam": {"lr": LRS}}, steps=4, trials=5,
            score=score,
        )  # fmt: skip
        tuned.resolve(Cache(tmp_path), lambda label, step: seen.append((label, step)))
        return tuned

    first = search("last")
    assert len(seen) == first.training_steps == 2 * 5 * 5
    assert seen[:6] == [("SGD, lr 0.01", k) for k in range(5)] + [("SGD, lr 0.05", 0)]
    seen.clear()
    again = search("last")
    assert not seen  # also if something else counts, in a grid
    search("area")
    assert not seen
    for label, trials in first.trials.items():
        for one, two in zip(trials, again.trials[label], strict=True):
            assert (one.values, one.score, one.cost) == (
                two.values,
                two.score,
                two.cost,
            )
            np.testing.assert_array_equal(one.loss, two.loss)


def test_the_budget_and_the_seed_are_said():
    tuned = tune(BOWL, {"SGD": {"lr": LRS}}, steps=30, trials=7, seed=3)
    assert repr(tuned) == "<tune: SGD; each 7 trials of 30 steps, seed 3, score 'last'>"


def test_a_tuned_scene_can_be_varied():
    """Hyperparameters that are searched are fixed; with others it searches again."""
    tuned = tune(BOWL, {"SGD": {"lr": LRS, "momentum": [0.0, 0.9]}}, steps=9, trials=10)
    scene = Scene([Heatmap(Experiment(BOWL, tuned, 9))])
    (fixed,) = vary(scene, momentum=0.9).experiments
    (label,) = fixed.settings
    best = min(LRS, key=lambda lr: losses(partial(SGD, lr=lr, momentum=0.9), 9)[-1])
    assert label == f"SGD, lr {best:g}, momentum 0.9"
    (damped,) = vary(scene, dampening=0.5).experiments
    (setting,) = damped.settings.values()
    assert setting.optimizer.keywords["dampening"] == 0.5


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (({},), "searches are {}; give a dict"),
        (({"adam": {"lr": LRS}},), "'adam' is not an optimizer of torch.optim; did you "
         r"mean 'Adam'\? for your own label give"),
        (({"SGD": LRS},), r"'SGD' is \[0\.01, .*give hyperparameters to search"),
        (({"SGD": {"lr": 0.1}},), r"'?SGD'?.*lr is 0\.1|lr is 0\.1"),
        (({"SGD": {"mometum": LRS}},), "did you mean 'momentum'"),
        (({"it": (lambda p: SGD(p, 0.1), {"lr": LRS})},), "not a functools.partial"),
    ],
)  # fmt: skip
def test_what_cannot_be_searched(arguments, message):
    with pytest.raises(SceneError, match=message):
        tune(BOWL, *arguments)


@pytest.mark.parametrize(
    ("keywords", "message"),
    [
        ({"steps": 0}, "tune: steps is 0"),
        ({"trials": 0}, "tune: trials is 0"),
        ({"seed": -1}, "tune: seed is -1"),
        ({"score": "first"}, "score is 'first'; give one of last, best, area, steps"),
        ({"score": "steps"}, "give target=0.01"),
        ({"target": 1}, "target is for score='steps'"),
        ({"score": "steps", "target": "low"}, "target is 'low'; give a loss"),
        ({"allow_leaving": 1}, "allow_leaving is 1; give True or False"),
    ],
)
def test_what_is_no_budget(keywords, message):
    with pytest.raises(SceneError, match=message):
        tune(BOWL, {"SGD": {"lr": LRS}}, **keywords)


def test_importing_a_scene_trains_nothing(tmp_path):
    (tmp_path / "scene.py").write_text(
        "from animator import Experiment, Heatmap, Scene, tune\n"
        "from animator.problems import beale\n"
        "tuned = tune(beale, {'SGD': {'lr': [0.01]}}, steps=10**6)\n"
        "scene = Scene([Heatmap(Experiment(beale, tuned))])\n"
    )
    scene = animator.load(tmp_path / "scene.py")
    assert len(scene.experiments[0].settings) == 1
