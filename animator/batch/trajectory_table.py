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

COLUMNS = ("experiment", "problem", "optimizer", "seed", "step", "loss")


@dataclass(frozen=True, slots=True)
class TrajectoryTable:
    """A recording's numbers and names, which another process can receive.

    Attributes:
        source: where the experiment is from, such as its scene.
        experiment: its name, if it has one.
        problem: the name of its problem.
        drawn: the names of the two drawn parameters.
        trajectories: one for each setting and seed.
    """

    source: str
    experiment: str
    problem: str
    drawn: tuple[str, str]
    trajectories: tuple[Trajectory, ...]


def tables_of(recordings: Iterable[tuple[str, Recording]]) -> list[TrajectoryTable]:
    """Return the tables of recordings, each given with the name of its source."""
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


def write_trajectories(path: str | Path, tables: Iterable[TrajectoryTable]) -> int:
    """Write one row per experiment, setting, seed and step, the last step included.

    The first six columns are followed by one for each drawn parameter of the problems.
    Numbers have as many digits as it takes to read them back exactly; a field is empty
    where the run had diverged. An experiment without a name is named by its source and
    its number in the file.

    Args:
        path: of the CSV file, which appears complete or not at all.
        tables: what to write.

    Returns:
        How many rows the file has, its head not counted.

    Raises:
        WriteError: the file could not be written.
    """
    tables = list(tables)
    drawn = dict.fromkeys(_column(name) for table in tables for name in table.drawn)
    rows = 0
    with (
        atomic_write(Path(path)) as part,
        part.open("w", newline="", encoding="utf-8", errors="backslashreplace") as file,
    ):
        writer = csv.DictWriter(file, [*COLUMNS, *drawn])
        writer.writeheader()
        for number, table in enumerate(tables, start=1):
            name = table.experiment or f"{table.source} {number}"
            for row in _rows(name, table):
                writer.writerow(row)
                rows += 1
    return rows


def _column(parameter: str) -> str:
    """Return the name of a parameter's column, which differs from the first six."""
    return f"{parameter} (parameter)" if parameter in COLUMNS else parameter


def _rows(name: str, table: TrajectoryTable) -> Iterator[dict[str, object]]:
    x_column, y_column = map(_column, table.drawn)
    for trajectory in table.trajectories:
        numbers = np.column_stack([trajectory.loss, trajectory.params])
        for step, (loss, x, y) in enumerate(numbers.tolist()):
            measured = {"loss": loss, x_column: x, y_column: y}
            yield {
                "experiment": name,
                "problem": table.problem,
                "optimizer": trajectory.label,
                "seed": "" if trajectory.seed is None else trajectory.seed,
                "step": step,
                **{key: v for key, v in measured.items() if not math.isnan(v)},
            }
