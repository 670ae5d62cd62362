"""The entries of a legend: the settings of a recording, each with its loss."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from animator.drawing.numbers import digits_needed, format_number

if TYPE_CHECKING:
    from animator.drawing.theme import Theme
    from animator.experiments.recorder import Recording
    from animator.experiments.trajectory import Numbers, Trajectory

_SAMPLES = 200
"""The number of steps at which the width of numbers is measured."""


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """A setting in a legend.

    Attributes:
        label: the label of the setting.
        color: the colour of its paths.
        run: its trajectory, or the median of several trajectories.
        values: the values to list at each step (steps + 1,), such as the loss; NaN
            where none is known yet.
        digits: the number of significant digits of the values.
    """

    label: str
    color: str
    run: Trajectory
    values: Numbers
    digits: int

    def text_at(self, step: float) -> str:
        """Return the text of the value at a step, or that the run has diverged."""
        outcome = self.run.outcome
        if outcome.diverged and step >= outcome.step:
            return f"diverged at step {outcome.step}"
        value = self.values[min(int(step), outcome.step)]
        return format_number(float(value), self.digits)

    def widest_texts(self) -> list[str]:
        """Return the texts of values that determine the width of the column."""
        values = self.values
        count = min(len(values), _SAMPLES)
        points = set(np.linspace(0, len(values) - 1, count).astype(int).tolist())
        known = np.isfinite(values)
        if known.any():
            points.add(int(np.where(known, np.abs(values), -1).argmax()))
        return [self.text_at(step) for step in points]


def entries_of(
    recording: Recording, theme: Theme, series: str = "loss"
) -> list[LegendEntry]:
    """Return the entries of a legend, one for each setting, in their order.

    If a path is identical to an earlier one, its label says so.

    Args:
        recording: the recording of the settings.
        theme: the colours.
        series: the name of the series to list; between two measurements, the earlier
            value is shown.
    """
    runs = recording.medians
    values = [_forward_filled(run.values(series)) for run in runs]
    digits = digits_needed(
        [
            each[: run.outcome.step + 1 - run.outcome.diverged]
            for run, each in zip(runs, values, strict=True)
        ]
    )
    entries = []
    for index, run in enumerate(runs):
        same = [
            earlier.label
            for earlier in runs[:index]
            if np.array_equal(earlier.params, run.params, equal_nan=True)
        ]
        label = " = ".join([run.label, *same[:1]])
        color = theme.color(run.setting)
        entries.append(LegendEntry(label, color, run, values[index], digits))
    return entries


def _forward_filled(values: Numbers) -> Numbers:
    """Return values (steps + 1,) with NaN replaced by the last known value."""
    places = np.where(np.isnan(values), 0, np.arange(len(values)))
    return values[np.maximum.accumulate(places)]
