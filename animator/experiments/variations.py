"""Records variations of an experiment, without repeating identical runs."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import replace

from animator.base.cache import NO_CACHE, Cache
from animator.experiments.details import NOTHING, Needs
from animator.experiments.experiment import Experiment
from animator.experiments.recorder import Recording, StepCallback, record_cached
from animator.experiments.several_processes import Processes
from animator.experiments.trajectory import Trajectory


def record_variations(
    variations: Sequence[Experiment],
    names: Sequence[str],
    steps: int | None = None,
    cache: Cache = NO_CACHE,
    progress: StepCallback | None = None,
    needs: Needs = NOTHING,
    processes: Processes | None = None,
) -> list[Recording]:
    """Record experiments that differ only in their settings.

    They are recorded as one experiment with all settings. Settings that are the same
    object run only once, and a network has a common plane. Trajectories do not depend
    on the process that records them.

    Args:
        variations: the experiments; their problem is the same object.
        names: the names of the variations in messages.
        steps: the number of steps. Default: the experiments' own.
        cache: the cache of the recording.
        progress: called with a label and a step.
        needs: the additional data to record.
        processes: the processes that record. Default: new processes.

    Returns:
        A recording for each variation.

    Raises:
        SceneError: the problem or an optimizer fails; the message names the setting.
    """
    settings: dict[str, object] = {}
    labels: dict[int, str] = {}  # by the settings' identities
    for variation, name in zip(variations, names, strict=True):
        for label, setting in variation.settings.items():
            if id(setting) not in labels:
                own = label
                if label in settings:
                    own = f"{label}, {name}" if len(variation.settings) > 1 else name
                labels[id(setting)] = own
                settings[own] = setting
    joint = copy.copy(variations[0])
    object.__setattr__(joint, "settings", settings)
    with nullcontext(processes) if processes else Processes() as used:
        recording = record_cached(joint, steps, cache, progress, needs, used.record)
    runs: dict[str, list[Trajectory]] = {label: [] for label in settings}
    names_of = list(settings)
    for run in recording.trajectories:
        runs[names_of[run.setting]].append(run)
    return [
        replace(recording, experiment=each, trajectories=_own(each, labels, runs))
        for each in variations
    ]


def _own(
    variation: Experiment,
    labels: Mapping[int, str],
    runs: Mapping[str, Sequence[Trajectory]],
) -> tuple[Trajectory, ...]:
    """Return the trajectories of one variation, with its labels."""
    return tuple(
        replace(run, label=label, setting=number)
        for number, (label, setting) in enumerate(variation.settings.items())
        for run in runs[labels[id(setting)]]
    )
