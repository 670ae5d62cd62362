"""Checks the trials of a search: whether any succeeds, and is not at a range's end."""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence

from animator.base.errors import RenderWarning, SceneError
from animator.experiments.search import LogRange, Space
from animator.experiments.trials import Goal, Trial, best_of


def check_trials(
    caller: str, label: str, trials: Sequence[Trial], space: Space, goal: Goal
) -> None:
    """Raise `SceneError` if all trials fail; warn if the best one is doubtful.

    Args:
        caller: the name of the called function in messages.
        label: the label of the setting.
        trials: the trials of the setting.
        space: the search space.
        goal: the goal of the search.

    Warns:
        RenderWarning: the best value is an end of its range, or no trial reaches the
            target.
    """
    if len(trials) == 1:
        return  # there was no choice
    best, steps = trials[best_of(trials)], len(trials[0].loss) - 1
    if best.cost == math.inf:
        other = "" if all(t.diverged for t in trials) else ", or allow_leaving=True"
        raise SceneError(
            f"{caller}: of the {len(trials)} trials of {label!r}, "
            f"{_losing(trials)} within {steps} steps; give smaller learning rates"
            f"{other}"
        )
    for name, values in space.items():
        value = best.values[name]
        if isinstance(values, LogRange) and value in (values.low, values.high):
            _warn(
                f"{caller}: {label!r} does best with {name}={value!r}, the end of its "
                "range; widen it"
            )
    if math.isnan(best.score):
        _warn(
            f"{caller}: no trial of {label!r} reaches the loss {goal.target:g} within "
            f"{steps} steps; the one that comes closest is shown"
        )


def _losing(trials: Sequence[Trial]) -> str:
    """Describe how many trials diverge, and how many leave the map."""
    diverged = sum(trial.diverged for trial in trials)
    left = len(trials) - diverged
    parts = [
        f"{diverged} diverge" if diverged else "",
        f"{left} leave the map" if left else "",
    ]
    return " and ".join(filter(None, parts))


def _warn(text: str) -> None:
    warnings.warn(text, RenderWarning, stacklevel=4)
