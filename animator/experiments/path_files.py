"""Reads trajectories from CSV and NumPy files."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

import numpy as np

from animator.base.callers import beside_caller
from animator.base.checks import check_file
from animator.base.errors import SceneError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Parts = tuple[
        NDArray[np.floating], NDArray[np.floating] | None, dict[str, NDArray[Any]]
    ]


def read_trajectory_csv(
    path: str | Path,
    drawn: tuple[str, str],
    loss: str,
    series: Sequence[str],
    rows: Mapping[str, str | int],
) -> Parts:
    """Read a trajectory from a CSV file; see `Trajectory.from_csv`.

    Returns:
        The parameters (steps + 1, 2); the losses (steps + 1,), or None without such a
        column; and the other series.

    Raises:
        SceneError: the file cannot be read, lacks a column or has no matching rows, or
            the rows belong to several trajectories.
    """
    path = Path(path)
    place = beside_caller(path)
    check_file(place)
    try:
        with place.open(newline="", encoding="utf-8-sig") as file:
            table = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        cause = getattr(error, "strerror", None) or error
        raise SceneError(f"{path}: {cause}; give a CSV file") from error
    names = list(table[0]) if table else []
    if isinstance(series, str):
        series = [series]
    for name in (*drawn, *series, *rows):
        if name not in names:
            raise SceneError(
                f"{path}: has no column {name!r}; it has {', '.join(names)}"
            )
    chosen = [row for row in table if all(row[k] == str(v) for k, v in rows.items())]
    _check_one_run(path, chosen)
    columns = [_numbers(path, chosen, name) for name in drawn]
    losses = _numbers(path, chosen, loss) if loss in names else None
    logged = {name: _numbers(path, chosen, name) for name in series}
    return np.column_stack(columns), losses, logged


def read_trajectory_npz(path: str | Path) -> Parts:
    """Read a trajectory from a NumPy ``.npz`` file; see `Trajectory.from_npz`.

    Raises:
        SceneError: the file cannot be read, or lacks the array `params`.
    """
    place = beside_caller(Path(path))
    check_file(place)
    try:
        with np.load(place, allow_pickle=False) as arrays:
            if "params" not in arrays:
                raise SceneError(
                    f"{path}: has no array 'params'; it has {', '.join(arrays.files)}"
                )
            losses = arrays["loss"] if "loss" in arrays else None
            others = {n: arrays[n] for n in arrays if n not in ("params", "loss")}
            shape = arrays["params"].shape[:1]
            series = {
                name: values
                for name, values in others.items()
                if values.shape == shape and values.dtype.kind in "biuf"
            }
            return arrays["params"], losses, series
    except (OSError, ValueError, EOFError, TypeError, BadZipFile) as error:
        cause = getattr(error, "strerror", None) or error
        raise SceneError(f"{path}: {cause}; give a file of numpy.savez") from error


def _check_one_run(path: Path, rows: list[dict[str, str]]) -> None:
    """Raise `SceneError` if a step occurs twice, so the rows are of several runs."""
    steps = [row["step"] for row in rows if "step" in row]
    twice = len(steps) - len(set(steps))
    names = ("experiment", "problem", "optimizer", "seed")
    for name in names if twice else ():
        found = list(dict.fromkeys(row[name] for row in rows if name in row))
        if len(found) > 1:
            raise SceneError(
                f"{path}: has the runs of {len(found)} {name}s; choose one of them, "
                f"such as {name}={found[0]!r}"
            )


def _numbers(path: Path, rows: list[dict[str, str]], name: str) -> NDArray[np.float64]:
    """Return a column of a table (rows,), with NaN for empty fields."""
    found = []
    for number, row in enumerate(rows, start=2):
        try:
            found.append(float(row[name] or "nan"))
        except (TypeError, ValueError):
            raise SceneError(
                f"{path}: row {number}: {name} is {row[name]!r}; give a number"
            ) from None
    return np.array(found)
