"""Carries out several jobs, one after the other or in processes beside each other."""

from __future__ import annotations

import multiprocessing
import signal
import traceback
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from queue import Empty
from typing import Any

from animator.errors import AnimatorError, RenderWarning, WriteError
from animator.jobs import Job
from animator.renderer import Clips
from animator.runner import run
from animator.trajectories import Log, logs_of

_PATIENCE = 20
"""Seconds that a process may take to clean up."""

Progress = Callable[[int, int, int], None]
"""Told the number of a job, its frames done so far and its frames in all."""


@dataclass
class Done:
    """What became of a job: its clips and logs, or why there are none."""

    clips: Clips | None = None
    logs: list[Log] = field(default_factory=list)
    error: AnimatorError | None = None
    trace: str = ""
    warnings: list[str] = field(default_factory=list)


def run_all(
    jobs: Sequence[Job], workers: int, progress: Progress | None, **how: Any
) -> Iterator[tuple[Job, Done]]:
    """Yield each job and what became of it, in their order.

    Args:
        jobs: what to render.
        workers: how many to render at the same time.
        progress: is told of each frame.
        how: the other arguments of `run`.
    """
    if workers > 1 and len(jobs) > 1:
        yield from _beside(jobs, min(workers, len(jobs)), progress, how)
        return
    for number, job in enumerate(jobs):
        tell = partial(progress, number) if progress is not None else None
        yield job, _done(job, tell, how)


def _done(
    job: Job, progress: Callable[[int, int], None] | None, how: dict[str, Any]
) -> Done:
    """Run a job, and keep what it complained of."""
    done = Done()
    with warnings.catch_warnings(record=True) as complaints:
        warnings.simplefilter("ignore")
        warnings.simplefilter("always", RenderWarning)
        try:
            done.clips, recorded = run(job, progress=progress, **how)
            done.logs = logs_of(recorded)
        except AnimatorError as error:
            done.error, done.trace = error, traceback.format_exc()
    told = (str(complaint.message) for complaint in complaints)
    done.warnings = list(dict.fromkeys(told))
    return done


def _beside(
    jobs: Sequence[Job], workers: int, progress: Progress | None, how: dict[str, Any]
) -> Iterator[tuple[Job, Done]]:
    """Run jobs in so many processes of their own."""
    context = multiprocessing.get_context("spawn")  # torch's threads bear no fork
    tasks, answers = context.Queue(), context.Queue()
    for task in [*enumerate(jobs), *[None] * workers]:
        tasks.put(task)
    processes = [
        context.Process(target=_work, args=(tasks, answers, how), daemon=True)
        for _ in range(workers)
    ]
    found: dict[int, Done] = {}
    try:
        for process in processes:
            process.start()
        for number, job in enumerate(jobs):
            while number not in found:
                _await(answers, processes, found, progress, len(jobs))
            yield job, found[number]
    except BaseException:
        for process in processes:
            if process.is_alive():
                process.terminate()  # it cleans up, as after SIGTERM
        raise
    finally:
        for process in processes:
            process.join(_PATIENCE)
            if process.is_alive():
                process.kill()


def _await(
    answers: Any,
    processes: Sequence[Any],
    found: dict[int, Done],
    progress: Progress | None,
    count: int,
) -> None:
    """Wait for news of a job; if all processes have ended, there will be none."""
    try:
        number, news = answers.get(timeout=0.5)
    except Empty:
        if not any(process.is_alive() for process in processes):
            ends = {process.exitcode for process in processes} - {0}
            lost = WriteError(
                "its process was ended from outside"
                + (f", with status {min(ends)}" if ends else "")
            )
            for missing in set(range(count)) - set(found):
                found[missing] = Done(error=lost)
        return
    if isinstance(news, Done):
        found[number] = news
    elif progress is not None:
        progress(number, *news)


def _work(tasks: Any, answers: Any, how: dict[str, Any]) -> None:
    """Take jobs and answer what became of them, until there are no more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent tells us to stop
    signal.signal(signal.SIGTERM, _stop)
    try:
        while (task := tasks.get()) is not None:
            number, job = task

            def tell(done: int, frames: int, number: int = number) -> None:
                answers.put((number, (done, frames)))

            answers.put((number, _done(job, tell, how)))
    except KeyboardInterrupt:
        answers.cancel_join_thread()
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # it is about to end anyway


def _stop(number: int, frame: object) -> None:
    raise KeyboardInterrupt
