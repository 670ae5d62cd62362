"""Labelled horizontal reference lines, such as the bound 2/lr of the sharpness."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from animator.base.checks import is_number, quoted
from animator.base.errors import SceneError
from animator.drawing.text import sanitize

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from animator.drawing.theme import Theme
    from animator.experiments.trajectory import Trajectory

ReferenceLines = Mapping[str, float | Callable[["Trajectory"], float]] | Sequence[Any]
"""Values, or functions of a setting's trajectory; by label or as a list."""


@dataclass(frozen=True, slots=True)
class ReferenceLine:
    """A reference line: its value, label and colour."""

    value: float
    label: str
    color: str


def check_reference_lines(caller: str, lines: Any, scale: str) -> None:
    """Raise `SceneError` unless reference lines are valid on a scale."""
    if isinstance(lines, str) or not isinstance(lines, Mapping | Sequence):
        raise SceneError(
            f"{caller}: lines are {quoted(lines)}; give numbers by label, such as "
            '{"2/lr": 20.0}'
        )
    labels = list(lines) if isinstance(lines, Mapping) else []
    for label in labels:
        if not isinstance(label, str):
            raise SceneError(f"{caller}: {quoted(label)} is not a label; use a text")
    for label, value in _items(lines):
        if not callable(value):
            _check_value(caller, label, value, scale)


def _check_value(caller: str, label: str, value: Any, scale: str) -> None:
    if not is_number(value):
        raise SceneError(
            f"{caller}: line {label!r} is {quoted(value)}; give a finite number"
        )
    if scale == "log" and value <= 0:
        raise SceneError(
            f"{caller}: line {label!r} is at {value:g}, which has no logarithm; give "
            "scale='linear'"
        )


def _items(lines: ReferenceLines) -> list[tuple[str, Any]]:
    if isinstance(lines, Mapping):
        return [(label, _to_number(value)) for label, value in lines.items()]
    values = map(_to_number, lines)
    return [("" if callable(v) else _short(v), v) for v in values]


def _to_number(value: Any) -> Any:
    """Convert a tensor or an array of one number to that number."""
    is_single = hasattr(value, "item") and math.prod(value.shape) == 1
    return value.item() if is_single else value


def _short(value: Any) -> str:
    return f"{value:g}" if is_number(value) else quoted(value)


def reference_lines(
    lines: ReferenceLines, runs: Sequence[Trajectory], theme: Theme, scale: str
) -> list[ReferenceLine]:
    """Return the reference lines; a function gives a line for each run, in its colour.

    If a function returns the same value for all runs, it gives a single line.

    Raises:
        SceneError: a function does not return a number that the scale can show.
    """
    drawn: list[ReferenceLine] = []
    for label, value in _items(lines):
        if not callable(value):
            drawn.append(ReferenceLine(float(value), label, theme.muted))
            continue
        own = []
        for run in runs:
            found = _to_number(value(run))
            _check_value("Series", f"{label} of {run.label}", found, scale)
            own.append(ReferenceLine(float(found), label, theme.color(run.setting)))
        if len({line.value for line in own}) == 1:
            own = [ReferenceLine(own[0].value, label, theme.muted)]
        drawn += own
    return drawn


def draw_reference_lines(
    ax: Axes, lines: Sequence[ReferenceLine], theme: Theme
) -> None:
    """Draw dashed lines across the axes, each with its label at its left end."""
    for line in lines:
        ax.axhline(
            line.value,
            color=line.color,
            linewidth=0.6 * theme.line_width,
            linestyle=(0, (5, 3)),
            zorder=2,
        )
        ax.annotate(
            sanitize(line.label),
            (0, line.value),
            (0.4 * theme.tick_size, 0.25 * theme.tick_size),
            xycoords=("axes fraction", "data"),
            textcoords="offset points",
            color=line.color,
            size=theme.tick_size,
            zorder=2,
        )
