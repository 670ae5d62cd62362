"""The results of a search along one hyperparameter: scores and failed values."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from animator.base.checks import is_number
from animator.experiments.trials import Trial
from animator.experiments.tuned import Tuned

ValueScore = tuple[float, float]

_MAX_FACTOR = 10.0
"""Runs that end above this multiple of their initial loss are not shown."""
_INTERVALS = 10
"""The number of intervals for values that span less than a decade."""


@dataclass(frozen=True, slots=True)
class Outcomes:
    """The results of a setting's trials along one hyperparameter.

    Attributes:
        shown: the (value, score) pairs of the trials that can be shown.
        line: the best pair for each value. If few values were tried twice, as when
            optuna searches several hyperparameters, the best pair in each interval.
        chosen: the pair of the winning trial, if it can be shown.
        lost: the values of which no trial can be shown.
        reasons: the reasons why these trials cannot be shown.
        intervals: the length of the intervals of `line`, in words; empty if `line` has
            one pair for each value.
    """

    shown: Sequence[ValueScore]
    line: Sequence[ValueScore]
    chosen: Sequence[ValueScore]
    lost: Sequence[float]
    reasons: Sequence[str]
    intervals: str = ""


def outcomes_along(tuned: Tuned, label: str, along: str) -> Outcomes:
    """Return the results of a setting, without values that are not numbers.

    Args:
        tuned: the search.
        label: the label of the setting, as it was given to `tune`.
        along: the name of the hyperparameter.
    """
    shown: list[Trial] = []
    lost: dict[float, str] = {}
    for trial in tuned.trials[label]:
        if not is_number(trial.values.get(along)):
            continue
        reason = _reason_to_hide(trial, tuned.budget.goal.score)
        if reason:
            lost[float(trial.values[along])] = reason
        else:
            shown.append(trial)

    def pair(trial: Trial) -> ValueScore:
        return float(trial.values[along]), trial.score

    best: dict[float, ValueScore] = {}
    for trial in sorted(shown, key=lambda trial: trial.cost):
        best.setdefault(float(trial.values[along]), pair(trial))
    line, intervals = list(best.values()), ""
    if len(tuned.searches[label].space) > 1 and len(shown) < 2 * len(best):
        line, intervals = _best_of_intervals(line)
    winner = tuned.chosen(label)
    return Outcomes(
        shown=[pair(trial) for trial in shown],
        line=sorted(line),
        chosen=[pair(winner)] if winner in shown else [],
        lost=sorted(set(lost) - set(best)),
        reasons=[reason for at, reason in lost.items() if at not in best],
        intervals=intervals,
    )


def _best_of_intervals(pairs: Sequence[ValueScore]) -> tuple[list[ValueScore], str]:
    """Return the best pair in each interval of values, and the interval's length.

    Args:
        pairs: the (value, score) pairs, the best first.
    """
    low, high = min(x for x, _ in pairs), max(x for x, _ in pairs)
    each = (high - low) / _INTERVALS or 1.0
    is_log = low > 0 and high >= 10 * low
    best: dict[int, ValueScore] = {}
    for x, y in pairs:
        share = 3 * math.log10(x) if is_log else (x - low) / each
        best.setdefault(math.floor(share), (x, y))
    length = "third of a decade" if is_log else "tenth of the range"
    return list(best.values()), length


def _reason_to_hide(trial: Trial, score: str) -> str:
    """Return why a trial cannot be shown; empty if it can."""
    if trial.diverged:
        return "diverged"
    if trial.cost == math.inf:
        return "left the map"
    if math.isnan(trial.score):
        return "missed the target"
    limit = _MAX_FACTOR * abs(float(trial.loss[0])) or math.inf
    if score in ("last", "best") and abs(trial.score) > limit:
        return "ended far above its start"
    return ""
