"""Runs jobs with a progress bar, and prints the outcome of each."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import closing, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from animator.base.errors import AnimatorError
from animator.batch.events import Advanced, Printed, Progress
from animator.batch.jobs import Job
from animator.batch.options import RunOptions
from animator.batch.results import JobResult
from animator.batch.workers import run_all
from animator.cli.console import echo, print_message
from animator.cli.group import status_of
from animator.cli.running import Printing
from animator.cli.waiting import waiting_lines

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar

    from animator.rendering.options import RenderOptions

_UNITS = 1000
"""The length of a job in the progress bar."""


def run_jobs(
    jobs: Sequence[Job],
    options: RenderOptions,
    run: RunOptions,
    printing: Printing,
) -> list[JobResult]:
    """Run jobs, print the outcome of each, and return their results in order."""
    results: list[JobResult] = []
    hidden = printing.quiet or not sys.stderr.isatty()
    lines = hidden and not printing.quiet
    with click.progressbar(
        length=_UNITS * len(jobs),
        label=_name(jobs),
        show_eta=False,  # the remaining time is an estimate
        file=sys.stderr,
        hidden=hidden,
    ) as bar:
        reporter = _Reporter(bar, jobs, printing, hidden)
        with (
            waiting_lines(reporter.describe) if lines else nullcontext(),
            closing(run_all(jobs, options, run, reporter.event)) as outcomes,
        ):
            for number, (_, result) in enumerate(outcomes):
                results.append(result)
                reporter.result(number, result)
    return results


def failure_status(jobs: Sequence[Job], results: Sequence[JobResult]) -> int:
    """Return the exit status; if there are several jobs, print which have failed."""
    failed: dict[str, AnimatorError] = {
        job.name: result.error
        for job, result in zip(jobs, results, strict=True)
        if result.error is not None
    }
    if failed and len(jobs) > 1:
        print_message(f"{len(failed)} of {len(jobs)} failed: {', '.join(failed)}")
    return max(map(status_of, failed.values()), default=0)


def _name(jobs: Sequence[Job]) -> str:
    """Return a name for all jobs together."""
    return jobs[0].name if len(jobs) == 1 else f"{len(jobs)} clips"


class _Reporter:
    """Shows events of jobs in a progress bar, and prints lines above it."""

    def __init__(
        self,
        bar: ProgressBar[int],
        jobs: Sequence[Job],
        printing: Printing,
        hidden: bool,
    ) -> None:
        self._bar, self._jobs, self._hidden = bar, jobs, hidden
        self._printing = printing
        self._shares = [0.0] * len(jobs)
        self._activity = "starting"
        self._printed = 0
        self._warnings: set[str] = set()

    def describe(self, seconds: float) -> str:
        """Return the progress after some seconds as a text; empty when all is done."""
        if self._printed == len(self._jobs):
            return ""
        done = sum(self._shares) / len(self._shares)
        return (
            f"{_name(self._jobs)}: {done:.0%} done after {seconds:.0f} s, "
            f"{self._activity}"
        )

    def event(self, number: int, event: Progress) -> None:
        """Show an event of a job."""
        match event:
            case Printed(line):
                if not self._printing.quiet:
                    self._clear_bar()
                    echo(line, err=True)
                return
            case Advanced(activity, share):
                several = len(self._jobs) > 1
                name = f"{self._jobs[number].name}: " if several else ""
                self._activity, self._shares[number] = name + activity, share
                self._bar.label = f"{_name(self._jobs)}: {self._activity}"
        if not self._hidden:
            self._bar.update(int(_UNITS * sum(self._shares)) - self._bar.pos)
            self._bar.render_progress()

    def result(self, number: int, result: JobResult) -> None:
        """Print the outcome of a job; print each warning only once for all jobs."""
        self._shares[number] = 1.0
        self._printed += 1
        self._clear_bar()
        quiet = self._printing.quiet
        for warning in result.warnings:
            if not quiet and warning not in self._warnings:
                print_message(warning)
        self._warnings.update(result.warnings)
        if result.error is not None:
            if self._printing.debug:
                echo(result.trace, err=True, newline=False)
            print_message(result.error)
        elif self._printing.clips and not quiet:
            for clip in result.clips:
                if self._printing.to_stderr:
                    clip = replace(clip, path=Path("-"))
                echo(str(clip), err=self._printing.to_stderr)

    def _clear_bar(self) -> None:
        if not self._hidden:
            echo("\r\033[K", err=True, newline=False)
