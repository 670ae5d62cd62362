"""Writes trajectories as a table, with every digit that the optimizer had."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from animator.encoders import whole
from animator.recorder import Recording

COLUMNS = ("experiment", "problem", "optimizer", "step", "loss")


def write_trajectories(
    path: str | Path, recordings: Iterable[tuple[str, Recording]]
) -> int:
    """Write one row per experiment, setting and step, the last step included.

    After the first five columns comes one for each drawn parameter of any of the
    problems. Numbers have as many digits as it takes to read them back exactly; a
    field is empty where the run had diverged. An experiment without a name goes by
    its source and its number in the table.

    Args:
        path: of the CSV file, which appears whole or not at all.
        recordings: each with the name of its source, such as the scene's.

    Returns:
        How many rows the table has, its head not counted.

    Raises:
        WriteError: the file could not be written.
    """
    recordings = list(recordings)
    problems = [recording.problem for _, recording in recordings]
    drawn = dict.fromkeys(c.name for p in problems for c in (p.x, p.y))
    rows = 0
    with whole(Path(path)) as part, part.open("w", newline="") as file:
        table = csv.DictWriter(file, [*COLUMNS, *drawn])
        table.writeheader()
        for number, (source, recording) in enumerate(recordings, start=1):
            name = recording.experiment.name or f"{source} {number}"
            for row in _rows(name, recording):
                table.writerow(row)
                rows += 1
    return rows


def _rows(name: str, recording: Recording) -> Iterator[dict[str, object]]:
    problem = recording.problem
    for trajectory in recording.trajectories:
        numbers = np.column_stack([trajectory.loss, trajectory.params])
        for step, (loss, x, y) in enumerate(numbers.tolist()):
            measured = {"loss": loss, problem.x.name: x, problem.y.name: y}
            yield {
                "experiment": name,
                "problem": problem.name,
                "optimizer": trajectory.label,
                "step": step,
                **{key: v for key, v in measured.items() if not math.isnan(v)},
            }
