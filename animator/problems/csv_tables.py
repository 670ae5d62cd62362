"""Reads columns of numbers from CSV files, with decimal points or decimal commas."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from animator.base.checks import quoted
from animator.base.errors import SceneError
from animator.problems.columns import Column, NumberColumn, find_column

_MISSING = {"", "na", "n/a", "nan", "null", "none"}
"""Cells that mark a missing number, in lower case."""
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+")
_POINTS = re.compile(r"[+-]?\d{1,3}(\.\d{3})+")
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+")
_GROUPED = re.compile(
    r"([+-]?\d{1,3})((?P<mark>[.,'’\s])\d{3}(?:(?P=mark)\d{3})*)([.,]\d+)?"
)
"""A number with thousands separators, and possibly decimals."""


@dataclass(frozen=True, slots=True)
class CsvFile:
    """A table of strings.

    Attributes:
        path: the path as the user gave it.
        names: the names of the columns.
        rows: the cells of each row, as strings.
        lines: the line of the file where each row ends, from 1.
        separator: the column separator.
    """

    path: Path
    names: Sequence[str]
    rows: Sequence[Sequence[str]]
    lines: Sequence[int]
    separator: str


def read_csv(path: Path, place: Path) -> CsvFile:
    """Read a file with columns separated by commas, semicolons or tabs.

    The separator is the first of semicolon, tab and comma that occurs in the first
    line. A first line such as ``sep=;``, as Excel uses it, sets another separator.

    Raises:
        SceneError: the file cannot be read, is empty, or has rows that are too long.
    """
    try:
        with place.open(newline="", encoding="utf-8-sig") as file:
            text = file.read()
        separator, skipped = _separator(text)
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        rows, lines = [], []
        for row in reader:
            if reader.line_num > skipped and (len(row) > 1 or any(map(str.strip, row))):
                rows.append([cell.strip() for cell in row])
                lines.append(reader.line_num)
    except UnicodeDecodeError as error:
        raise SceneError(f"{path}: is not UTF-8 text; save it as CSV UTF-8") from error
    except (OSError, csv.Error) as error:
        cause = getattr(error, "strerror", None) or str(error)
        raise SceneError(f"{path}: {cause}; give a CSV file") from error
    if not rows:
        raise SceneError(f"{path}: is empty; give a table with a header")
    _check_lengths(path, rows, lines)
    if all(_is_number(cell) for cell in rows[0]):
        names: Sequence[str] = [""] * len(rows[0])
        return CsvFile(path, names, rows, lines, separator)
    return CsvFile(path, rows[0], rows[1:], lines[1:], separator)


def _separator(text: str) -> tuple[str, int]:
    """Return the column separator, and the number of ``sep=`` lines to skip."""
    lines = text.splitlines()
    if lines and (named := re.fullmatch(r'"?sep=(.)"?', lines[0].strip())):
        return named[1], 1
    head = next((line for line in lines if line.strip()), "")
    return next((mark for mark in ";\t" if mark in head), ","), 0


def _check_lengths(
    path: Path, rows: Sequence[Sequence[str]], lines: Sequence[int]
) -> None:
    """Raise `SceneError` if a row has more cells than the first one."""
    for row, line in zip(rows, lines, strict=True):
        if any(row[len(rows[0]) :]):
            raise SceneError(
                f"{path}:{line}: has {len(row)} columns, but the first line has "
                f"{len(rows[0])}; if a number contains a comma, put the number in "
                "quotation marks, or separate the columns with semicolons"
            )


def csv_column(file: CsvFile, column: Column) -> NumberColumn:
    """Return a column of a file as numbers.

    Raises:
        SceneError: there is no such column, or a cell is not a number.
    """
    names = file.names
    if not any(names) and isinstance(column, str):
        raise SceneError(
            f"{file.path}: its first line has numbers, not names; add a header, or "
            "give the indices of two columns, such as points=(file, 0, 1)"
        )
    number = find_column(column, names, str(file.path))
    name = names[number] or f"column {number}"
    cells = [row[number] if number < len(row) else "" for row in file.rows]

    def place(row: int) -> str:
        return f"{file.path}:{file.lines[row]}"

    _check_thousands(cells, name, place)
    _check_commas(cells, file.separator, name, place)
    _check_points(cells, file, name, place)
    values = []
    for row, cell in enumerate(cells):
        if cell.lower() in _MISSING:
            values.append(np.nan)
        elif _is_number(cell.replace(",", ".")):
            values.append(float(cell.replace(",", ".")))
        else:
            raise SceneError(f"{place(row)}: {name} is {quoted(cell)}; give a number")
    return NumberColumn(names[number], np.array(values, np.float64), place, "empty")


def _check_thousands(
    cells: Sequence[str], name: str, place: Callable[[int], str]
) -> None:
    """Raise `SceneError` if a number certainly has thousands separators."""
    for row, cell in enumerate(cells):
        found = _GROUPED.fullmatch(cell)
        if found is None or (found[4] or "")[:1] == found["mark"]:
            continue
        if found[4] or found["mark"] not in ".," or len(found[2]) > 4:
            plain = found[1] + "".join(filter(str.isdigit, found[2])) + (found[4] or "")
            raise SceneError(
                f"{place(row)}: {name} is {quoted(cell)}; write {plain}, without "
                "thousands separators"
            )


def _check_points(
    cells: Sequence[str], file: CsvFile, name: str, place: Callable[[int], str]
) -> None:
    """Raise `SceneError` if points may be thousands separators.

    This is possible if other columns have decimal commas.
    """
    points = [row for row, cell in enumerate(cells) if "." in cell]
    if not points or not all(_POINTS.fullmatch(cells[row]) for row in points):
        return
    if any(_DECIMAL_COMMA.fullmatch(cell) for row in file.rows for cell in row):
        raise SceneError(
            f"{place(points[0])}: {name} is {quoted(cells[points[0]])}, whose point "
            "may be a decimal point or a thousands separator, because other numbers "
            "of the file have decimal commas; write it without a point, or with a comma"
        )


def _check_commas(
    cells: Sequence[str], separator: str, name: str, place: Callable[[int], str]
) -> None:
    """Raise `SceneError` unless the commas of a column are certainly decimal commas."""
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
            "with decimal points and without thousands separators"
        )
    if separator != ";" and all(_THOUSANDS.fullmatch(cells[row]) for row in commas):
        raise SceneError(
            f"{here}, whose comma may be a decimal comma or a thousands separator; "
            "write it with a decimal point or without the comma"
        )


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
