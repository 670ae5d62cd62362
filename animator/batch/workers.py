"""Runs several jobs, one after the other or in parallel processes."""

from __future__ import annotations

import multiprocessing
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import suppress
from functools import partial
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Any

from animator.base.errors import SceneError, WriteError
from animator.base.interrupts import defer_signals
from animator.batch.events import Progress, Started
from animator.batch.jobs import Job
from animator.batch.options import RunOptions
from animator.batch.process_group import kill_process_group
from animator.batch.results import JobResult
from animator.batch.worker_process import GRACE, load_runner, remove_job_partials, work

if TYPE_CHECKING:
    from animator.rendering.options import RenderOptions

ReportJob = Callable[[int, Progress], None]
"""Called with the number of a job and each of its events."""


def run_all(
    jobs: Sequence[Job], options: RenderOptions, run: RunOptions, report: ReportJob
) -> Generator[tuple[Job, JobResult]]:
    """Yield each job and its result, in the order of the jobs.

    With a time limit, even a single job runs in a process of its own, because only
    killing the process stops everything that a scene may do.

    Args:
        jobs: the jobs to run.
        options: the options of the clips.
        run: the options of running the jobs.
        report: called with the number of a job and each of its events.
    """
    workers = min(run.workers, len(jobs))
    if workers > 1 or run.timeout is not None:
        yield from _run_parallel(jobs, options, run, report, workers)
        return
    run_job = load_runner()
    for number, job in enumerate(jobs):
        yield job, run_job(job, options, run, partial(report, number))


class _Worker:
    """A process that runs jobs, and its state as the parent knows it.

    Each has its own pipe, so that killing one does not block the others.
    """

    def __init__(self, options: RenderOptions, run: RunOptions) -> None:
        context = multiprocessing.get_context("spawn")  # a fork breaks torch's threads
        self.run = run
        self.number, self.job = -1, Job("nothing", (), ())
        self.busy = False
        self.deadline: float | None = None
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=work, args=(theirs, options, run))
        self.process.start()
        theirs.close()

    def give(self, number: int, job: Job) -> None:
        """Give the process a job with its number."""
        self.number, self.job, self.busy, self.deadline = number, job, True, None
        with suppress(OSError):  # if the process has ended, `receive` reports it
            self.pipe.send(job)

    def receive(self) -> Progress | JobResult:
        """Return the next event, or the result of the job."""
        try:
            event: Progress | JobResult = self.pipe.recv()
        except (EOFError, OSError):
            self.process.join(GRACE)
            self.kill()
            error = WriteError(
                f"{self.job.name}: its process was ended from outside, with status "
                f"{self.process.exitcode}; it may have taken too much memory"
            )
            return JobResult(error=error)
        if isinstance(event, Started) and self.run.timeout is not None:
            self.deadline = time.monotonic() + self.run.timeout
        return event

    def overdue(self) -> bool:
        """Return whether the job has exceeded its time limit."""
        return self.deadline is not None and time.monotonic() >= self.deadline

    def stop(self, end: float | None = None) -> None:
        """Stop the process; it has until the time `end` to clean up."""
        end = time.monotonic() + GRACE if end is None else end
        self.process.terminate()
        with suppress(EOFError, OSError):
            while (rest := end - time.monotonic()) > 0 and self.pipe.poll(rest):
                self.pipe.recv()
        self.kill()

    def kill(self) -> None:
        """Kill the process and its children, and remove its unfinished files."""
        if self.pipe.closed:
            return
        pid = self.process.pid
        if pid is not None:
            kill_process_group(pid)
        self.process.kill()
        self.process.join()
        self.pipe.close()
        if self.busy:
            remove_job_partials(self.job, pid)
        self.busy, self.deadline = False, None


def _run_parallel(
    jobs: Sequence[Job],
    options: RenderOptions,
    run: RunOptions,
    report: ReportJob,
    count: int,
) -> Iterator[tuple[Job, JobResult]]:
    """Run jobs in up to `count` processes at the same time."""
    waiting = deque(enumerate(jobs))
    results: dict[int, JobResult] = {}
    workers: list[_Worker] = []

    def start() -> _Worker:
        with defer_signals():  # no process is started that is not in the list
            workers.append(_Worker(options, run))
        return workers[-1]

    try:
        for _ in range(count):
            start().give(*waiting.popleft())
        for number, job in enumerate(jobs):
            while number not in results:
                for worker, result in _receive(workers, report):
                    results[worker.number] = result
                    _give_next(worker, waiting, start)
            yield job, results.pop(number)
    finally:
        for worker in workers:
            worker.process.terminate()  # all of them clean up at the same time
        end = time.monotonic() + GRACE
        for worker in workers:
            worker.stop(end)


def _receive(
    workers: Sequence[_Worker], report: ReportJob
) -> Iterator[tuple[_Worker, JobResult]]:
    """Wait for events and report them; yield the workers whose jobs have ended."""
    busy: dict[Any, _Worker] = {w.pipe: w for w in workers if w.busy}
    ends = [w.deadline for w in busy.values() if w.deadline is not None]
    rest = max(0.0, min(ends) - time.monotonic()) if ends else None
    for pipe in wait(list(busy), rest):
        worker = busy[pipe]
        event = worker.receive()
        if isinstance(event, Progress):
            report(worker.number, event)
        else:
            yield worker, event
    for worker in busy.values():
        if worker.busy and worker.overdue():
            worker.stop()
            error = SceneError(
                f"{worker.job.variants[0].path}: was not done after "
                f"{worker.run.timeout:g} s; give it more with --timeout, or see with "
                "--debug where it was"
            )
            yield worker, JobResult(error=error)


def _give_next(
    worker: _Worker, waiting: deque[tuple[int, Job]], start: Callable[[], _Worker]
) -> None:
    """Give an idle worker the next job, or stop it if there is none."""
    worker.busy, worker.deadline = False, None
    if not waiting:
        worker.kill()
        return
    following = start() if worker.pipe.closed else worker
    following.give(*waiting.popleft())
