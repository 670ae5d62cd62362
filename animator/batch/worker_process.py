"""The main function of a worker process, which runs jobs from a pipe."""

from __future__ import annotations

import faulthandler
import gc
import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from animator.base.files import remove_partials
from animator.base.interrupts import raise_on_signals
from animator.batch.events import Report, Started
from animator.batch.jobs import Job
from animator.batch.options import RunOptions
from animator.batch.process_group import kill_process_group, lead_process_group

if TYPE_CHECKING:
    from animator.batch.results import JobResult
    from animator.rendering.options import RenderOptions

    RunJob = Callable[[Job, RenderOptions, RunOptions, Report], JobResult]

GRACE = 2.0
"""Seconds for cleaning up before a process is killed."""


def load_runner() -> RunJob:
    """Import `run_job`, and with it torch and matplotlib, and return it.

    The imports create a million objects that stay. Without garbage collection they
    take a quarter less time.
    """
    gc.disable()
    from animator.batch.runner import run_job

    gc.freeze()
    gc.enable()
    return run_job


def work(pipe: Connection, options: RenderOptions, run: RunOptions) -> None:
    """Run the jobs that come through a pipe, and send their events and results.

    When there are no more jobs, the parent kills this process, because threads of a
    scene could keep it alive. On SIGTERM it cleans up and closes the pipe.
    """
    lead_process_group()  # the parent kills the process with its children
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent kills the process
    raise_on_signals("SIGTERM")
    current: list[Job] = []
    Thread(target=_end_with_parent, args=(current,), daemon=True).start()
    try:
        run_job = load_runner()
        while True:
            current[:] = [pipe.recv()]
            pipe.send(Started())
            if run.timeout is not None and run.debug:
                # The parent is about to kill this process.
                faulthandler.dump_traceback_later(0.9 * run.timeout)
            result = run_job(current[0], options, run, pipe.send)
            faulthandler.cancel_dump_traceback_later()
            pipe.send(result)
    except (KeyboardInterrupt, EOFError, OSError):
        pass
    with suppress(OSError):
        pipe.close()


def _end_with_parent(current: list[Job]) -> None:
    """End this process when its parent has ended for any reason."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE)  # C code may have delayed the signal's handler
    for job in current:
        remove_job_partials(job, os.getpid())
    kill_process_group(os.getpid())


def remove_job_partials(job: Job, pid: int | None) -> None:
    """Remove the unfinished files that a killed process left, also in the cache."""
    from animator.base.cache import Cache

    folders: set[Path] = {target.parent for target in job.targets}
    with suppress(OSError):
        for folder in folders:
            remove_partials(folder, pid)
        for part in Cache().folder.glob(f"*.{pid}[.-]*part"):
            part.unlink(missing_ok=True)
