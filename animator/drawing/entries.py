"""What a legend lists: the settings of some recordings, each with its loss."""

from __future__ import annotations

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
        run: its trajectory, or the median of several.
        digits: significant digits of its loss.
    """

    label: str
    color: str
    run: Trajectory
    digits: int

    def loss_text(self, step: float) -> str:
        """Return the loss at a step as a text, or that the run has diverged."""
        outcome = self.run.outcome
        if outcome.diverged and step >= outcome.step:
            return f"diverged at step {outcome.step}"
        loss = self.run.loss[min(int(step), outcome.step)]
        return format_number(float(loss), self.digits)

    def widest_texts(self) -> list[str]:
        """Return the texts of the loss whose widths must have room."""
        loss = self.run.loss
        count = min(len(loss), _SAMPLES)
        points = set(np.linspace(0, len(loss) - 1, count).astype(int).tolist())
        if np.isfinite(loss).any():
            points.add(int(np.nanargmax(np.where(np.isfinite(loss), abs(loss), -1))))
        return [self.loss_text(step) for step in points]


def entries_of(recording: Recording, theme: Theme) -> list[Entry]:
    """Return a legend's entries: one for each setting, in their order.

    The label of a path that is the same as an earlier one says so.
    """
    runs = recording.medians
    digits = digits_needed(
        [run.loss[: run.outcome.step + 1 - run.outcome.diverged] for run in runs]
    )
    entries = []
    for index, run in enumerate(runs):
        same = [
            earlier.label
            for earlier in runs[:index]
            if np.array_equal(earlier.params, run.params, equal_nan=True)
        ]
        label = " = ".join([run.label, *same[:1]])
        entries.append(Entry(label, theme.color(run.setting), run, digits))
    return entries
