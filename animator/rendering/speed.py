"""How far the paths of a scene go in each step, which the clip's clock follows."""

from __future__ import annotations

import math

import numpy as np

from animator.drawing.axis_ranges import non_diverging_runs
from animator.experiments.recorder import Recordings


def distances_per_step(recordings: Recordings) -> list[float]:
    """Return how far the fastest of all settings goes in each step (steps,).

    Distances are those on the map, whose sides are 1 long; none counts as more than its
    diagonal. Runs that diverge do not count beside others.
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
