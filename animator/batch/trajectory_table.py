"""Writes trajectories as a table in full precision."""

from __future__ import annotations

import csv
import math
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from animator.base.files import atomic_write
from animator.experiments.recorder import Recording
from animator.experiments.trajectory import Trajectory

COLUMNS = ("experiment", "problem", "optimizer", "seed", "step", "loss")


@dataclass(frozen=True, slots=True)
class TrajectoryTable:
    """The numbers and names of a recording, which can be sent to another process.

    Attributes:
        source: the origin of the experiment, such as the name of its scene.
        experiment: the experiment's name, if it has one.
        problem: the name of its problem.
        drawn: the names of the two drawn parameters.
        trajectories: a trajectory for each setting and seed.
    """

    source: str
    experiment: str
    problem: str
    drawn: tuple[str, str]
    trajectories: tuple[Trajectory, ...]


def tables_of(recordings: Iterable[tuple[str, Recording]]) -> list[TrajectoryTable]:
    """Return the tables of recordings; each comes with the name of its source."""
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
    """Write a row for each experiment, setting, seed and step, including the last step.

    The first six columns are followed by a column for each drawn parameter of the
    problems, and a column for each series, such as a metric. Numbers have enough digits
    to be read back exactly. A field is empty where the run had diverged, or where the
    series was not measured. An experiment without a name is named by its source and
    its number in the file.

    Args:
        path: the path of the CSV file, which appears complete or not at all.
        tables: the tables to write.

    Returns:
        The number of rows, without the header.

    Raises:
        WriteError: the file could not be written.
    """
    tables = list(tables)
    drawn = dict.fromkeys(_column(name) for table in tables for name in table.drawn)
    logged = dict.fromkeys(
        _series_column(name, drawn)
        for table in tables
        for run in table.trajectories
        for name in run.series
    )
    rows = 0
    with (
        atomic_write(Path(path)) as part,
        part.open("w", newline="", encoding="utf-8", errors="backslashreplace") as file,
    ):
        writer = csv.DictWriter(file, [*COLUMNS, *drawn, *logged])
        writer.writeheader()
        for number, table in enumerate(tables, start=1):
            name = table.experiment or f"{table.source} {number}"
            for row in _rows(name, table, drawn):
                writer.writerow(row)
                rows += 1
    return rows


def _column(parameter: str) -> str:
    """Return a name for a parameter's column that differs from the first six."""
    return f"{parameter} (parameter)" if parameter in COLUMNS else parameter


def _series_column(name: str, drawn: Collection[str]) -> str:
    """Return a name for a series' column that differs from those before it."""
    return f"{name} (series)" if name in (*COLUMNS, *drawn) else name


def _rows(
    name: str, table: TrajectoryTable, drawn: Collection[str]
) -> Iterator[dict[str, object]]:
    x_column, y_column = map(_column, table.drawn)
    for trajectory in table.trajectories:
        logged = [_series_column(name, drawn) for name in trajectory.series]
        columns = ["loss", x_column, y_column, *logged]
        series = trajectory.series.values()
        numbers = np.column_stack([trajectory.loss, trajectory.params, *series])
        for step, row in enumerate(numbers.tolist()):
            measured = dict(zip(columns, row, strict=True))
            yield {
                "experiment": name,
                "problem": table.problem,
                "optimizer": trajectory.label,
                "seed": "" if trajectory.seed is None else trajectory.seed,
                "step": step,
                **{key: v for key, v in measured.items() if not math.isnan(v)},
            }
