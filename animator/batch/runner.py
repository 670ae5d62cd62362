"""Carries out one job: loads its scenes, records them and renders."""

from __future__ import annotations

import io
import traceback
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, redirect_stdout
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from animator.base.cache import NO_CACHE, Cache
from animator.base.checks import quoted
from animator.base.errors import (
    AnimatorError,
    RenderWarning,
    SceneError,
    WriteError,
    placed,
)
from animator.base.interrupts import check_interrupted
from animator.batch.entries import describe_job
from animator.batch.events import Advanced, Printed, Report
from animator.batch.frame_hasher import FrameHasher
from animator.batch.jobs import Job, Variant
from animator.batch.options import RunOptions
from animator.batch.pace import Pace
from animator.batch.plan import plan_work
from animator.batch.results import JobResult
from animator.batch.sweep_job import plan_sweep, render_part, sweep_part
from animator.batch.trajectory_table import tables_of
from animator.experiments.details import NOTHING, Needs
from animator.experiments.experiment import Experiment
from animator.experiments.lossmap import LossMaps
from animator.experiments.recorder import Recording, Recordings, record_all
from animator.rendering.clip import Clip, Clips
from animator.rendering.options import RenderOptions
from animator.rendering.renderer import render
from animator.scenes.loader import load, located
from animator.scenes.scene import Scene
from animator.scenes.side_by_side import side_by_side
from animator.scenes.variants import varied_scene


def run_job(
    job: Job, options: RenderOptions, run: RunOptions, report: Report
) -> JobResult:
    """Run a job and return its outcome, or its error; an interrupt is raised.

    Args:
        job: what to render.
        options: how its clips look.
        run: how it is carried out.
        report: called with each frame, with training a few times a second, and with
            each line that a scene prints.
    """
    with _render_warnings() as messages:
        try:
            with closing(_LineReporter(report)) as out, redirect_stdout(out):
                result = _render_job(job, options, run, report)
        except AnimatorError as error:
            result = JobResult(error=error, trace=traceback.format_exc())
        except OSError as error:
            result = JobResult(error=_named(error, job), trace=traceback.format_exc())
    return replace(result, warnings=tuple(dict.fromkeys(messages)))


def _render_job(
    job: Job, options: RenderOptions, run: RunOptions, report: Report
) -> JobResult:
    """Render a job's clips.

    Raises:
        SceneError: a scene could not be loaded, recorded or drawn; says where.
        WriteError: a clip could not be written.
    """
    cache = Cache() if run.cache else NO_CACHE
    report(Advanced("loading", 0.0))
    varied = list(_varied_scenes(job))
    pace = Pace(report)
    hasher = FrameHasher() if run.hash_frames else None
    shown = _shown([scene for _, scene in varied], options)
    with located(job.variants[0].path):
        part = sweep_part(job, shown, options.steps)
    targets = [path for path in job.targets if part is None or path not in part.targets]
    if part is not None:
        plan_sweep(part, pace, options.steps)
    if targets:
        plan_work(pace, [scene for _, scene in varied], options.steps)
    pairs = varied if targets else []
    recordings, recorded = _record_variants(pairs, options.steps, cache, pace)
    frame_done = partial(_frame_done, pace)
    maps = LossMaps(cache, partial(_points_done, pace))
    written: dict[Path, Clip] = {}
    names = [(variant.name, recording) for variant, recording in recorded]
    with located(job.variants[0].path):
        if part is not None:
            own, found = render_part(part, options, cache, pace, maps, frame_done)
            written |= own
            stem = job.variants[0].path.stem
            names += [(f"{stem}_{name}", recording) for name, recording in found]
        if targets:
            pace.begin("maps", "point")
            pace.report("setting the scene")
            clips = render(
                shown,
                *targets,
                options=options,
                recordings=recordings,
                progress=frame_done,
                observer=hasher.begin_pass if hasher else None,
                maps=maps,
            )
            written |= {clip.path: clip for clip in clips}
    clips = Clips(written[path] for path in job.targets)
    entry = describe_job(job, recorded, clips, hasher) if hasher else None
    return JobResult(tuple(clips), tuple(tables_of(names)), entry)


def _points_done(pace: Pace, points: int) -> None:
    """Report that some points of a loss map are evaluated."""
    check_interrupted()
    pace.add("evaluating a loss map", points)


def _frame_done(pace: Pace, done: int, frames: int) -> None:
    """Report that some frames are drawn."""
    check_interrupted()
    pace.begin("frames", "frame")
    pace.advance(f"drawing frame {done:,} of {frames:,}", done, frames)
    if done == frames:
        pace.report("finishing")


def _shown(scenes: Sequence[Scene], options: RenderOptions) -> Scene:
    """Return the scene that shows all of some scenes."""
    if len(scenes) == 1:
        return scenes[0]
    return side_by_side(*scenes, title=options.title, caption=options.caption)


def _record_variants(
    varied: Sequence[tuple[Variant, Scene]],
    steps: int | None,
    cache: Cache,
    pace: Pace,
) -> tuple[Recordings, list[tuple[Variant, Recording]]]:
    """Record variants; return the recordings by experiment, and by variant."""
    recordings: Recordings = {}
    recorded: list[tuple[Variant, Recording]] = []
    for variant, scene in varied:
        for experiment in scene.experiments:
            with located(variant.path):
                needs = scene.needs.get(experiment, NOTHING)
                found = _record(experiment, steps, cache, pace, needs)
            recordings |= found
            recorded += [(variant, recording) for recording in found.values()]
    return recordings, recorded


def _varied_scenes(job: Job) -> Iterator[tuple[Variant, Scene]]:
    """Yield each variant of a job with its scene; a file is loaded once."""
    paths = dict.fromkeys(variant.path for variant in job.variants)
    loaded = {path: load(path) for path in paths}
    for variant in job.variants:
        with located(variant.path):
            scene = _varied_scene(loaded[variant.path], variant.changes)
        yield variant, scene


def _varied_scene(scene: Scene, changes: Mapping[str, Any]) -> Scene:
    """Return a scene with other hyperparameters.

    Raises:
        SceneError: they cannot be changed so; says by which options.
    """
    try:
        return varied_scene(scene, changes)
    except SceneError as error:
        asked = " ".join(f"--set {name}={quoted(v)}" for name, v in changes.items())
        raise SceneError(f"{asked}: {error}") from error


def _record(
    experiment: Experiment,
    steps: int | None,
    cache: Cache,
    pace: Pace,
    needs: Needs,
) -> Recordings:
    """Record an experiment, or read it from the cache; report each step."""

    def tuned(label: str, step: int) -> None:
        check_interrupted()
        pace.add(f"tuning {label}, step {step:,}")

    def trained(label: str, step: int) -> None:
        check_interrupted()
        pace.add(f"training {label}, step {step:,} of {count:,}")

    pace.begin(("tuning", experiment), "step")
    with placed(experiment.made_at):
        count = experiment.tuned(cache, tuned).count_steps(steps)
    pace.begin(("training", experiment), "step")
    return record_all([experiment], steps, cache, trained, {experiment: needs})


def _named(error: OSError, job: Job) -> WriteError:
    """Return a system's error as one that names the file, or else the job."""
    return WriteError(f"{error.filename or job.name}: {error.strerror or error}")


@contextmanager
def _render_warnings() -> Iterator[list[str]]:
    """Collect the texts of the body's `RenderWarning`s; other warnings are dropped."""
    messages: list[str] = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("ignore")
        warnings.simplefilter("always", RenderWarning)
        try:
            yield messages
        finally:
            messages += [str(warning.message) for warning in caught]


class _LineReporter(io.TextIOBase):
    """A text file that reports each line that is written to it."""

    def __init__(self, report: Report) -> None:
        self._report, self._rest = report, ""

    def write(self, text: str) -> int:
        *lines, self._rest = (self._rest + text).split("\n")
        for line in lines:
            self._report(Printed(line))
        return len(text)

    def close(self) -> None:
        if self._rest:
            self.write("\n")
        super().close()
