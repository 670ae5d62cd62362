"""A drawn coordinate: which parameter, and how far the map reaches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from animator.base.checks import LARGEST, is_range, quoted
from animator.base.errors import SceneError
from animator.base.quoting import described


@dataclass(frozen=True, slots=True)
class Coordinate:
    """One drawn coordinate of a problem.

    Attributes:
        name: the parameter's name, which also labels the axis.
        low: the smallest value on the map, in the parameter's own unit.
        high: the largest one.

    Raises:
        SceneError: low and high are not finite, or low is not below high.
    """

    name: str
    low: float
    high: float

    def __post_init__(self) -> None:
        if not isinstance(self.name, str):
            raise SceneError(f"coordinate: {quoted(self.name)} is no name; give a text")
        if not is_range((self.low, self.high)):
            raise SceneError(
                f"coordinate {self.name!r}: the range "
                f"{quoted((self.low, self.high))} is empty, too narrow, or not finite; "
                f"give two numbers up to {LARGEST:g}, the smaller one first"
            )

    def __contains__(self, value: float) -> bool:
        """Return whether the map reaches as far as a value."""
        return self.low <= value <= self.high


def describe_problem(problem: Any, *parts: object) -> str:
    """Return the `repr` of a problem: name, some words, ranges and start."""
    ranges = (f"{c.name} {c.low:g} to {c.high:g}" for c in (problem.x, problem.y))
    return described(problem, repr(problem.name), *parts, *ranges, _start(problem))


def _start(problem: Any) -> str:
    return f"start ({', '.join(f'{value:g}' for value in problem.start)})"


def coordinate(name: str, ends: Any) -> Coordinate:
    """Return a coordinate over a range, given as (low, high).

    Raises:
        SceneError: `ends` is not a range.
    """
    if not (isinstance(ends, Sequence) and len(ends) == 2):
        ends = (ends, None)  # refused there, with the usual message
    return Coordinate(name, *ends)
