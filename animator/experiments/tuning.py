"""Searches the best hyperparameters of each optimizer, for fair comparisons."""

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
    """Search the best hyperparameters of each optimizer.

    Each optimizer has the same budget: at most `trials` runs of `steps` steps from the
    problem's start. If a grid fits into the budget, it is used: it has all values of
    each list, and as many values of each range as possible, at least five if there are
    several hyperparameters. Otherwise optuna proposes the values
    (``pip install optuna``). The new labels, which the legend shows, name the best
    values.

    Runs that diverge or leave the map fail. A setting with several seeds is scored by
    its median loss, and fails if any of its runs fails. Of equal runs the first wins,
    which in a grid has the smallest values. The search runs when the settings are first
    needed, not when the scene is imported. Searches of more than a second are cached.
    The same search gives the same settings on every machine.

    Args:
        problem: the problem.
        searches: the search spaces by label. A label that names an optimizer of
            `torch.optim` needs only the hyperparameters: ``{"Adam": {"lr":
            log_range(1e-4, 1), "betas": [(0.9, 0.999), (0.5, 0.9)]}}``. Any other
            optimizer or `Setting` is given with them: ``{"momentum": (partial(SGD,
            momentum=0.9), {"lr": log_range(1e-4, 1)})}``. Attributes of a `Setting`,
            such as ``batch_size``, can be searched too.
        steps: the number of steps of each trial.
        trials: the maximum number of trials of each optimizer.
        score: the score to minimise: the ``"last"`` loss; the ``"best"``, lowest loss;
            the ``"area"`` under the loss curve; or the number of ``"steps"`` until the
            loss is at most `target`. For optimizers with ``maximize=True``, high losses
            win.
        target: the target loss for ``score="steps"``.
        allow_leaving: whether a run that leaves the map can win.
        seed: the seed of optuna's search. Each run has the seed of its `Setting`.

    Returns:
        The tuned settings, for the argument `settings` of an `Experiment`.

    Raises:
        SceneError: an argument is not valid, or an optimizer refuses a hyperparameter.
            When the settings are first needed: all trials of an optimizer fail.
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
    """Search the best learning rate of each setting.

    This is `tune` with a list of learning rates and the last loss as the score.

    Args:
        problem: the problem.
        settings: optimizers or settings by label, as for an `Experiment`.
        budget: the number of steps of each run.
        lrs: the learning rates to try.
        allow_leaving: whether a run that leaves the map can win.

    Returns:
        The tuned settings, for the argument `settings` of an `Experiment`.

    Raises:
        SceneError: there are no learning rates, an optimizer refuses one, or a setting
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
    """Convert the value of a label to a search.

    Raises:
        SceneError: the value is not a search.
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
    """Return the optimizer of `torch.optim` that a label names."""
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
        f"tune: {label!r} is not an optimizer of torch.optim; {meant}for your own "
        "label give (partial(SGD, momentum=0.9), {'lr': …})"
    )
