"""Horizontal reference lines with labels, such as the bound 2/lr of a curvature."""

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

Lines = Mapping[str, float | Callable[["Trajectory"], float]] | Sequence[Any]
"""Values, or functions of a setting's trajectory; by label or as a list."""


@dataclass(frozen=True, slots=True)
class Level:
    """A reference line: its value, label and colour."""

    value: float
    label: str
    color: str


def check_levels(caller: str, lines: Any, scale: str) -> None:
    """Raise `SceneError` unless reference lines are valid on a scale."""
    if isinstance(lines, str) or not isinstance(lines, Mapping | Sequence):
        raise SceneError(
            f"{caller}: lines are {quoted(lines)}; give numbers by label, such as "
            '{"2/lr": 20.0}'
        )
    labels = list(lines) if isinstance(lines, Mapping) else []
    for label in labels:
        if not isinstance(label, str):
            raise SceneError(f"{caller}: {quoted(label)} is no label; use a text")
    for label, value in _items(lines):
        if not callable(value):
            _check_level(caller, label, value, scale)


def _check_level(caller: str, label: str, value: Any, scale: str) -> None:
    if not is_number(value):
        raise SceneError(
            f"{caller}: line {label!r} is {quoted(value)}; give a finite number"
        )
    if scale == "log" and value <= 0:
        raise SceneError(
            f"{caller}: line {label!r} is at {value:g}, which has no logarithm; give "
            "scale='linear'"
        )


def _items(lines: Lines) -> list[tuple[str, Any]]:
    if isinstance(lines, Mapping):
        return [(label, _plain(value)) for label, value in lines.items()]
    values = map(_plain, lines)
    return [("" if callable(v) else _short(v), v) for v in values]


def _plain(value: Any) -> Any:
    """Convert a tensor or an array of one number to that number."""
    is_single = hasattr(value, "item") and math.prod(value.shape) == 1
    return value.item() if is_single else value


def _short(value: Any) -> str:
    return f"{value:g}" if is_number(value) else quoted(value)


def levels_of(
    lines: Lines, runs: Sequence[Trajectory], theme: Theme, scale: str
) -> list[Level]:
    """Return the reference lines; a function gives a line for each run, in its colour.

    If a function returns the same value for all runs, it gives a single line.

    Raises:
        SceneError: a function does not return a number that the scale can show.
    """
    levels: list[Level] = []
    for label, value in _items(lines):
        if not callable(value):
            levels.append(Level(float(value), label, theme.muted))
            continue
        own = []
        for run in runs:
            found = _plain(value(run))
            _check_level("Series", f"{label} of {run.label}", found, scale)
            own.append(Level(float(found), label, theme.color(run.setting)))
        if len({level.value for level in own}) == 1:
            own = [Level(own[0].value, label, theme.muted)]
        levels += own
    return levels


def draw_levels(ax: Axes, levels: Sequence[Level], theme: Theme) -> None:
    """Draw dashed lines across the axes, each with its label at its left end."""
    for level in levels:
        ax.axhline(
            level.value,
            color=level.color,
            linewidth=0.6 * theme.line_width,
            linestyle=(0, (5, 3)),
            zorder=2,
        )
        ax.annotate(
            sanitize(level.label),
            (0, level.value),
            (0.4 * theme.tick_size, 0.25 * theme.tick_size),
            xycoords=("axes fraction", "data"),
            textcoords="offset points",
            color=level.color,
            size=theme.tick_size,
            zorder=2,
        )
