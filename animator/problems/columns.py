"""Columns of numbers in tables, selected by name or by index."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from animator.base.checks import is_integer, quoted
from animator.base.errors import SceneError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Column = str | int
"""The name of a column, or its index from 0."""
TABLE = "the table"
"""The name of a table without a file in error messages."""


@dataclass(frozen=True, slots=True)
class NumberColumn:
    """A column of numbers.

    Attributes:
        name: the header of the column; empty if it has none.
        values: the numbers as float64 (n,); NaN where a number is missing.
        row: returns the location of a row for messages, such as ``exam.csv:7``.
        gap: the description of a missing number in messages.
    """

    name: str
    values: NDArray[np.float64]
    row: Callable[[int], str]
    gap: str = "NaN"


def find_column(column: Column, names: Sequence[str], owner: str) -> int:
    """Return the index of a column.

    Raises:
        SceneError: no column has this name or index, or several have this name.
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
    given = "table" if owner == TABLE else repr(owner)
    fix = "give a table with two columns"
    if len(names) > 1:
        fix = f"choose two: points=({given}, {names[0]!r}, {names[1]!r})"
    raise SceneError(f"{owner} has the columns {have} and no {quoted(column)}; {fix}")
