"""Reads columns of numbers from CSV and Parquet files, data frames and arrays."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from animator.base.callers import beside_caller
from animator.base.checks import check_file, quoted
from animator.base.errors import SceneError, message_of
from animator.problems.columns import TABLE, Column, NumberColumn, find_column
from animator.problems.csv_tables import csv_column, read_csv

if TYPE_CHECKING:
    from numpy.typing import NDArray

FRAME_PROTOCOLS = ("__dataframe__", "__arrow_c_stream__")
"""The attribute by which an object is recognised as a data frame."""


def read_columns(table: Any, columns: Sequence[Column]) -> list[NumberColumn]:
    """Read some columns of a table.

    Args:
        table: the path of a CSV or Parquet file, a data frame, a dict of columns, or an
            array (n, columns).
        columns: the names or indices of the columns.

    Raises:
        SceneError: the table cannot be read, or lacks one of the columns.
    """
    if not isinstance(table, str | Path):
        return [_frame_column(table, column, _row) for column in columns]
    path = Path(table)
    place = beside_caller(path)
    check_file(place)
    if not place.exists():
        raise SceneError(
            f"{path}: there is no such file beside the scene or in the working "
            "directory; check the path"
        )
    if path.suffix.lower() in (".parquet", ".pq"):
        frame = _read_parquet(place)
        return [
            _frame_column(frame, column, lambda row: f"{path}, row {row}")
            for column in columns
        ]
    file = read_csv(path, place)
    return [csv_column(file, column) for column in columns]


def _row(row: int) -> str:
    return f"row {row}"


def _read_parquet(place: Path) -> Any:
    """Return a Parquet file as a data frame of polars or pandas."""
    for library in _libraries():
        try:
            return library.read_parquet(place)
        except ImportError:  # pandas needs pyarrow for Parquet
            continue
        except Exception as error:  # each library has its own errors
            cause = str(error).partition("\n")[0]
            raise SceneError(f"{place.name}: {cause}; give a Parquet file") from error
    raise SceneError(
        f"{place.name}: a Parquet file needs polars, or pandas and pyarrow; install "
        "one with: pip install polars"
    )


def _libraries() -> Iterator[Any]:
    """Yield the data-frame libraries that are installed."""
    with suppress(ImportError):
        yield import_module("polars")
    with suppress(ImportError):
        yield import_module("pandas")


def _frame_column(
    table: Any, column: Column, place: Callable[[int], str]
) -> NumberColumn:
    """Return a column of a data frame, a dict or an array."""
    table, names = _with_names(table)
    number = find_column(column, names, TABLE)
    if isinstance(table, np.ndarray) and table.dtype.names is None:
        return NumberColumn("", to_floats(table[:, number], f"column {number}"), place)
    key = list(table)[number] if isinstance(table, Mapping) else names[number]
    if hasattr(table, "iloc"):
        found = table.iloc[:, number]  # pandas allows numbers as names
    else:
        found = table[key]
    name = names[number]  # a number if there is no header
    return NumberColumn("" if name.isdigit() else name, to_floats(found, name), place)


def _with_names(table: Any) -> tuple[Any, list[str]]:
    """Return a table with selectable columns, and the column names."""
    if isinstance(table, Mapping):
        return table, list(map(str, table))
    if getattr(table, "columns", None) is not None and hasattr(table, "__getitem__"):
        names = getattr(table, "column_names", table.columns)  # pyarrow has both
        return table, list(map(str, names))
    if any(hasattr(table, protocol) for protocol in FRAME_PROTOCOLS):
        return _with_names(_from_interchange(table))
    if hasattr(table, "__array__"):
        array = np.asarray(table)
        if array.dtype.names is not None:
            return array, list(array.dtype.names)
        if array.ndim == 2:
            return array, [str(number) for number in range(array.shape[1])]
    raise SceneError(
        f"{quoted(table)} is not a table; give a file, a data frame, a dict of columns "
        "or an array (n, columns)"
    )


def _from_interchange(table: Any) -> Any:
    """Convert a data frame of another library to polars or pandas."""
    for library in _libraries():
        module = getattr(getattr(library, "api", None), "interchange", library)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # both prefer a newer protocol
                return module.from_dataframe(table)
        except Exception:  # it does not support the protocol
            continue
    raise SceneError(
        f"{quoted(table)} cannot be read by the installed data-frame libraries; give "
        "its columns as arrays, or install pandas"
    )


def to_floats(column: Any, name: str) -> NDArray[np.float64]:
    """Return a column (n,) as float64, with NaN for missing numbers.

    Raises:
        SceneError: the column is not numeric, or requires a gradient.
    """
    if getattr(column, "requires_grad", False):
        raise SceneError(f"{name} requires a gradient; give it as {name}.detach()")
    kind = getattr(getattr(column, "dtype", None), "kind", "")
    try:
        if hasattr(column, "isna") and kind not in "mM":  # a pandas column
            return np.asarray(column.to_numpy(dtype=np.float64, na_value=np.nan))
        array = np.asarray(column)
        if array.dtype.kind in "OUST" and array.ndim == 1:
            values = [np.nan if v is None else float(v) for v in array.tolist()]
            return np.array(values, np.float64)
        if array.dtype.kind not in "biuf":
            raise TypeError(f"its dtype is {array.dtype}")
        return array.astype(np.float64)
    except (TypeError, ValueError, OverflowError, RuntimeError) as error:
        text = message_of(error)
        raise SceneError(f"{name} is not a column of numbers: {text}") from error
