"""Carries out a job of the command: loads its scenes, records them and renders."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from animator.cache import NOTHING, Cache
from animator.jobs import Job
from animator.loader import load, located
from animator.recorder import Recording, Recordings, record_all
from animator.renderer import Clips, render
from animator.scene import side_by_side
from animator.variants import vary


def run(
    job: Job,
    *,
    steps: int | None,
    clock: Mapping[str, Any],
    cache: bool,
    progress: Callable[[int, int], None] | None,
    **how: Any,
) -> tuple[Clips, list[tuple[str, Recording]]]:
    """Render a job's clips.

    Args:
        job: what to render.
        steps: instead of the experiments' own number.
        cache: whether what takes long is kept, and found again.
        clock: the scene's times that are other than it says, such as ``hold_end``.
        progress: called with the frames done so far and the frames in all.
        how: the other arguments of `render`.

    Returns:
        The clips; and what was recorded, each with the name of its take.

    Raises:
        SceneError: a scene could not be loaded, recorded or drawn; says where.
        WriteError: a clip could not be written.
    """
    loaded = {path: load(path) for path in dict.fromkeys(t.path for t in job.takes)}
    keep = Cache() if cache else NOTHING
    scenes = []
    recordings: Recordings = {}
    recorded: list[tuple[str, Recording]] = []
    for take in job.takes:
        with located(take.path):
            scenes.append(vary(loaded[take.path], **take.changes))
            made = record_all(scenes[-1].experiments, steps, keep)
        recordings |= made
        recorded += [(take.name, recording) for recording in made.values()]
    scene = scenes[0] if len(scenes) == 1 else side_by_side(*scenes)
    with located(job.takes[0].path):
        clips = render(
            replace(scene, **clock),
            *job.targets,
            recordings=recordings,
            progress=progress,
            **how,
        )
    return clips, recorded
