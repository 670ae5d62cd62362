"""Carries out a job of the command: loads its scenes, records them and renders."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from animator.base.cache import NO_CACHE, Cache
from animator.base.interrupts import check_interrupted
from animator.batch.jobs import Job, Progress, Variant
from animator.batch.manifest import Entry, FrameHasher, entry_of
from animator.batch.trajectory_table import TrajectoryTable, logs_of
from animator.experiments.recorder import (
    Recording,
    Recordings,
    StepCallback,
    record_all,
)
from animator.rendering.clip import Clips
from animator.rendering.renderer import render
from animator.scenes.loader import load, located
from animator.scenes.scene import side_by_side
from animator.scenes.variants import vary

_PAUSE = 0.2
"""Seconds between two news of training."""


def _now_and_then(tell: Callable[[Progress], None]) -> StepCallback:
    """Return what tells of training, but not of every step."""
    told = time.monotonic()

    def progress(label: str, step: int) -> None:
        nonlocal told
        check_interrupted()
        now = time.monotonic()
        if now - told >= _PAUSE:
            told = now
            tell(f"{label}, step {step:,}")

    return progress


def run(
    job: Job,
    *,
    steps: int | None,
    clock: Mapping[str, Any],
    cache: bool,
    told: bool,
    tell: Callable[[Progress], None],
    **how: Any,
) -> tuple[Clips, list[TrajectoryTable], Entry | None]:
    """Render a job's clips.

    Args:
        job: what to render.
        steps: instead of the experiments' own number.
        cache: whether what takes long is kept, and found again.
        clock: the scene's times that are other than it says, such as ``hold_end``.
        told: whether a manifest is to tell of it.
        tell: is told of training, a few times a second, and of each frame.
        how: the other arguments of `render`.

    Returns:
        The clips; what a table tells of them; and what a manifest does.

    Raises:
        SceneError: a scene could not be loaded, recorded or drawn; says where.
        WriteError: a clip could not be written.
    """

    def frame(done: int, frames: int) -> None:
        check_interrupted()
        tell((done, frames))

    keep = Cache() if cache else NO_CACHE
    loaded = {path: load(path) for path in dict.fromkeys(t.path for t in job.takes)}
    scenes = []
    recordings: Recordings = {}
    recorded: list[tuple[Variant, Recording]] = []
    witness = FrameHasher() if told else None
    for take in job.takes:
        with located(take.path):
            scenes.append(vary(loaded[take.path], **take.changes))
            made = record_all(scenes[-1].experiments, steps, keep, _now_and_then(tell))
        recordings |= made
        recorded += [(take, recording) for recording in made.values()]
    scene = scenes[0] if len(scenes) == 1 else side_by_side(*scenes)
    with located(job.takes[0].path):
        clips = render(
            replace(scene, **clock),
            *job.targets,
            recordings=recordings,
            progress=frame,
            observer=witness.begin if witness else None,
            **how,
        )
    logs = logs_of((take.name, recording) for take, recording in recorded)
    entry = entry_of(job, recorded, clips, witness) if witness else None
    return clips, logs, entry
