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


@dataclass(frozen=True, slots=True)
class Outcomes:
    """The outcomes of a setting's trials along one hyperparameter.

    Attributes:
        shown: value and score of the trials that can be shown.
        line: of these the best for each value, if the search was a grid.
        chosen: the one that won, if it can be shown.
        lost: the values without a trial that can be shown.
        reasons: why these lost.
    """

    shown: Sequence[Place]
    line: Sequence[Place]
    chosen: Sequence[Place]
    lost: Sequence[float]
    reasons: Sequence[str]


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
    alone = len(tuned.searches[label].space) == 1
    winner = tuned.chosen(label)
    return Outcomes(
        shown=[place(trial) for trial in shown],
        line=sorted(best.values()) if alone or 2 * len(best) <= len(shown) else [],
        chosen=[place(winner)] if winner in shown else [],
        lost=sorted(set(lost) - set(best)),
        reasons=[reason for at, reason in lost.items() if at not in best],
    )


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
