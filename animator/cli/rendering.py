"""Renders the scenes of a request, and writes the files beside the clips."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

from animator.base.errors import SceneError
from animator.batch.jobs import Job, check_side_files, plan_jobs, plan_variants
from animator.batch.results import JobResult
from animator.batch.sliders import sliders_in, with_sliders
from animator.cli.console import copy_to_stdout, echo, print_message
from animator.cli.progress import failure_status, run_jobs
from animator.cli.request import STDOUT, RenderRequest
from animator.rendering.targets import check_own_options


def render_request(request: RenderRequest) -> int:
    """Carry out a request, and return the exit status."""
    with _output_folder(request) as output:
        jobs = plan_jobs(
            plan_variants(request.scenes, request.changes),
            side_by_side=request.side_by_side,
            output=output,
            formats=request.formats,
        )
        sliders = sliders_in(request.changes)
        jobs = with_sliders(jobs, sliders, sweep=request.sweep)
        if request.output == STDOUT and len(jobs) > 1:
            raise SceneError(
                f"-o - is one clip, not {len(jobs)}; show them --side-by-side"
            )
        targets = [target for job in jobs for target in job.targets]
        check_own_options(targets, request.options)
        check_side_files(jobs, request.trajectories, request.manifest)
        results = run_jobs(jobs, request.options, request.run, request.printing)
        _write_side_files(request, results)
        status = failure_status(jobs, results)
        if not status and request.output == STDOUT:
            _send(jobs[0])
    if not status and request.show:
        _show(jobs[0].targets[0])
    return status


@contextmanager
def _output_folder(request: RenderRequest) -> Iterator[Path]:
    """Return the path for clips; for standard output, a temporary folder."""
    if request.output != STDOUT:
        yield request.output
        return
    if len(request.formats) != 1:
        raise SceneError(
            f"-o - has {len(request.formats) or 'no'} formats; give one, such as -f gif"
        )
    if request.show:
        raise SceneError("-o - leaves no file for --open; leave one of them out")
    if sys.stdout.isatty():
        raise SceneError(
            "-o - would write a clip to the terminal; redirect it, as in -o - > a.gif"
        )
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def _send(job: Job) -> None:
    """Write a job's clip to standard output."""
    (path,) = job.targets
    if path.is_dir():
        raise SceneError(
            f"-o - cannot hold {path.suffix[1:]}, which is a folder; give another -f"
        )
    copy_to_stdout(path)


def _write_side_files(request: RenderRequest, results: Sequence[JobResult]) -> None:
    """Write the requested table and manifest, for the jobs that succeeded."""
    good = [result for result in results if result.error is None]
    if not good:
        return
    lines: list[str] = []
    if request.trajectories is not None:
        from animator.batch.trajectory_table import write_trajectories

        path = request.trajectories
        rows = write_trajectories(path, [t for each in good for t in each.tables])
        lines.append(f"{path}  {rows} rows  {path.stat().st_size:,} bytes")
    if request.manifest is not None:
        from animator.batch.manifest import Manifest, versions, write_manifest

        entries = [result.entry for result in good if result.entry is not None]
        path = request.manifest
        write_manifest(path, Manifest(versions(), request.options, entries))
        lines.append(f"{path}  {path.stat().st_size:,} bytes")
    for line in () if request.printing.quiet else lines:
        echo(line, err=request.printing.to_stderr)


def _show(path: Path) -> None:
    """Open a file in the system's viewer."""
    screens = ("DISPLAY", "WAYLAND_DISPLAY")
    no_screen = sys.platform == "linux" and not any(map(os.environ.get, screens))
    if no_screen or click.launch(str(path)):
        print_message(f"{path}: no program to show it was found; open it by hand")
