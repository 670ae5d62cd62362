"""Reads columns of numbers from CSV files, with points or commas in the numbers."""

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
from animator.problems.columns import Column, Numbers, find_column

_MISSING = {"", "na", "n/a", "nan", "null", "none"}
"""What stands for a number that is missing, in small letters."""
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+")
_POINTS = re.compile(r"[+-]?\d{1,3}(\.\d{3})+")
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+")
_GROUPED = re.compile(
    r"([+-]?\d{1,3})((?P<mark>[.,'’\s])\d{3}(?:(?P=mark)\d{3})*)([.,]\d+)?"
)
"""A number whose thousands are marked, and perhaps its decimals."""


@dataclass(frozen=True, slots=True)
class CsvFile:
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


def read_csv(path: Path, place: Path) -> CsvFile:
    """Read a file of columns that commas, semicolons or tabs separate.

    Of these the first one counts that its first line has: semicolon, tab, comma. A
    first line ``sep=;``, as Excel understands it, names another one.
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
        raise SceneError(
            f"{path}: is no text in UTF-8; save it as CSV UTF-8"
        ) from error
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
    """Return what separates the columns, and how many lines only say so."""
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
                f"{len(rows[0])}; if a comma stands within a number, put the number in "
                "quotation marks, or separate the columns with semicolons"
            )


def csv_column(file: CsvFile, column: Column) -> Numbers:
    """Return a column of a file as numbers."""
    names = file.names
    if not any(names) and isinstance(column, str):
        raise SceneError(
            f"{file.path}: its first line has numbers and no names; add a header, or "
            "give the numbers of two columns, such as points=(file, 0, 1)"
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
    return Numbers(names[number], np.array(values, np.float64), place, "empty")


def _check_thousands(
    cells: Sequence[str], name: str, place: Callable[[int], str]
) -> None:
    """Raise `SceneError` if a number certainly has marks between its thousands."""
    for row, cell in enumerate(cells):
        found = _GROUPED.fullmatch(cell)
        if found is None or (found[4] or "")[:1] == found["mark"]:
            continue
        if found[4] or found["mark"] not in ".," or len(found[2]) > 4:
            plain = found[1] + "".join(filter(str.isdigit, found[2])) + (found[4] or "")
            raise SceneError(
                f"{place(row)}: {name} is {quoted(cell)}; write {plain}, without marks "
                "between thousands"
            )


def _check_points(
    cells: Sequence[str], file: CsvFile, name: str, place: Callable[[int], str]
) -> None:
    """Raise `SceneError` if points may stand between thousands.

    That is so if other columns have decimal commas.
    """
    points = [row for row, cell in enumerate(cells) if "." in cell]
    if not points or not all(_POINTS.fullmatch(cells[row]) for row in points):
        return
    if any(_DECIMAL_COMMA.fullmatch(cell) for row in file.rows for cell in row):
        raise SceneError(
            f"{place(points[0])}: {name} is {quoted(cells[points[0]])}, whose point "
            "may be decimal or between thousands, because other numbers of the file "
            "have decimal commas; write it without the point, or with a comma"
        )


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
