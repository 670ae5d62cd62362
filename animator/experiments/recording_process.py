"""A process that records some settings of an experiment for another one.

It is an interpreter that imports this module alone: `multiprocessing` would run the
user's own program again.
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
class Done:
    """What a process has recorded.

    Attributes:
        labels: of the settings.
        runs: their trajectories; None if a run failed.
        warnings: what it warned of.
    """

    labels: Labels
    runs: Sequence[Trajectory] | None = None
    warnings: Sequence[str] = ()


def only(experiment: Experiment, labels: Labels) -> Experiment:
    """Return an experiment with some of its settings."""
    part = copy.copy(experiment)
    settings = {label: experiment.settings[label] for label in labels}
    object.__setattr__(part, "settings", settings)
    return part


@dataclass(frozen=True, slots=True)
class Task:
    """An experiment of which several processes record settings.

    Attributes:
        sent: the experiment, its steps, and torch's default dtype, pickled.
        waiting: labels of the settings that no process has begun.
        done: where each process puts what it has recorded.
    """

    sent: bytes
    waiting: deque[Labels]
    done: SimpleQueue[Done]


class RecordingProcess:
    """A process that records chunks of settings, of one task after the other."""

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
        """Queue a task, which begins after the ones before it."""
        self._tasks.put(task)

    def end(self) -> None:
        """Kill the process, even during a task."""
        self._tasks.put(None)
        self._process.kill()
        self._process.wait()
        self._thread.join()


def _feed(process: subprocess.Popen[bytes], tasks: SimpleQueue[Task | None]) -> None:
    """Give chunks to a process until it ends."""
    assert process.stdin is not None and process.stdout is not None
    with suppress(Exception), process.stdin as to, process.stdout as answers:
        pickle.load(answers)  # it is ready
        while (task := tasks.get()) is not None:
            if task.waiting:
                _send(to, task.sent)
            while task.waiting:
                try:
                    chunk = task.waiting.popleft()
                except IndexError:  # another process has taken the last chunk
                    break
                try:
                    _send(to, pickle.dumps(chunk))
                    done = pickle.load(answers)
                except Exception:  # it has ended
                    done = Done(chunk)
                task.done.put(done)


def _send(to: BinaryIO | Any, data: bytes) -> None:
    to.write(data)
    to.flush()


def serve() -> None:
    """Record what comes from standard input, until it ends."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a user's function may print
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


def _recorded(received: _Received | None, labels: Labels) -> Done:
    """Record settings of the experiment that was received."""
    if received is None:
        return Done(labels)
    experiment, steps, dtype = received
    torch.set_default_dtype(dtype)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("ignore")
        warnings.simplefilter("always", RenderWarning)
        try:
            runs = record(only(experiment, labels), steps).trajectories
        except Exception:  # the parent records it again, and raises the error
            return Done(labels)
    return Done(labels, runs, [str(warning.message) for warning in caught])
