"""Joins the recordings of several experiments, for a panel that shows them all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from animator.experiments.experiment import Experiment
from animator.experiments.recording import Recording, Recordings


def joined(recordings: Sequence[Recording]) -> Recording:
    """Return one recording with all trajectories and the first recording's problem.

    Shorter trajectories are padded to the length of the longest.
    """
    if len(recordings) == 1:
        return recordings[0]
    steps = max(recording.steps for recording in recordings)
    runs = tuple(
        run if len(run.loss) == steps + 1 else run.padded_to(run.label, steps)
        for recording in recordings
        for run in recording.trajectories
    )
    return replace(recordings[0], trajectories=runs)


def relabelled(recordings: Sequence[Recording]) -> list[Recording]:
    """Return recordings with labels that differ between the recordings.

    If two recordings share a label, all labels get a prefix: the name of the experiment
    or its problem. If every experiment has a single setting, this name is the label.
    """
    labels = [
        list(dict.fromkeys(run.label for run in r.trajectories)) for r in recordings
    ]
    if _are_distinct(labels):
        return list(recordings)
    names = _numbered([r.experiment.name or r.problem.name for r in recordings])
    is_alone = all(len(own) == 1 for own in labels)
    renamed = []
    for name, recording in zip(names, recordings, strict=True):
        runs = tuple(
            replace(run, label=name if is_alone else f"{name}, {run.label}")
            for run in recording.trajectories
        )
        renamed.append(replace(recording, trajectories=runs))
    return renamed


def _are_distinct(labels: Iterable[Sequence[str]]) -> bool:
    every = [label for own in labels for label in own]
    return len(set(every)) == len(every)


def _numbered(names: Sequence[str]) -> list[str]:
    """Return the names with a number added to repeated ones."""
    found: list[str] = []
    for name in names:
        count, unique = 1, name
        while unique in found:
            count += 1
            unique = f"{name} {count}"
        found.append(unique)
    return found


def with_distinct_colors(
    recordings: Recordings, together: Iterable[Sequence[Experiment]]
) -> Recordings:
    """Return recordings with setting indices, and so colours, that are distinct.

    Args:
        recordings: the recordings by experiment.
        together: the experiments of each panel. Experiments that share a panel get
            disjoint setting indices.
    """
    shared = dict.fromkeys(e for shown in together if len(shown) > 1 for e in shown)
    found, offset = dict(recordings), 0
    for experiment in shared:
        recording = recordings[experiment]
        runs = tuple(
            replace(run, setting=run.setting + offset) for run in recording.trajectories
        )
        found[experiment] = replace(recording, trajectories=runs)
        offset += 1 + max(run.setting for run in recording.trajectories)
    return found
