"""Writes trajectories as a table, with every digit that the optimizer had."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from animator.base.files import atomic_write
from animator.experiments.recorder import Recording
from animator.experiments.trajectory import Trajectory

COLUMNS = ("experiment", "problem", "optimizer", "step", "loss")


@dataclass(frozen=True, slots=True)
class TrajectoryTable:
    """What a table tells of a recording: numbers and names, and nothing else.

    Attributes:
        source: where the experiment is from, such as its scene.
        experiment: its name, if it has one.
        problem: that of its problem.
        drawn: those of the two drawn parameters.
        trajectories: of its settings.
    """

    source: str
    experiment: str
    problem: str
    drawn: tuple[str, str]
    trajectories: tuple[Trajectory, ...]


def logs_of(recordings: Iterable[tuple[str, Recording]]) -> list[TrajectoryTable]:
    """Return what a table tells of recordings, each with the name of its source."""
    return [
        TrajectoryTable(
            source,
            recording.experiment.name,
            recording.problem.name,
            (recording.problem.x.name, recording.problem.y.name),
            recording.trajectories,
        )
        for source, recording in recordings
    ]


def write_trajectories(path: str | Path, logs: Iterable[TrajectoryTable]) -> int:
    """Write one row per experiment, setting and step, the last step included.

    After the first five columns comes one for each drawn parameter of any of the
    problems. Numbers have as many digits as it takes to read them back exactly; a
    field is empty where the run had diverged. An experiment without a name goes by
    its source and its number in the table.

    Args:
        path: of the CSV file, which appears whole or not at all.
        logs: what to tell.

    Returns:
        How many rows the table has, its head not counted.

    Raises:
        WriteError: the file could not be written.
    """
    logs = list(logs)
    drawn = dict.fromkeys(_column(name) for log in logs for name in log.drawn)
    rows = 0
    with (
        atomic_write(Path(path)) as part,
        part.open("w", newline="", encoding="utf-8", errors="backslashreplace") as file,
    ):
        table = csv.DictWriter(file, [*COLUMNS, *drawn])
        table.writeheader()
        for number, log in enumerate(logs, start=1):
            name = log.experiment or f"{log.source} {number}"
            for row in _rows(name, log):
                table.writerow(row)
                rows += 1
    return rows


def _column(drawn: str) -> str:
    """Return what to call a parameter's column, which is not one of the others."""
    return f"{drawn} (parameter)" if drawn in COLUMNS else drawn


def _rows(name: str, log: TrajectoryTable) -> Iterator[dict[str, object]]:
    for trajectory in log.trajectories:
        numbers = np.column_stack([trajectory.loss, trajectory.params])
        for step, (loss, x, y) in enumerate(numbers.tolist()):
            one, two = map(_column, log.drawn)
            measured = {"loss": loss, one: x, two: y}
            yield {
                "experiment": name,
                "problem": log.problem,
                "optimizer": trajectory.label,
                "step": step,
                **{key: v for key, v in measured.items() if not math.isnan(v)},
            }
