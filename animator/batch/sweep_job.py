"""Writes the pages and clips of a job in which hyperparameters vary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from animator.base.cache import Cache
from animator.base.errors import SceneError
from animator.base.interrupts import check_interrupted
from animator.batch.entries import Entry, describe_recording
from animator.batch.jobs import Job
from animator.batch.names import value_in_name
from animator.batch.pace import Pace
from animator.batch.sliders import is_page
from animator.experiments.lossmap import LossMaps
from animator.experiments.recorder import Recording, Recordings
from animator.rendering.clip import Clip
from animator.rendering.explore import check_sweep, write_sweep
from animator.rendering.options import RenderOptions
from animator.rendering.passes import Listeners
from animator.scenes.scene import Scene
from animator.scenes.sweep import Sweep, sweep_of
from animator.scenes.sweep_recording import record_sweep

_FRAMES = 60
"""The time of setting a stage, in frames of an ordinary clip."""


@dataclass(frozen=True, slots=True)
class SweepPart:
    """The part of a job that shows a sweep.

    Attributes:
        sweep: the scene with each combination of values.
        targets: the pages with sliders, and the clips that run over the values.
    """

    sweep: Sweep
    targets: Sequence[Path]


def sweep_part(job: Job, scene: Scene, steps: int | None) -> SweepPart | None:
    """Return the part of a job that shows a sweep, if there is one.

    Args:
        job: the job.
        scene: the scene that it shows, without sliders.
        steps: the number of steps, instead of the experiments' own.

    Raises:
        SceneError: ``--sweep`` has no values, several hyperparameters, or too many
            values.
    """
    given: Mapping[str, Any] = {slider.name: slider for slider in job.sliders}
    values = given or scene.sliders
    if job.sweep and not values:
        raise SceneError(
            "--sweep needs the values that it runs over; give a range, such as --set "
            "momentum=0:0.98:0.02"
        )
    if job.sweep and len(values) > 1:
        names = " and ".join(values)
        raise SceneError(
            f"--sweep runs over one hyperparameter, and the scene has sliders for "
            f"{names}; fix the others, as in --set {list(values)[-1]}=0.1"
        )
    targets = [path for path in job.targets if job.sweep or (values and is_page(path))]
    if not targets:
        return None
    sweep = sweep_of(scene, values, steps=steps)
    check_sweep(sweep, targets)
    return SweepPart(sweep, targets)


def plan_sweep(part: SweepPart, pace: Pace, steps: int | None) -> None:
    """Plan the runs of a sweep, and its frames."""
    sweep = part.sweep
    for experiment in sweep.scene.experiments:
        count = experiment.count_runs() * (experiment.count_steps(steps) + 1)
        pace.plan("sweep", "step", count * len(sweep.chosen))
    pace.plan("frames", "frame", _FRAMES * len(sweep.chosen))


def render_part(
    part: SweepPart,
    options: RenderOptions,
    cache: Cache,
    pace: Pace,
    maps: LossMaps,
    listeners: Listeners,
) -> tuple[Mapping[Path, Clip], Sequence[Recordings]]:
    """Record a sweep and write its pages and clips.

    Returns:
        The clips, and the recordings of each combination of values.

    Raises:
        SceneError: a run failed, or the scene could not be drawn.
        WriteError: a file could not be written.
    """

    def trained(label: str, step: int) -> None:
        check_interrupted()
        pace.add(f"training {label}")

    sweep = part.sweep
    pace.begin("sweep", "step")
    recordings = record_sweep(sweep, options.steps, cache, trained)
    pace.begin("frames", "frame")
    pace.report("setting the scene")
    clips = write_sweep(sweep, recordings, part.targets, options, maps, listeners)
    return clips, recordings


def named_recordings(
    sweep: Sweep, recordings: Sequence[Recordings]
) -> list[tuple[str, Recording]]:
    """Return each recording of a sweep with a name for its values."""
    return [
        (_name_of(sweep, number), recording)
        for number, found in enumerate(recordings)
        for recording in found.values()
    ]


def describe_sweep(sweep: Sweep, recordings: Sequence[Recordings]) -> list[Entry]:
    """Return an entry of the manifest for each combination of values."""
    return [
        {
            "values": {
                slider.name: repr(slider.values[at])
                for slider, at in zip(sweep.sliders, chosen, strict=True)
            },
            "experiments": [describe_recording(each) for each in found.values()],
        }
        for chosen, found in zip(sweep.chosen, recordings, strict=True)
    ]


def _name_of(sweep: Sweep, number: int) -> str:
    """Return the name of a combination of values, as in `Variant.name`."""
    pairs = zip(sweep.sliders, sweep.chosen[number], strict=True)
    return "_".join(value_in_name(s.name, s.values[at]) for s, at in pairs)
