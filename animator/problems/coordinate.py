"""A drawn coordinate: which parameter, and how far the map reaches."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from animator.base.checks import LARGEST, is_number, is_range, quoted
from animator.base.errors import SceneError
from animator.base.quoting import described

Drawn = TypeVar("Drawn")


@dataclass(frozen=True, slots=True)
class Coordinate:
    """One drawn coordinate of a problem.

    Attributes:
        name: the parameter's name.
        low: the smallest value on the map, in the parameter's own unit.
        high: the largest one.
        label: what the axis is called, such as ``"θ₀"`` or ``"mass, kg"``; the name if
            not given.

    Raises:
        SceneError: low and high are not finite, or low is not below high.
    """

    name: str
    low: float
    high: float
    label: str = ""

    def __post_init__(self) -> None:
        if not isinstance(self.name, str):
            raise SceneError(f"coordinate: {quoted(self.name)} is no name; give a text")
        if not isinstance(self.label, str):
            raise SceneError(
                f"coordinate {self.name!r}: {quoted(self.label)} is no label; give a "
                "text"
            )
        object.__setattr__(self, "label", self.label or self.name)
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


def coordinate(name: str, ends: Any, label: str = "") -> Coordinate:
    """Return a coordinate over a range, given as (low, high).

    Raises:
        SceneError: `ends` is not a range.
    """
    if not (isinstance(ends, Sequence) and len(ends) == 2):
        ends = (ends, None)  # refused there, with the usual message
    low, high = ends
    return Coordinate(name, low, high, label)


def check_names(caller: str, names: Any) -> tuple[str, str]:
    """Return what two axes are called; empty texts for None.

    Raises:
        SceneError: they are not two texts.
    """
    if names is None:
        return "", ""
    good = isinstance(names, Sequence) and not isinstance(names, str)
    if not (good and len(names) == 2 and all(isinstance(n, str) for n in names)):
        raise SceneError(
            f'{caller}: names is {quoted(names)}; give two texts, such as ("θ₀", "θ₁")'
        )
    return names[0], names[1]


def at(
    problem: Drawn,
    *,
    x: tuple[float, float] | None = None,
    y: tuple[float, float] | None = None,
    start: tuple[float, float] | None = None,
    names: tuple[str, str] | None = None,
) -> Drawn:
    """Return the problem with other ranges of its map, start or names of its axes.

    What is not given stays as it is.

    Args:
        problem: the problem, a dataclass, which itself does not change.
        x: the map's range to the right.
        y: the map's range upward.
        start: x and y at the start.
        names: what the axes are called.

    Raises:
        SceneError: an argument is not valid.
    """
    changed: Any = problem
    caller = changed.name
    labels = check_names(caller, names)
    changes: dict[str, Any] = {}
    for axis, ends, label in zip("xy", (x, y), labels, strict=True):
        old: Coordinate = getattr(problem, axis)
        if ends is None:
            ends = old.low, old.high
        changes[axis] = coordinate(old.name, ends, label or old.label)
    if start is not None:
        if not is_pair(start):
            raise SceneError(f"{caller}: start is {quoted(start)}; give two numbers")
        changes["start"] = start
    result: Drawn = dataclasses.replace(changed, **changes)
    return result


def is_pair(value: Any) -> bool:
    """Return whether a value is two numbers."""
    pair = isinstance(value, Sequence) and len(value) == 2
    return pair and all(map(is_number, value))
