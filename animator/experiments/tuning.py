"""Finds each optimizer's best learning rate, so that a comparison is fair."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from animator.base.cache import Cache
from animator.base.checks import is_number, quoted
from animator.base.errors import SceneError
from animator.experiments.experiment import Experiment
from animator.experiments.hyperparameters import value_of, with_value
from animator.experiments.recorder import record
from animator.experiments.setting import Deferred, Setting, setting_of
from animator.problems import Problem

if TYPE_CHECKING:
    from animator.experiments.setting import MakeOptimizer
    from animator.experiments.trajectory import Trajectory

LRS = (1e-4, 3e-4, 1e-3, 3e-3, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0)


def tune_lr(
    problem: Problem,
    settings: Mapping[str, Setting | MakeOptimizer],
    *,
    budget: int = 100,
    lrs: Sequence[float] = LRS,
) -> Mapping[str, Setting]:
    """Return each setting with the learning rate that works best for it.

    Each setting runs with each learning rate for as many steps as the budget has, from
    the problem's start. The best is the one whose last loss is lowest (highest, if it
    climbs with ``maximize=True``); if several are equal, the smallest. The labels, and
    so the legend, name it. The search begins when the settings are needed, not when the
    scene is imported; what took more than a second is kept, as recordings are.

    Args:
        problem: what is minimised.
        settings: optimizers by label, as an `Experiment` takes them.
        budget: how many steps each run takes.
        lrs: the learning rates to try.

    Raises:
        SceneError: no learning rates, one that an optimizer refuses, or a setting that
            diverges with all of them.
    """
    if isinstance(lrs, str) or not lrs or not all(map(is_number, lrs)):
        raise SceneError(f"tune_lr: lrs is {quoted(lrs)}; give learning rates to try")
    if not isinstance(settings, Mapping):
        raise SceneError(f"tune_lr: settings are {quoted(settings)}; give a dict")
    return Tuned(problem, settings, budget, tuple(sorted(lrs)))


class Tuned(Deferred):
    """Settings whose best learning rates are searched for when they are needed.

    So importing a scene trains nothing. An experiment searches with the cache that is
    in use, and access as a dict with the user's own cache.
    """

    def __init__(
        self,
        problem: Problem,
        settings: Mapping[str, Setting | MakeOptimizer],
        budget: int,
        lrs: Sequence[float],
    ) -> None:
        """Store what is to be tuned."""
        self._problem = problem
        self._settings = settings
        self._budget = budget
        self._lrs = lrs
        self._best: dict[str, Setting] | None = None

    def __getitem__(self, label: str) -> Setting:
        return self.resolve(Cache())[label]

    def __iter__(self) -> Iterator[str]:
        return iter(self.resolve(Cache()))

    def __len__(self) -> int:
        return len(self._settings)

    def resolve(self, cache: Cache) -> dict[str, Setting]:
        """Return the settings with their best learning rates, by labels that name them.

        Raises:
            SceneError: an optimizer refuses a rate, or diverges with all of them.
        """
        if self._best is None:
            self._best = dict(
                self._tune(label, setting_of(setting), cache)
                for label, setting in self._settings.items()
            )
        return self._best

    def _tune(self, label: str, setting: Setting, cache: Cache) -> tuple[str, Setting]:
        runs = {str(lr): with_value(setting, "lr", lr) for lr in self._lrs}
        experiment = Experiment(
            self._problem, runs, self._budget, name=f"tune_lr: {label}"
        )
        losses = cache.get_or_compute(
            ("tune_lr", self._problem, runs, self._budget),
            partial(_last_losses, experiment, runs),
            lambda tried: {"lrs": list(tried), "losses": list(tried.values())},
            lambda arrays: dict(
                zip(arrays["lrs"].tolist(), arrays["losses"].tolist(), strict=True)
            ),
        )
        best = min(losses, key=lambda lr: losses[lr])
        if losses[best] == math.inf:
            raise SceneError(
                f"tune_lr: {label!r} diverges within {self._budget} steps with every "
                f"one of {', '.join(runs)}; give smaller learning rates"
            )
        return f"{label}, lr {float(best):g}", runs[best]


def _last_losses(
    experiment: Experiment, runs: Mapping[str, Setting]
) -> dict[str, float]:
    """Return the loss that each run ends with, by its label."""
    return {
        run.label: _last_loss(run, runs[run.label])
        for run in record(experiment).medians
    }


def _last_loss(run: Trajectory, setting: Setting) -> float:
    """Return the loss that a run ended with, negated if it should be high."""
    if run.outcome.diverged:
        return math.inf
    sign = -1 if value_of(setting, "maximize") else 1
    return sign * float(run.loss[-1])
