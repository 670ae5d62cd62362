"""Points to fit something to: two rows of numbers, or a CSV file's columns."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from animator.base.checks import check_file
from animator.base.errors import SceneError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Points = tuple[ArrayLike, ArrayLike] | str | Path


def numpy_dtype(dtype: torch.dtype) -> np.dtype[Any]:
    """Return NumPy's name for a precision; float32 for those that it does not have."""
    return np.dtype(np.float64 if dtype == torch.float64 else np.float32)


def read_points(
    points: Points, caller: str, dtype: np.dtype[Any] | type = np.float32
) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    """Return points as x (n,) and y (n,).

    Args:
        points: x (n,) and y (n,), or the path of a CSV file with columns x and y.
        caller: the function to name in an error.
        dtype: their precision.

    Raises:
        SceneError: they are not two rows of finite numbers of equal length.
    """
    rows = _columns(Path(points), caller) if isinstance(points, str | Path) else points
    try:
        x, y = (np.array(values, dtype=dtype) for values in rows)
    except (TypeError, ValueError, OverflowError) as error:
        raise SceneError(
            f"{caller}: points are not two rows of numbers ({error}); give (x, y)"
        ) from error
    if x.ndim != 1 or x.shape != y.shape or not len(x):
        raise SceneError(
            f"{caller}: points of shapes {x.shape} and {y.shape}; "
            "give two rows of the same length"
        )
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise SceneError(f"{caller}: a point is not finite; leave such points out")
    return x, y


def _columns(path: Path, caller: str) -> tuple[list[float], list[float]]:
    """Read the columns x and y of a CSV file."""
    check_file(path)
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            table = csv.DictReader(file)
            names = table.fieldnames or []
            if not {"x", "y"} <= set(names):
                raise SceneError(
                    f"{caller}: {path} has the columns {', '.join(names)}; "
                    "name two of them x and y"
                )
            x: list[float] = []
            y: list[float] = []
            for row in table:
                for name, values in (("x", x), ("y", y)):
                    try:
                        values.append(float(row[name]))
                    except (TypeError, ValueError):
                        raise SceneError(
                            f"{caller}: {path}:{table.line_num}: {name} is "
                            f"{row[name]!r}; give a number"
                        ) from None
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise SceneError(f"{caller}: {path}: {error}; give a CSV file") from error
    return x, y
