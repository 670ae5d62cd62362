"""Records an experiment of many settings in one process for each CPU core.

The current process records too, so that it never waits for slow starts. The other
processes are new interpreters that receive the pickled experiment. If it cannot be
pickled, for example because of a function in a scene's file, the current process
records everything.
"""

from __future__ import annotations

import os
import pickle
import sys
import warnings
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from queue import Empty, SimpleQueue

import torch

from animator.base.errors import RenderWarning, placed
from animator.experiments.details import NOTHING, Needs
from animator.experiments.experiment import Experiment
from animator.experiments.experiment_checks import check_steps
from animator.experiments.own_loop import Recorder
from animator.experiments.recorder import Recording, StepCallback, record
from animator.experiments.recording_process import (
    ChunkResult,
    Labels,
    RecordingProcess,
    Task,
    with_settings,
)
from animator.experiments.trajectory import Trajectory
from animator.problems import Problem

_MIN_STEPS = 10_000
"""With fewer steps, recording is faster than starting an interpreter with torch."""
_CHUNK_STEPS = 1_000
"""The number of steps of one chunk of settings."""
_POLL_SECONDS = 0.2
"""Seconds between two checks for an interrupt by the user."""


class Processes:
    """A context that records the settings of experiments in several processes.

    The processes start when there is enough work, and end with the context.
    """

    def __init__(self, count: int | None = None) -> None:
        """Set the number of processes.

        Args:
            count: the number of processes, including the current one. Default: the
                number of cores, if there are enough steps.
        """
        self._count = count
        self._others: list[RecordingProcess] = []

    def __enter__(self) -> Processes:
        return self

    def __exit__(self, *error: object) -> None:
        for process in self._others:
            process.end()

    def record(
        self,
        experiment: Experiment,
        steps: int | None = None,
        *,
        progress: StepCallback | None = None,
        needs: Needs = NOTHING,
    ) -> Recording:
        """Record an experiment, with the same results as `record`.

        Args:
            experiment: the experiment.
            steps: the number of steps. Default: the experiment's own.
            progress: called with the setting's label and each step.
            needs: the additional data to record. If there are any, the current process
                records everything.

        Raises:
            SceneError: the problem or an optimizer fails; the message names the
                setting.

        Warns:
            RenderWarning: torch gave a warning.
        """
        count = experiment.count_steps(steps)
        runs = experiment.count_runs()
        check_steps(count, str(experiment), runs, what="runs")
        problem = experiment.problem
        sent = None
        if isinstance(problem, Problem) and not needs and self._start(runs * count):
            sent = _pickled(experiment, count)
        if sent is None:
            return record(experiment, steps, progress=progress, needs=needs)
        assert isinstance(problem, Problem)
        with placed(experiment.made_at):
            work = _ChunkedRecording(experiment, count, progress)
            work.record_all(sent, self._others)
        trajectories = [
            replace(run, setting=number)
            for number, label in enumerate(experiment.settings)
            for run in work.found[label]
        ]
        return Recording(experiment, tuple(trajectories), problem)

    def _start(self, steps: int) -> bool:
        """Start the other processes if there are enough steps."""
        wanted = self._count or (_core_count() if steps >= _MIN_STEPS else 1)
        while len(self._others) < wanted - 1:
            self._others.append(RecordingProcess())
        return bool(self._others)


def _core_count() -> int:
    """Return the number of cores that this process may use."""
    # macOS and Windows lack this function.
    if sys.platform == "linux" and hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _pickled(experiment: Experiment, steps: int) -> bytes | None:
    """Return an experiment pickled for another process; None if that is impossible."""
    if any(isinstance(s, Recorder | Trajectory) for s in experiment.settings.values()):
        return None
    try:
        data = pickle.dumps((experiment, steps, torch.get_default_dtype()))
    except Exception:  # a user's object may raise any exception
        return None
    # Another process cannot import what the user's program defines.
    return None if b"__main__" in data or not sys.executable else data


@dataclass(slots=True)
class _ChunkedRecording:
    """The recording of an experiment's settings in chunks."""

    experiment: Experiment
    steps: int
    progress: StepCallback | None
    found: dict[str, list[Trajectory]] = field(default_factory=dict)

    def record_all(self, sent: bytes, others: Sequence[RecordingProcess]) -> None:
        """Record all settings, in this process and in the others."""
        labels = list(self.experiment.settings)
        size = max(1, _CHUNK_STEPS // self.steps)
        chunks = [labels[at : at + size] for at in range(0, len(labels), size)]
        task = Task(sent, deque(chunks), SimpleQueue())
        for process in others:
            process.begin(task)
        left = len(chunks)
        while left:
            try:
                done = task.done.get(block=not task.waiting, timeout=_POLL_SECONDS)
            except Empty:
                with suppress(IndexError):
                    self._record(task.waiting.popleft())
                    left -= 1
            else:
                self._receive(done)
                left -= 1

    def _record(self, chunk: Labels) -> None:
        """Record a chunk of settings in this process."""
        part = with_settings(self.experiment, chunk)
        self._store(
            chunk, record(part, self.steps, progress=self.progress).trajectories
        )

    def _receive(self, done: ChunkResult) -> None:
        """Store the result of another process; if it failed, record the chunk here."""
        if done.runs is None:  # a second failure raises the error
            return self._record(done.labels)
        self._store(done.labels, done.runs)
        for text in done.warnings:
            warnings.warn(text, RenderWarning, stacklevel=2)
        if self.progress is not None:
            for label in done.labels:
                for step in range(len(self.found[label]) * (self.steps + 1)):
                    self.progress(label, step % (self.steps + 1))

    def _store(self, chunk: Labels, runs: Sequence[Trajectory]) -> None:
        for run in runs:
            self.found.setdefault(chunk[run.setting], []).append(run)
