"""Finds each optimizer's best hyperparameters, so that a comparison is fair."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import torch

from animator.base.checks import is_integer, is_number, quoted
from animator.base.errors import SceneError
from animator.experiments.experiment_checks import check_steps
from animator.experiments.search import check_searchable, check_space
from animator.experiments.setting import Setting, setting_of
from animator.experiments.trials import Goal, ScoreName
from animator.experiments.tuned import Budget, Search, Tuned

if TYPE_CHECKING:
    from animator.experiments.setting import MakeOptimizer
    from animator.problems import Problem, ProjectedProblem

    Hyperparameters = Mapping[str, Any]
    """Each is a range or a list of values."""

LRS = (1e-4, 3e-4, 1e-3, 3e-3, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0)


def tune(
    problem: Problem | ProjectedProblem,
    searches: Mapping[
        str, Hyperparameters | tuple[Setting | MakeOptimizer, Hyperparameters]
    ],
    *,
    steps: int = 100,
    trials: int = 20,
    score: ScoreName = "last",
    target: float | None = None,
    allow_leaving: bool = False,
    seed: int = 0,
) -> Tuned:
    """Return settings, each with the hyperparameters that work best for it.

    Each has the same budget: so many trials at most, each a run of so many steps from
    the problem's start. The trials are a grid, where that fits into the budget: of a
    list all values are tried, and of a range as many as there is room for, five at
    least if there are several hyperparameters. Otherwise optuna searches
    (``pip install optuna``). The labels, and so the legend, name what was found.

    A run that diverges loses, and so does one that leaves the map. Of a setting with
    several seeds the median loss counts, and each of its runs can lose. Of equal runs
    the first wins, which in a grid has the smallest values. The search begins when the
    settings are needed, not when the scene is imported; what took more than a second
    is kept, as recordings are. The same search finds the same settings on every
    machine.

    Args:
        problem: what is minimised.
        searches: by label, the hyperparameters to search of the optimizer of
            `torch.optim` that the label names: ``{"Adam": {"lr": log_range(1e-4, 1),
            "betas": [(0.9, 0.999), (0.5, 0.9)]}}``; or any optimizer or `Setting`, and
            its hyperparameters: ``{"momentum": (partial(SGD, momentum=0.9), {"lr":
            log_range(1e-4, 1)})}``. Those of a `Setting`, such as ``batch_size``, can
            be searched, too.
        steps: how many each trial takes.
        trials: how many each optimizer has.
        score: what counts: the ``"last"`` loss; the ``"best"`` one; the ``"area"``
            under the loss; or the number of ``"steps"`` until the loss is at most
            `target`. If an optimizer climbs with ``maximize=True``, high losses win.
        target: the loss to reach, for ``score="steps"``.
        allow_leaving: whether a run that leaves the map may win.
        seed: of the search by optuna. Each run has the seed of its `Setting`.

    Raises:
        SceneError: an argument is out of its range, an optimizer refuses a
            hyperparameter, or, when the settings are needed, all trials lose.
    """
    if not isinstance(searches, Mapping) or not searches:
        raise SceneError(
            f"tune: searches are {quoted(searches)}; give a dict such as "
            "{'Adam': {'lr': log_range(1e-4, 1)}}"
        )
    if not is_integer(trials, 1, 1_000_000):
        raise SceneError(f"tune: trials is {quoted(trials)}; give a whole number")
    if not is_integer(seed, 0, 2**32 - 1):
        raise SceneError(f"tune: seed is {quoted(seed)}; give a whole number")
    check_steps(steps, "tune", 1)
    found = {label: _search(label, given) for label, given in searches.items()}
    for search in found.values():
        check_searchable(search.space, trials, "tune")
    budget = Budget(steps, trials, Goal(score, target, allow_leaving), seed)
    return Tuned(problem, found, budget, "tune")


def tune_lr(
    problem: Problem | ProjectedProblem,
    settings: Mapping[str, Setting | MakeOptimizer],
    *,
    budget: int = 100,
    lrs: Sequence[float] = LRS,
    allow_leaving: bool = False,
) -> Tuned:
    """Return each setting with the learning rate that works best for it.

    This is `tune` with a list of learning rates and the last loss as the score.

    Args:
        problem: what is minimised.
        settings: optimizers by label, as an `Experiment` takes them.
        budget: how many steps each run takes.
        lrs: the learning rates to try.
        allow_leaving: whether a run that leaves the map may win.

    Raises:
        SceneError: no learning rates, one that an optimizer refuses, or a setting that
            diverges or leaves the map with all of them.
    """
    if isinstance(lrs, str) or not lrs or not all(map(is_number, lrs)):
        raise SceneError(f"tune_lr: lrs is {quoted(lrs)}; give learning rates to try")
    if not isinstance(settings, Mapping):
        raise SceneError(f"tune_lr: settings are {quoted(settings)}; give a dict")
    check_steps(budget, "tune_lr", 1)
    space = {"lr": tuple(sorted(lrs))}
    searches = {
        label: Search(setting_of(setting), space) for label, setting in settings.items()
    }
    goal = Goal(allow_leaving=allow_leaving)
    return Tuned(problem, searches, Budget(budget, len(lrs), goal, 0), "tune_lr")


def _search(label: object, given: Any) -> Search:
    """Return what was given for a label as a search.

    Raises:
        SceneError: it is none.
    """
    if isinstance(given, Mapping):
        return Search(Setting(_optimizer_named(label)), check_space(given, "tune"))
    if isinstance(given, tuple) and len(given) == 2 and isinstance(given[1], Mapping):
        where = f"tune: {label!r}"
        return Search(setting_of(given[0]), check_space(given[1], where))
    raise SceneError(
        f"tune: {label!r} is {quoted(given)}; give hyperparameters to search, such as "
        "{'lr': log_range(1e-4, 1)}, or (partial(SGD, momentum=0.9), {'lr': …})"
    )


def _optimizer_named(label: object) -> MakeOptimizer:
    """Return the optimizer of torch that a label names."""
    known = {
        name: value
        for name, value in vars(torch.optim).items()
        if inspect.isclass(value) and issubclass(value, torch.optim.Optimizer)
    }
    if label in known and label != "Optimizer":
        return known[str(label)]
    lower = {name.lower(): name for name in known}
    close = difflib.get_close_matches(str(label).lower(), lower, n=1)
    meant = f"did you mean {lower[close[0]]!r}? " if close else ""
    raise SceneError(
        f"tune: {label!r} is no optimizer of torch.optim; {meant}for a label of your "
        "own give (partial(SGD, momentum=0.9), {'lr': …})"
    )
