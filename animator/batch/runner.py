"""Runs a job: loads its scenes, records them and renders them."""

from __future__ import annotations

import io
import traceback
import warnings
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, redirect_stdout
from dataclasses import replace
from functools import partial
from pathlib import Path

from animator.base.cache import NO_CACHE, Cache
from animator.base.errors import (
    AnimatorError,
    RenderWarning,
    WriteError,
)
from animator.base.interrupts import check_interrupted
from animator.batch.entries import Entry, describe_job
from animator.batch.events import Advanced, Printed, Report
from animator.batch.frame_hasher import FrameHasher
from animator.batch.job_recording import record_variants, varied_scenes
from animator.batch.jobs import Job
from animator.batch.options import RunOptions
from animator.batch.pace import Pace
from animator.batch.plan import plan_work
from animator.batch.results import JobResult
from animator.batch.sweep_job import (
    describe_sweep,
    named_recordings,
    plan_sweep,
    render_part,
    sweep_part,
)
from animator.batch.trajectory_table import tables_of
from animator.experiments.lossmap import LossMaps
from animator.experiments.recorder import Recordings
from animator.rendering.clip import Clip, Clips
from animator.rendering.options import RenderOptions
from animator.rendering.passes import Listeners
from animator.rendering.renderer import render
from animator.rendering.targets import check_targets, own_options
from animator.scenes.loader import located
from animator.scenes.scene import Scene
from animator.scenes.side_by_side import side_by_side


def run_job(
    job: Job, options: RenderOptions, run: RunOptions, report: Report
) -> JobResult:
    """Run a job and return its outcome; errors are returned, interrupts are raised.

    Args:
        job: the job to run.
        options: the options of its clips.
        run: the options of running it.
        report: called with each event: after each frame, a few times per second in
            other work, and for each line that a scene prints.
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
        SceneError: a scene could not be loaded, recorded or drawn; the error names it.
        WriteError: a clip could not be written.
    """
    cache = Cache() if run.cache else NO_CACHE
    report(Advanced("loading", 0.0))
    varied = list(varied_scenes(job))
    pace = Pace(report)
    hasher = FrameHasher() if run.hash_frames else None
    shown = _shown([scene for _, scene in varied], options)
    with located(job.variants[0].path):
        part = sweep_part(job, shown, options.steps)
    targets = [path for path in job.targets if part is None or path not in part.targets]
    options = own_options(job.targets, options)
    if part is not None:
        check_targets(job.targets, options)
        plan_sweep(part, pace, options.steps)
    if targets:
        plan_work(pace, [scene for _, scene in varied], options.steps)
    pairs = varied if targets else []
    recordings, recorded = record_variants(pairs, options.steps, cache, pace)
    maps = LossMaps(cache, partial(_points_done, pace))
    written: dict[Path, Clip] = {}
    names = [(variant.name, recording) for variant, recording in recorded]
    combinations: Sequence[Entry] = ()
    with located(job.variants[0].path):
        if part is not None:
            listeners = _listeners(pace, hasher)
            swept, found = render_part(part, options, cache, pace, maps, listeners)
            written |= swept
            stem = job.variants[0].path.stem
            own = named_recordings(part.sweep, found)
            names += [(f"{stem}_{name}", recording) for name, recording in own]
            combinations = describe_sweep(part.sweep, found) if hasher else ()
        if targets:
            written |= _render_clips(
                shown, targets, options, recordings, pace, maps, hasher
            )
    clips = Clips(written[path] for path in job.targets)
    entry = None
    if hasher:
        entry = describe_job(job, recorded, clips, hasher, combinations)
    return JobResult(tuple(clips), tuple(tables_of(names)), entry)


def _listeners(pace: Pace, hasher: FrameHasher | None) -> Listeners:
    """Return what is called while frames are drawn."""
    observer = hasher.begin_pass if hasher else None
    return Listeners(partial(_frame_done, pace), observer)


def _render_clips(
    scene: Scene,
    targets: Sequence[Path],
    options: RenderOptions,
    recordings: Recordings,
    pace: Pace,
    maps: LossMaps,
    hasher: FrameHasher | None,
) -> dict[Path, Clip]:
    """Render the clips of a job that do not show a sweep."""
    pace.begin("maps", "point")
    pace.report("setting the scene")
    clips = render(
        scene,
        *targets,
        options=own_options(targets, options),
        recordings=recordings,
        progress=partial(_frame_done, pace),
        observer=hasher.begin_pass if hasher else None,
        maps=maps,
    )
    return {clip.path: clip for clip in clips}


def _points_done(pace: Pace, points: int) -> None:
    """Report the number of evaluated points of a loss map."""
    check_interrupted()
    pace.add("evaluating a loss map", points)


def _frame_done(pace: Pace, done: int, frames: int) -> None:
    """Report the number of drawn frames."""
    check_interrupted()
    pace.begin("frames", "frame")
    pace.advance(f"drawing frame {done:,} of {frames:,}", done, frames)
    if done == frames:
        pace.report("finishing")


def _shown(scenes: Sequence[Scene], options: RenderOptions) -> Scene:
    """Return one scene that shows all scenes of a job."""
    if len(scenes) == 1:
        return scenes[0]
    return side_by_side(*scenes, title=options.title, caption=options.caption)


def _named(error: OSError, job: Job) -> WriteError:
    """Return a system error as an error that names the file or the job."""
    return WriteError(f"{error.filename or job.name}: {error.strerror or error}")


@contextmanager
def _render_warnings() -> Iterator[list[str]]:
    """Collect the texts of the body's `RenderWarning`s; ignore other warnings."""
    messages: list[str] = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("ignore")
        warnings.simplefilter("always", RenderWarning)
        try:
            yield messages
        finally:
            messages += [str(warning.message) for warning in caught]


class _LineReporter(io.TextIOBase):
    """A text file that reports each written line as an event."""

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
