"""Reads the points of a fit from two arrays, or from two columns of a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import torch

from animator.base.checks import quoted
from animator.base.errors import SceneError
from animator.problems.columns import Column, NumberColumn
from animator.problems.tables import FRAME_PROTOCOLS, read_columns, to_floats

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Points = tuple[ArrayLike, ArrayLike] | str | Path | tuple[Any, Column, Column] | Any

Missing = Literal["error", "drop"]
"""Whether points that lack a number raise an error or are dropped."""


@dataclass(frozen=True, slots=True, eq=False)
class PointData:
    """Points, and the names of x and y."""

    x: NDArray[np.floating]  # (n,)
    y: NDArray[np.floating]  # (n,)
    names: tuple[str, str] = ("x", "y")


def numpy_dtype(dtype: torch.dtype) -> np.dtype[Any]:
    """Return the NumPy dtype of a torch dtype; float32 if NumPy lacks it."""
    return np.dtype(np.float64 if dtype == torch.float64 else np.float32)


def read_points(
    points: Points,
    caller: str,
    dtype: np.dtype[Any] | type = np.float32,
    missing: Missing = "error",
) -> PointData:
    """Read points.

    Args:
        points: x (n,) and y (n,); or a table and two of its columns, by name or index;
            or a table with columns x and y. A table is the path of a CSV or Parquet
            file, a data frame, a dict of columns, or an array (n, columns).
        caller: the name of the function in error messages.
        dtype: the dtype of the result.
        missing: ``"drop"`` to leave out points that lack a number.

    Raises:
        SceneError: x and y are not finite numbers of equal length.
    """
    if isinstance(points, PointData):
        return points
    if missing not in ("error", "drop"):
        raise SceneError(
            f"{caller}: missing is {quoted(missing)}; give 'error' or 'drop'"
        )
    try:
        x, y = _two_columns(points)
    except SceneError as error:
        raise SceneError(f"{caller}: {error}") from error
    if x.values.shape == y.values.shape == (0,):
        raise SceneError(f"{caller}: there are no points; the table or rows are empty")
    if x.values.ndim != 1 or x.values.shape != y.values.shape:
        raise SceneError(
            f"{caller}: points of shapes {x.values.shape} and {y.values.shape}; "
            "give two rows of the same length"
        )
    kept = _present(x, y, caller, missing)
    with np.errstate(over="ignore"):
        rows = [column.values[kept].astype(dtype) for column in (x, y)]
    if not all(np.isfinite(row).all() for row in rows):
        raise SceneError(f"{caller}: a point is not finite; leave such points out")
    return PointData(rows[0], rows[1], (x.name or "x", y.name or "y"))


def _two_columns(points: Any) -> tuple[NumberColumn, NumberColumn]:
    """Return the columns x and y."""
    table, *columns = points if isinstance(points, tuple) and points else (points,)
    if _are_columns(columns):
        x, y = read_columns(table, columns)
        return x, y
    if isinstance(points, str | Path | Mapping) or _is_table(points):
        x, y = read_columns(points, ("x", "y"))
        return x, y
    if columns and isinstance(table, str | Path | Mapping):
        raise SceneError(
            f"points is {quoted(points)}; give a table and two of its columns, by name "
            "or number"
        )
    shape: Any = getattr(points, "shape", ())
    if shape[:1] == (2,) or (isinstance(points, tuple | list) and len(points) == 2):
        right, up = points
        return _row_of(right, "x"), _row_of(up, "y")
    if len(shape) == 2 and shape[1] == 2:
        raise SceneError(f"points is {quoted(points)}; give its columns: points.T")
    raise SceneError(
        f"points is {quoted(points)}, not two rows of numbers; give (x, y), or a table "
        "and two of its columns"
    )


def _are_columns(chosen: list[Any]) -> bool:
    """Return whether values select two columns, by name or by index."""
    return len(chosen) == 2 and all(
        isinstance(c, str | int) and not isinstance(c, bool) for c in chosen
    )


def _is_table(points: Any) -> bool:
    """Return whether an object has named columns."""
    return (
        getattr(points, "columns", None) is not None
        or any(hasattr(points, protocol) for protocol in FRAME_PROTOCOLS)
        or getattr(getattr(points, "dtype", None), "names", None) is not None
    )


def _row_of(values: Any, axis: str) -> NumberColumn:
    """Return a sequence of numbers, with its name if it is a data-frame column."""
    name = getattr(values, "name", "")
    return NumberColumn(
        name if isinstance(name, str) else "",
        to_floats(values, axis),
        lambda row: f"point {row}",
    )


def _present(
    x: NumberColumn, y: NumberColumn, caller: str, missing: Missing
) -> NDArray[np.bool_]:
    """Return a mask (n,) of the points that have both numbers.

    Raises:
        SceneError: a point lacks a number, and `missing` is ``"error"``; or no point
            has both numbers.
    """
    gaps = [np.isnan(column.values) for column in (x, y)]
    lacking = gaps[0] | gaps[1]
    count = int(lacking.sum())
    if not count:
        return ~lacking
    if missing == "drop":
        if count == len(lacking):
            raise SceneError(f"{caller}: no point has both numbers; check the columns")
        return ~lacking
    first = int(lacking.argmax())
    name = (x.name or "x") if gaps[0][first] else (y.name or "y")
    others = f" ({count - 1} more like this)" if count > 1 else ""
    raise SceneError(
        f"{caller}: {x.row(first)}: {name} is {x.gap}{others}; leave such points out "
        "with missing='drop'"
    )
