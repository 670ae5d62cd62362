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
        return CsvFile(path, names, rows, lines, separator)
    return CsvFile(path, rows[0], rows[1:], lines[1:], separator)


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
