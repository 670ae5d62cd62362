"""Measures the distance of each step, for clips whose pace follows the distance."""

from __future__ import annotations

import math

import numpy as np

from animator.drawing.axis_ranges import non_diverging_runs
from animator.experiments.recorder import Recordings


def distances_per_step(recordings: Recordings) -> list[float]:
    """Return the largest distance of any run in each step (steps,).

    Distances are measured on the map, with sides of length 1; a distance counts at
    most as the diagonal. Diverged runs are ignored unless all have diverged.
    """
    distances = np.zeros(max(recording.steps for recording in recordings.values()))
    for recording in recordings.values():
        problem = recording.problem
        sides = [c.high - c.low for c in (problem.x, problem.y)]
        for trajectory in non_diverging_runs(recording):
            moves = np.diff(trajectory.params.astype(np.float64), axis=0) / sides
            lengths = np.minimum(np.nan_to_num(np.hypot(*moves.T)), math.sqrt(2))
            steps = len(lengths)
            distances[:steps] = np.maximum(distances[:steps], lengths)
    return distances.tolist()
