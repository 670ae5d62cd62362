"""Reads columns of numbers: of CSV and Parquet files, data frames and arrays."""

from __future__ import annotations

import csv
import io
import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from animator.base.callers import beside_caller
from animator.base.checks import check_file, is_integer, quoted
from animator.base.errors import SceneError

if TYPE_CHECKING:
    from numpy.typing import NDArray

Column = str | int
"""The name of a column, or its number; the first one is 0."""
FRAME_PROTOCOLS = ("__dataframe__", "__arrow_c_stream__")
"""What says that an object is a data frame."""
_MISSING = {"", "na", "n/a", "nan", "null", "none"}
"""What stands for a number that is missing, in small letters."""
_TABLE = "the table"
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+")


@dataclass(frozen=True, slots=True)
class Numbers:
    """A column of numbers.

    Attributes:
        name: what its header says; empty if it has none.
        values: as float64 (n,); NaN where one is missing.
        row: returns where a row stands, for messages, such as ``exam.csv:7``.
        gap: what a message calls a number that is missing.
    """

    name: str
    values: NDArray[np.float64]
    row: Callable[[int], str]
    gap: str = "NaN"


def read_columns(table: Any, columns: Sequence[Column]) -> list[Numbers]:
    """Read some columns of a table.

    Args:
        table: the path of a CSV or Parquet file, a data frame, a dict of columns, or an
            array (n, columns).
        columns: their names or numbers.

    Raises:
        SceneError: the table cannot be read, or has no such columns of numbers.
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
    file = _read_csv(path, place)
    return [_csv_column(file, column) for column in columns]


def _row(row: int) -> str:
    return f"row {row}"


def _find_column(column: Column, names: Sequence[str], owner: str) -> int:
    """Return the number of a column.

    Raises:
        SceneError: there is none of that name or number, or several.
    """
    if is_integer(column, 0, len(names) - 1):
        return int(column)
    found = [number for number, name in enumerate(names) if name == column]
    if len(found) == 1:
        return found[0]
    have = ", ".join(names[:8]) + (", …" if len(names) > 8 else "")
    if found:
        raise SceneError(
            f"{owner}: {len(found)} columns are named {column!r}; give its number, "
            f"{' or '.join(map(str, found))}"
        )
    given = "table" if owner == _TABLE else repr(owner)
    fix = "give a table with two columns"
    if len(names) > 1:
        fix = f"choose two: points=({given}, {names[0]!r}, {names[1]!r})"
    raise SceneError(f"{owner} has the columns {have} and no {quoted(column)}; {fix}")


@dataclass(frozen=True, slots=True)
class _CsvFile:
    """A table of texts.

    Attributes:
        path: as the user has given it.
        names: of its columns.
        rows: of texts.
        lines: the line of the file that each row ends in.
        separator: of its columns.
    """

    path: Path
    names: Sequence[str]
    rows: Sequence[Sequence[str]]
    lines: Sequence[int]
    separator: str


def _read_csv(path: Path, place: Path) -> _CsvFile:
    """Read a file of columns that commas, semicolons or tabs separate.

    Of these the first one counts that its first line has: semicolon, tab, comma.
    """
    try:
        with place.open(newline="", encoding="utf-8-sig") as file:
            text = file.read()
        head = next((line for line in text.splitlines() if line.strip()), "")
        separator = next((mark for mark in ";\t" if mark in head), ",")
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        rows, lines = [], []
        for row in reader:
            if len(row) > 1 or any(map(str.strip, row)):
                rows.append([cell.strip() for cell in row])
                lines.append(reader.line_num)
    except UnicodeDecodeError as error:
        raise SceneError(
            f"{path}: is no text in UTF-8; save it as CSV UTF-8"
        ) from error
    except (OSError, csv.Error) as error:
        cause = getattr(error, "strerror", None) or str(error)
        raise SceneError(f"{path}: {cause}; give a CSV file") from error
    if not rows:
        raise SceneError(f"{path}: is empty; give a table with a header")
    if all(_is_number(cell) for cell in rows[0]):
        names: Sequence[str] = [""] * len(rows[0])
        return _CsvFile(path, names, rows, lines, separator)
    return _CsvFile(path, rows[0], rows[1:], lines[1:], separator)


def _csv_column(file: _CsvFile, column: Column) -> Numbers:
    """Return a column of a file as numbers."""
    names = file.names
    if not any(names) and isinstance(column, str):
        raise SceneError(
            f"{file.path}: its first line has numbers and no names; add a header, or "
            "give the numbers of two columns, such as points=(file, 0, 1)"
        )
    number = _find_column(column, names, str(file.path))
    name = names[number] or f"column {number}"
    cells = [row[number] if number < len(row) else "" for row in file.rows]

    def place(row: int) -> str:
        return f"{file.path}:{file.lines[row]}"

    _check_commas(cells, file.separator, name, place)
    values = []
    for row, cell in enumerate(cells):
        if cell.lower() in _MISSING:
            values.append(np.nan)
        elif _is_number(cell.replace(",", ".")):
            values.append(float(cell.replace(",", ".")))
        else:
            raise SceneError(f"{place(row)}: {name} is {quoted(cell)}; give a number")
    return Numbers(names[number], np.array(values, np.float64), place, "empty")


def _check_commas(
    cells: Sequence[str], separator: str, name: str, place: Callable[[int], str]
) -> None:
    """Raise `SceneError` unless commas in a column's numbers are decimal for sure."""
    commas = [row for row, cell in enumerate(cells) if "," in cell]
    if not commas:
        return
    here = f"{place(commas[0])}: {name} is {quoted(cells[commas[0]])}"
    if separator == ",":
        raise SceneError(
            f"{here}; write it with a decimal point, or separate the columns with "
            "semicolons"
        )
    if any("." in cell for cell in cells):
        raise SceneError(
            f"{here}, but other numbers of the column have points; write all of them "
            "with decimal points, and none between thousands"
        )
    if separator != ";" and all(_THOUSANDS.fullmatch(cells[row]) for row in commas):
        raise SceneError(
            f"{here}, whose comma may be decimal or between thousands; write it with a "
            "decimal point or without the comma"
        )


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _read_parquet(place: Path) -> Any:
    """Return a Parquet file as a data frame of polars or pandas."""
    causes = []
    for library in ("polars", "pandas"):
        try:
            return import_module(library).read_parquet(place)
        except ImportError:  # pandas needs another library for these files
            continue
        except Exception as error:  # each library has errors of its own
            causes.append(str(error).partition("\n")[0])
    if causes:
        raise SceneError(f"{place.name}: {causes[0]}; give a Parquet file")
    raise SceneError(
        f"{place.name}: a Parquet file needs polars, or pandas and pyarrow; install "
        "one with: pip install polars"
    )


def _frame_column(table: Any, column: Column, place: Callable[[int], str]) -> Numbers:
    """Return a column of a data frame, a dict or an array."""
    table, names = _with_names(table)
    number = _find_column(column, names, _TABLE)
    if isinstance(table, np.ndarray) and table.dtype.names is None:
        return Numbers("", to_floats(table[:, number], f"column {number}"), place)
    key = list(table)[number] if isinstance(table, Mapping) else names[number]
    if hasattr(table, "iloc"):
        found = table.iloc[:, number]  # names of pandas may be numbers
    else:
        found = table[key]
    name = names[number]  # one without a header is a number
    return Numbers("" if name.isdigit() else name, to_floats(found, name), place)


def _with_names(table: Any) -> tuple[Any, list[str]]:
    """Return a table whose columns can be chosen, and their names."""
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
        f"{quoted(table)} is no table; give a file, a data frame, a dict of columns or "
        "an array (n, columns)"
    )


def _from_interchange(table: Any) -> Any:
    """Return a data frame of any other library as one of polars or pandas."""
    for library in ("polars", "pandas.api.interchange"):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # both want the newer protocol
                return import_module(library).from_dataframe(table)
        except Exception:  # it is not installed, or reads another protocol
            continue
    raise SceneError(
        f"{quoted(table)} is read by pandas or polars, of which none that is installed "
        "can; give its columns as arrays, or install pandas"
    )


def to_floats(column: Any, name: str) -> NDArray[np.float64]:
    """Return a column (n,) as float64, NaN where a number is missing.

    Raises:
        SceneError: it has no numbers, or a gradient.
    """
    if getattr(column, "requires_grad", False):
        raise SceneError(f"{name} requires a gradient; give it as {name}.detach()")
    kind = getattr(getattr(column, "dtype", None), "kind", "")
    try:
        if hasattr(column, "isna") and kind not in "mM":  # of pandas
            return np.asarray(column.to_numpy(dtype=np.float64, na_value=np.nan))
        array = np.asarray(column)
        if array.dtype.kind in "OUST" and array.ndim == 1:
            values = [np.nan if v is None else float(v) for v in array.tolist()]
            return np.array(values, np.float64)
        if array.dtype.kind not in "biuf":
            raise TypeError(f"it has values of the type {array.dtype}")
        return array.astype(np.float64)
    except (TypeError, ValueError, OverflowError, RuntimeError) as error:
        text = " ".join(str(error).split())
        raise SceneError(f"{name} is no column of numbers: {text}") from error
