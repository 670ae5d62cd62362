"""Records many variations of one experiment, each different run once."""

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

    They are recorded as one experiment with all of their settings, of which those that
    are the same object run once; so a network has one plane for all of them. Every
    trajectory is that of the plain loop, whichever process has recorded it.

    Args:
        variations: the experiments; their problem is the same object.
        names: of the variations, for messages.
        steps: how many steps, instead of the experiments' own number.
        cache: where the recording is kept.
        progress: called with a label and a step.
        needs: what else to record.
        processes: that record; processes of its own if not given.

    Returns:
        A recording for each variation.

    Raises:
        SceneError: the problem or an optimizer failed; the message names it.
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
    """Return the trajectories of one variation, with its own labels."""
    return tuple(
        replace(run, label=label, setting=number)
        for number, (label, setting) in enumerate(variation.settings.items())
        for run in runs[labels[id(setting)]]
    )
