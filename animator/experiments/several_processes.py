"""Records an experiment of many settings in as many processes as there are cores.

This process records, too: it gains even if the others are slow to start. They are
interpreters of their own, to which the experiment is sent; where it cannot be sent,
because it holds a function of a scene's file, say, this process records everything.
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
    Done,
    Labels,
    RecordingProcess,
    Task,
    only,
)
from animator.experiments.trajectory import Trajectory
from animator.problems import Problem

_FEWEST = 10_000
"""Steps that take less time than an interpreter needs to start with torch."""
_CHUNK = 1_000
"""Steps that a process records at a time."""
_PAUSE = 0.2
"""Seconds between two looks whether the user has interrupted."""


class Processes:
    """Records experiments, the settings of each in several processes.

    The processes start when there is enough work, and end with the context.
    """

    def __init__(self, count: int | None = None) -> None:
        """Set how many processes may record, this one included.

        Args:
            count: as many as there are cores, and only for many steps, if not given.
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
        """Record an experiment as `record` does, and with the same numbers.

        Args:
            experiment: what to run.
            steps: how many steps, instead of the experiment's own number.
            progress: called with the setting's label and each step.
            needs: what else to record; then this process records everything.

        Raises:
            SceneError: the problem or an optimizer failed; the message names it.

        Warns:
            RenderWarning: what torch warned of.
        """
        count = experiment.count_steps(steps)
        runs = experiment.count_runs()
        check_steps(count, str(experiment), runs, what="runs")
        problem = experiment.problem
        sent = None
        if isinstance(problem, Problem) and not needs and self._start(runs * count):
            sent = _sent(experiment, count)
        if sent is None:
            return record(experiment, steps, progress=progress, needs=needs)
        assert isinstance(problem, Problem)
        with placed(experiment.made_at):
            work = _Work(experiment, count, progress)
            work.carry_out(sent, self._others)
        trajectories = [
            replace(run, setting=number)
            for number, label in enumerate(experiment.settings)
            for run in work.found[label]
        ]
        return Recording(experiment, tuple(trajectories), problem)

    def _start(self, steps: int) -> bool:
        """Start the other processes if so many steps are enough for them."""
        wanted = self._count or (_cores() if steps >= _FEWEST else 1)
        while len(self._others) < wanted - 1:
            self._others.append(RecordingProcess())
        return bool(self._others)


def _cores() -> int:
    """Return on how many cores this process may run."""
    # macOS and Windows have no such function.
    if sys.platform == "linux" and hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _sent(experiment: Experiment, steps: int) -> bytes | None:
    """Return an experiment as another process can read it; None if none can."""
    if any(isinstance(s, Recorder | Trajectory) for s in experiment.settings.values()):
        return None
    try:
        data = pickle.dumps((experiment, steps, torch.get_default_dtype()))
    except Exception:  # a user's object may raise anything
        return None
    # What the user's program itself defines cannot be imported.
    return None if b"__main__" in data or not sys.executable else data


@dataclass(slots=True)
class _Work:
    """The settings of an experiment, in chunks, of which some are recorded."""

    experiment: Experiment
    steps: int
    progress: StepCallback | None
    found: dict[str, list[Trajectory]] = field(default_factory=dict)

    def carry_out(self, sent: bytes, others: Sequence[RecordingProcess]) -> None:
        """Record all settings, here and in other processes."""
        labels = list(self.experiment.settings)
        size = max(1, _CHUNK // self.steps)
        chunks = [labels[at : at + size] for at in range(0, len(labels), size)]
        task = Task(sent, deque(chunks), SimpleQueue())
        for process in others:
            process.begin(task)
        left = len(chunks)
        while left:
            try:
                done = task.done.get(block=not task.waiting, timeout=_PAUSE)
            except Empty:
                with suppress(IndexError):
                    self._record(task.waiting.popleft())
                    left -= 1
            else:
                self._take(done)
                left -= 1

    def _record(self, chunk: Labels) -> None:
        """Record some settings here."""
        part = only(self.experiment, chunk)
        self._keep(chunk, record(part, self.steps, progress=self.progress).trajectories)

    def _take(self, done: Done) -> None:
        """Keep what another process has recorded; what it could not, record here."""
        if done.runs is None:  # if it fails here, too, the error says where
            return self._record(done.labels)
        self._keep(done.labels, done.runs)
        for text in done.warnings:
            warnings.warn(text, RenderWarning, stacklevel=2)
        if self.progress is not None:
            for label in done.labels:
                for step in range(len(self.found[label]) * (self.steps + 1)):
                    self.progress(label, step % (self.steps + 1))

    def _keep(self, chunk: Labels, runs: Sequence[Trajectory]) -> None:
        for run in runs:
            self.found.setdefault(chunk[run.setting], []).append(run)
