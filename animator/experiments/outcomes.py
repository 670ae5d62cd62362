"""The outcomes of a search along one hyperparameter: which are shown, which lost."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from animator.base.checks import is_number
from animator.experiments.trials import Trial
from animator.experiments.tuned import Tuned

Place = tuple[float, float]

_FAR = 10.0
"""A run that ends above this multiple of the loss at the start is not shown."""
_INTERVALS = 10
"""Of values that span less than a decade."""


@dataclass(frozen=True, slots=True)
class Outcomes:
    """The outcomes of a setting's trials along one hyperparameter.

    Attributes:
        shown: value and score of the trials that can be shown.
        line: of these the best for each value; or, if hardly a value was tried twice,
            as where optuna searches several hyperparameters, the best of each interval.
        chosen: the one that won, if it can be shown.
        lost: the values without a trial that can be shown.
        reasons: why these lost.
        intervals: of which `line` has the best ones, in words; empty if it has the best
            for each value.
    """

    shown: Sequence[Place]
    line: Sequence[Place]
    chosen: Sequence[Place]
    lost: Sequence[float]
    reasons: Sequence[str]
    intervals: str = ""


def outcomes_along(tuned: Tuned, label: str, along: str) -> Outcomes:
    """Return the outcomes of a setting; trials without a number are left out.

    Args:
        tuned: the search.
        label: the setting's, as it was given.
        along: the hyperparameter.
    """
    shown: list[Trial] = []
    lost: dict[float, str] = {}
    for trial in tuned.trials[label]:
        if not is_number(trial.values.get(along)):
            continue
        reason = _why_lost(trial, tuned.budget.goal.score)
        if reason:
            lost[float(trial.values[along])] = reason
        else:
            shown.append(trial)

    def place(trial: Trial) -> Place:
        return float(trial.values[along]), trial.score

    best: dict[float, Place] = {}
    for trial in sorted(shown, key=lambda trial: trial.cost):
        best.setdefault(float(trial.values[along]), place(trial))
    line, intervals = list(best.values()), ""
    if len(tuned.searches[label].space) > 1 and len(shown) < 2 * len(best):
        line, intervals = _best_of_intervals(line)
    winner = tuned.chosen(label)
    return Outcomes(
        shown=[place(trial) for trial in shown],
        line=sorted(line),
        chosen=[place(winner)] if winner in shown else [],
        lost=sorted(set(lost) - set(best)),
        reasons=[reason for at, reason in lost.items() if at not in best],
        intervals=intervals,
    )


def _best_of_intervals(places: Sequence[Place]) -> tuple[list[Place], str]:
    """Return the first place in each interval of values, and its length in words.

    Args:
        places: the best one first.
    """
    low, high = min(x for x, _ in places), max(x for x, _ in places)
    each = (high - low) / _INTERVALS or 1.0
    is_log = low > 0 and high >= 10 * low
    best: dict[int, Place] = {}
    for x, y in places:
        share = 3 * math.log10(x) if is_log else (x - low) / each
        best.setdefault(math.floor(share), (x, y))
    length = "third of a decade" if is_log else "tenth of the range"
    return list(best.values()), length


def _why_lost(trial: Trial, score: str) -> str:
    """Return why a trial cannot be shown, or nothing."""
    if trial.diverged:
        return "diverged"
    if trial.cost == math.inf:
        return "left the map"
    if math.isnan(trial.score):
        return "missed the target"
    limit = _FAR * abs(float(trial.loss[0])) or math.inf
    if score in ("last", "best") and abs(trial.score) > limit:
        return "ended far above its start"
    return ""
