"""Records all combinations of a sweep, in parallel on all cores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from animator.base.cache import NO_CACHE, Cache
from animator.experiments.details import NOTHING
from animator.experiments.recorder import Recordings, StepCallback
from animator.experiments.several_processes import Processes
from animator.experiments.trajectory import Trajectory
from animator.experiments.variations import record_variations
from animator.scenes.sweep import Sweep


def record_sweep(
    sweep: Sweep,
    steps: int | None = None,
    cache: Cache = NO_CACHE,
    progress: StepCallback | None = None,
) -> list[Recordings]:
    """Record all combinations of a sweep, or read them from a cache.

    Args:
        sweep: the sweep to record.
        steps: the number of steps of each run; defaults to the experiments' own.
        cache: the cache of recordings.
        progress: called with a label and a step.

    Returns:
        For each combination, the recordings of its experiments.

    Raises:
        SceneError: a run failed; the message names its values.
    """
    names = [sweep.name_of(number) for number in range(len(sweep.chosen))]
    found: list[Recordings] = [{} for _ in names]
    with Processes() as processes:
        for experiment in sweep.scene.experiments:
            own = [variation[experiment] for variation in sweep.variations]
            needs = sweep.scene.needs.get(experiment, NOTHING)
            args = own, names, steps, cache, progress, needs, processes
            for recordings, recording in zip(
                found, record_variations(*args), strict=True
            ):
                recordings[recording.experiment] = recording
    return found


def all_runs(sweep: Sweep, recordings: Sequence[Recordings], number: int) -> Recordings:
    """Return the recordings of one combination, extended by the runs of all others.

    Args:
        sweep: the sweep.
        recordings: the recordings of each combination.
        number: the index of the combination.
    """
    joint: Recordings = {}
    for experiment, own in sweep.variations[number].items():
        runs: dict[int, Trajectory] = {}  # by array: combinations share runs
        for variation, found in zip(sweep.variations, recordings, strict=True):
            for run in found[variation[experiment]].trajectories:
                runs.setdefault(id(run.params), run)
        recording = recordings[number][own]
        numbered = [replace(run, setting=k) for k, run in enumerate(runs.values())]
        joint[own] = replace(recording, trajectories=tuple(numbered))
    return joint
