"""Chooses ranges of axes that suit the paths."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from animator.experiments.recorder import Recording
    from animator.experiments.trajectory import Trajectory

_FAR = 1.0
"""Points further off the map than this, as a multiple of its width, are ignored."""


def fit_range(
    low: float, high: float, values: NDArray[np.floating]
) -> tuple[float, float]:
    """Return the range of a coordinate that contains its values on all paths.

    Args:
        low: the lower end of the problem's map.
        high: the upper end of the problem's map.
        values: the coordinate on all paths (M,); values too far off the map are
            ignored.
    """
    margin = _FAR * (high - low)
    values = values.astype(np.float64)
    near = values[(values >= low - margin) & (values <= high + margin)]
    if not len(near):
        return low, high
    room = 0.12 * (np.ptp(near) or margin / 10)
    return float(near.min() - room), float(near.max() + room)


def non_diverging_runs(recording: Recording) -> list[Trajectory]:
    """Return the runs that determine ranges: those that do not diverge, or else all."""
    runs = [run for run in recording.trajectories if not run.outcome.diverged]
    return runs or list(recording.trajectories)
