"""A drawn coordinate: a parameter, and its range on the map."""

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
        low: the smallest value on the map, in the unit of the parameter.
        high: the largest value on the map.
        label: the axis label, such as ``"θ₀"`` or ``"mass, kg"``. Default: the name.

    Raises:
        SceneError: `name` or `label` is not a string, or ``(low, high)`` is not a
            finite range with low < high.
    """

    name: str
    low: float
    high: float
    label: str = ""

    def __post_init__(self) -> None:
        if not isinstance(self.name, str):
            raise SceneError(
                f"coordinate: {quoted(self.name)} is not a name; give a string"
            )
        if not isinstance(self.label, str):
            raise SceneError(
                f"coordinate {self.name!r}: {quoted(self.label)} is not a label; give "
                "a string"
            )
        object.__setattr__(self, "label", self.label or self.name)
        if not is_range((self.low, self.high)):
            raise SceneError(
                f"coordinate {self.name!r}: the range "
                f"{quoted((self.low, self.high))} is empty, too narrow, or not finite; "
                f"give two numbers up to {LARGEST:g}, the smaller one first"
            )

    def __contains__(self, value: float) -> bool:
        """Return whether a value is within the range of the map."""
        return self.low <= value <= self.high


def describe_problem(problem: Any, *parts: object) -> str:
    """Return the `repr` of a problem: its name, a description, its ranges and start."""
    ranges = (f"{c.name} {c.low:g} to {c.high:g}" for c in (problem.x, problem.y))
    return described(problem, repr(problem.name), *parts, *ranges, _start(problem))


def _start(problem: Any) -> str:
    return f"start ({', '.join(f'{value:g}' for value in problem.start)})"


def coordinate(name: str, ends: Any, label: str = "") -> Coordinate:
    """Return a coordinate with a range, given as (low, high).

    Raises:
        SceneError: `ends` is not a range.
    """
    if not (isinstance(ends, Sequence) and len(ends) == 2):
        ends = (ends, None)  # `Coordinate` raises the error
    low, high = ends
    return Coordinate(name, low, high, label)


def check_names(caller: str, names: Any) -> tuple[str, str]:
    """Return the labels of two axes; empty strings for None.

    Raises:
        SceneError: `names` is not a pair of strings.
    """
    if names is None:
        return "", ""
    good = isinstance(names, Sequence) and not isinstance(names, str)
    if not (good and len(names) == 2 and all(isinstance(n, str) for n in names)):
        raise SceneError(
            f"{caller}: names is {quoted(names)}; give two strings, such as "
            '("θ₀", "θ₁")'
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
    """Return a copy of a problem with another range, start or axis labels.

    Arguments that are not given keep their values.

    Args:
        problem: the problem, a dataclass; it is not changed.
        x: the range of the map's x axis, as (low, high).
        y: the range of the map's y axis, as (low, high).
        start: the initial point, as (x, y).
        names: the labels of the x and y axes.

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
    """Return whether a value is a pair of finite numbers."""
    pair = isinstance(value, Sequence) and len(value) == 2
    return pair and all(map(is_number, value))
