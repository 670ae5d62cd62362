"""A worker process that records some settings of an experiment.

The process is a new interpreter that imports only this module, because
`multiprocessing` would run the user's program again.
"""

from __future__ import annotations

import copy
import os
import pickle
import subprocess
import sys
import threading
import warnings
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any, BinaryIO

import torch

from animator.base.errors import RenderWarning
from animator.experiments.experiment import Experiment
from animator.experiments.recorder import record
from animator.experiments.trajectory import Trajectory

Labels = Sequence[str]
_Received = tuple[Experiment, int, torch.dtype]
"""An experiment, its steps, and torch's default dtype."""


@dataclass(frozen=True, slots=True)
class ChunkResult:
    """The trajectories that a worker process has recorded.

    Attributes:
        labels: the labels of the settings.
        runs: the trajectories; None if a run failed.
        warnings: the messages of the warnings.
    """

    labels: Labels
    runs: Sequence[Trajectory] | None = None
    warnings: Sequence[str] = ()


def with_settings(experiment: Experiment, labels: Labels) -> Experiment:
    """Return a copy of an experiment with only some settings."""
    part = copy.copy(experiment)
    settings = {label: experiment.settings[label] for label in labels}
    object.__setattr__(part, "settings", settings)
    return part


@dataclass(frozen=True, slots=True)
class Task:
    """An experiment whose settings are recorded by several processes.

    Attributes:
        sent: the pickled experiment, its steps and torch's default dtype.
        waiting: the chunks of labels that no process has started.
        done: the queue for the results of all processes.
    """

    sent: bytes
    waiting: deque[Labels]
    done: SimpleQueue[ChunkResult]


class RecordingProcess:
    """A worker process that records chunks of settings, one task after another."""

    def __init__(self) -> None:
        """Start the process."""
        code = (
            f"import sys; sys.path[:] = {sys.path!r}; "
            f"from {__name__} import serve; serve()"
        )
        self._process = subprocess.Popen(
            [sys.executable, "-c", code],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._tasks = SimpleQueue[Task | None]()
        args = (self._process, self._tasks)
        self._thread = threading.Thread(target=_feed, args=args, daemon=True)
        self._thread.start()

    def begin(self, task: Task) -> None:
        """Add a task to the queue of the process."""
        self._tasks.put(task)

    def end(self) -> None:
        """Kill the process, also during a task."""
        self._tasks.put(None)
        self._process.kill()
        self._process.wait()
        self._thread.join()


def _feed(process: subprocess.Popen[bytes], tasks: SimpleQueue[Task | None]) -> None:
    """Send chunks to a process until it exits."""
    assert process.stdin is not None and process.stdout is not None
    with suppress(Exception), process.stdin as to, process.stdout as answers:
        pickle.load(answers)  # wait until it is ready
        while (task := tasks.get()) is not None:
            if task.waiting:
                _send(to, task.sent)
            while task.waiting:
                try:
                    chunk = task.waiting.popleft()
                except IndexError:  # another process has the last chunk
                    break
                try:
                    _send(to, pickle.dumps(chunk))
                    done = pickle.load(answers)
                except Exception:  # the process has exited
                    done = ChunkResult(chunk)
                task.done.put(done)


def _send(to: BinaryIO | Any, data: bytes) -> None:
    to.write(data)
    to.flush()


def serve() -> None:
    """Record the settings requested on standard input, until it is closed."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # user functions may print
    source = sys.stdin.buffer
    experiment: _Received | None = None
    with suppress(EOFError, BrokenPipeError):
        _send(out, pickle.dumps("ready"))
        while True:
            try:
                request = pickle.load(source)
            except EOFError:
                raise
            except Exception:  # such as a module that this process cannot import
                request, experiment = None, None
            if isinstance(request, tuple):
                experiment = request
            elif request is not None:
                _send(out, pickle.dumps(_recorded(experiment, request)))


def _recorded(received: _Received | None, labels: Labels) -> ChunkResult:
    """Record settings of the received experiment."""
    if received is None:
        return ChunkResult(labels)
    experiment, steps, dtype = received
    torch.set_default_dtype(dtype)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("ignore")
        warnings.simplefilter("always", RenderWarning)
        try:
            runs = record(with_settings(experiment, labels), steps).trajectories
        except Exception:  # the parent records it again and raises the error
            return ChunkResult(labels)
    return ChunkResult(labels, runs, [str(warning.message) for warning in caught])
