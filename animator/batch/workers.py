"""Carries out several jobs, one after the other or in processes beside each other."""

from __future__ import annotations

import io
import multiprocessing
import os
import signal
import traceback
import warnings
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, redirect_stdout, suppress
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.connection import Connection, wait
from threading import Thread
from typing import Any

from animator.base.errors import AnimatorError, RenderWarning, SceneError, WriteError
from animator.base.files import remove_partials
from animator.base.interrupts import (
    TimeLimitExceeded,
    ignore_signals,
    listen,
    time_limit,
)
from animator.batch.jobs import Job, Printed, Progress
from animator.batch.runner import run
from animator.batch.trajectory_table import TrajectoryTable
from animator.rendering.clip import Clips

_PATIENCE = 20
"""Seconds that a process may take to clean up."""

Tell = Callable[[int, Progress], None]
"""Told the number of a job and its news."""


@dataclass
class JobResult:
    """What became of a job: its clips and what is told of them, or why there are none.

    Attributes:
        clips: what was written.
        logs: what a table tells of it.
        entry: what a manifest tells of it, if there is to be one.
        error: why there are no clips.
        trace: where that came from.
        warnings: what the job complained of.
    """

    clips: Clips | None = None
    logs: list[TrajectoryTable] = field(default_factory=list)
    entry: dict[str, Any] | None = None
    error: AnimatorError | None = None
    trace: str = ""
    warnings: list[str] = field(default_factory=list)


def run_all(
    jobs: Sequence[Job], workers: int, tell: Tell, **how: Any
) -> Iterator[tuple[Job, JobResult]]:
    """Yield each job and what became of it, in their order.

    Args:
        jobs: what to render.
        workers: how many to render at the same time.
        tell: is told how far they are, and of each line that a scene prints.
        how: ``timeout``, the seconds that a job may take; and the arguments of `run`.
    """
    if workers > 1 and len(jobs) > 1:
        yield from _beside(jobs, min(workers, len(jobs)), tell, how)
        return
    for number, job in enumerate(jobs):
        yield job, _done(job, partial(tell, number), **how)


def _done(
    job: Job, tell: Callable[[Progress], None], *, timeout: float | None, **how: Any
) -> JobResult:
    """Run a job, and keep what it complained of."""
    done = JobResult()
    with warnings.catch_warnings(record=True) as complaints:
        warnings.simplefilter("ignore")
        warnings.simplefilter("always", RenderWarning)
        try:
            with (
                time_limit(timeout),
                closing(_Lines(tell)) as out,
                redirect_stdout(out),
            ):
                done.clips, done.logs, done.entry = run(job, tell=tell, **how)
        except AnimatorError as error:
            done.error, done.trace = error, traceback.format_exc()
        except TimeLimitExceeded:
            done.trace = traceback.format_exc()
            done.error = SceneError(
                f"{job.takes[0].path}: was not done after {timeout:g} s; give it more "
                "with --timeout, or see with --debug where it was"
            )
    told = (str(complaint.message) for complaint in complaints)
    done.warnings = list(dict.fromkeys(told))
    return done


class _Lines(io.TextIOBase):
    """Takes what a scene prints, and hands it on line by line."""

    def __init__(self, tell: Callable[[Progress], None]) -> None:
        self._tell, self._rest = tell, ""

    def write(self, text: str) -> int:
        *lines, self._rest = (self._rest + text).split("\n")
        for line in lines:
            self._tell(Printed(line))
        return len(text)

    def close(self) -> None:
        if self._rest:
            self.write("\n")
        super().close()


class _Worker:
    """A process that takes jobs through a pipe of its own.

    One that is killed takes nothing with it that the others wait for.
    """

    def __init__(self, how: dict[str, Any]) -> None:
        context = multiprocessing.get_context("spawn")  # torch's threads bear no fork
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=_work, args=(theirs, how), daemon=True)
        self.process.start()
        theirs.close()
        self.task: tuple[int, Job] | None = None

    def give(self, task: tuple[int, Job] | None) -> None:
        """Give it a job with its number, or let it end."""
        self.task = task
        with suppress(OSError):  # if it has ended, that is noticed when it is heard
            self.pipe.send(task)

    def hear(self) -> Any:
        """Return its news; that of its end is what became of its job."""
        try:
            return self.pipe.recv()
        except (EOFError, OSError):
            self.process.join(_PATIENCE)
        self.tidy()
        return JobResult(
            error=WriteError(
                f"{self.task[1].name if self.task else 'nothing'}: its process was "
                f"ended from outside, with status {self.process.exitcode}; it may have "
                "taken too much memory"
            )
        )

    def tidy(self) -> None:
        """Remove what it has left, now that it has ended."""
        if self.task is not None:
            for folder in {target.parent for target in self.task[1].targets}:
                remove_partials(folder, self.process.pid)


def _beside(
    jobs: Sequence[Job], workers: int, tell: Tell, how: dict[str, Any]
) -> Iterator[tuple[Job, JobResult]]:
    """Run jobs in so many processes of their own."""
    waiting = deque(enumerate(jobs))
    found: dict[int, JobResult] = {}
    crew: list[_Worker] = []
    try:
        for _ in range(workers):
            crew.append(_Worker(how))
            crew[-1].give(waiting.popleft())
        for number, job in enumerate(jobs):
            while number not in found:
                _hear(crew, waiting, found, tell, how)
            yield job, found.pop(number)
    except BaseException:
        for worker in crew:
            if worker.process.is_alive():
                worker.process.terminate()  # it cleans up, as after SIGTERM
        raise
    finally:
        for worker in crew:
            worker.process.join(_PATIENCE)
            if worker.process.is_alive():
                worker.process.kill()
                worker.process.join()
            worker.tidy()


def _hear(
    crew: list[_Worker],
    waiting: deque[tuple[int, Job]],
    found: dict[int, JobResult],
    tell: Tell,
    how: dict[str, Any],
) -> None:
    """Wait for news, and give those that are done another job."""
    busy: dict[Any, _Worker] = {w.pipe: w for w in crew if w.task is not None}
    for pipe in wait(list(busy)):
        worker = busy[pipe]
        assert worker.task is not None
        number, _ = worker.task
        news = worker.hear()
        if not isinstance(news, JobResult):
            tell(number, news)
            continue
        found[number] = news
        worker.task = None
        if not waiting:
            worker.give(None)
            continue
        if not worker.process.is_alive():
            worker = _Worker(how)
            crew.append(worker)
        worker.give(waiting.popleft())


def _work(pipe: Connection, how: dict[str, Any]) -> None:
    """Variant jobs and answer what became of them, until there are no more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent tells us to stop
    listen("SIGTERM")
    Thread(target=_follow_parent, daemon=True).start()
    try:
        while (task := pipe.recv()) is not None:
            pipe.send(_done(task[1], pipe.send, **how))
    except (KeyboardInterrupt, EOFError, BrokenPipeError):
        pass
    ignore_signals()
    os._exit(0)  # a scene's threads may go on for ever


def _follow_parent() -> None:
    """End when the parent process has ended, however that came."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)
