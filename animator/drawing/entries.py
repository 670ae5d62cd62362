"""What a legend lists: the settings of some recordings, each with its loss."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from animator.drawing.numbers import digits_needed, format_number

if TYPE_CHECKING:
    from animator.drawing.theme import Theme
    from animator.experiments.recorder import Recording
    from animator.experiments.trajectory import Trajectory

_SAMPLES = 200
"""Steps at which numbers are written to see how much room they need."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A setting in a legend.

    Attributes:
        label: of the setting.
        color: of its paths.
        runs: its trajectories; several if it has several starts or seeds.
        digits: significant digits of its loss.
    """

    label: str
    color: str
    runs: Sequence[Trajectory]
    digits: int

    def loss_text(self, step: float) -> str:
        """Return the loss at a step, the median of several, or that it diverged."""
        losses = [loss_at(run, step) for run in self.runs]
        known = [loss for loss in losses if loss is not None]
        if not known:
            last = max(run.outcome.step for run in self.runs)
            return f"diverged at step {last}"
        return format_number(float(np.median(known)), self.digits)

    def widest_texts(self) -> list[str]:
        """Return the texts of the loss whose widths must have room."""
        steps = max(len(run.loss) for run in self.runs) - 1
        points = np.unique(np.linspace(0, steps, min(steps + 1, _SAMPLES)).astype(int))
        extremes = {
            int(np.nanargmax(np.abs(run.loss)))
            for run in self.runs
            if np.isfinite(run.loss).any()
        }
        return [self.loss_text(step) for step in {*points.tolist(), *extremes}]


def loss_at(run: Trajectory, step: float) -> float | None:
    """Return the loss of a run at a step; None once it has diverged."""
    outcome = run.outcome
    if outcome.diverged and step >= outcome.step:
        return None
    return float(run.loss[min(int(step), outcome.step)])


def entries_of(recording: Recording, theme: Theme) -> list[Entry]:
    """Return a legend's entries: one for each setting, in their order.

    The label of a path that is the same as an earlier one says so.
    """
    runs = recording.trajectories
    digits = digits_needed(
        [run.loss[: run.outcome.step + 1 - run.outcome.diverged] for run in runs]
    )
    entries = []
    for setting in dict.fromkeys(run.setting for run in runs):
        own = [run for run in runs if run.setting == setting]
        label = _label(own, runs)
        entries.append(Entry(label, theme.color(setting), own, digits))
    return entries


def _label(own: Sequence[Trajectory], runs: Sequence[Trajectory]) -> str:
    """Return the label of a setting's runs."""
    if len(own) > 1:
        return f"{own[0].label} × {len(own)}"
    same = [
        run.label
        for run in runs
        if run.setting < own[0].setting
        and np.array_equal(run.params, own[0].params, equal_nan=True)
    ]
    return " = ".join([own[0].label, *same[:1]])
