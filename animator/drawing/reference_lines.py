"""Labelled horizontal reference lines, such as the bound 2/lr of the sharpness."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from matplotlib.transforms import Bbox

from animator.base.checks import is_number, quoted
from animator.base.errors import SceneError
from animator.drawing.drawing import Drawing
from animator.drawing.room import axes_box
from animator.drawing.text import Label, fit_text, text_rise, text_width

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
) -> Drawing:
    """Draw dashed lines across the axes; return what puts their names beside them."""
    names = []
    for line in lines:
        ax.axhline(
            line.value,
            color=line.color,
            linewidth=0.6 * theme.line_width,
            linestyle=(0, (5, 3)),
            zorder=2,
        )
        name = Label(line.label, color=line.color, size=theme.tick_size, zorder=2)
        ax.add_artist(name)
        names.append((line.value, name))
    names.sort(key=lambda pair: pair[0])
    return Drawing(fit=lambda: _place_names(ax, names, 0.4 * theme.tick_size))


def _place_names(ax: Axes, names: Sequence[tuple[float, Label]], away: float) -> None:
    """Put names above the left ends of their lines, or beside names that are there.

    Args:
        ax: where the lines are.
        names: each line's height and its name, the lowest first.
        away: how far the names are from the side, and from each other, in points.
    """
    left, _, width, _ = axes_box(ax)
    taken: list[Bbox] = []
    for value, name in names:
        fit_text(name, width - 2 * away)
        name.set_visible(bool(name.full))
        name.omission = ""
        base = _height_of(ax, value) + 0.6 * away
        rise, drop = text_rise(name)
        base += max(0.0, drop - 0.3 * name.full_size)
        x, wide = left + away, text_width(name)
        box = Bbox.from_extents(x, base - drop, x + wide, base + rise)
        for other in sorted(taken, key=lambda each: each.x0):
            if box.overlaps(other):
                box = box.translated(other.x1 + away - box.x0, 0)
        if box.x1 > left + width:
            name.set_visible(False)
            name.omission = f"the name of the line {quoted(name.full)} has no room"
            name.advice = "fewer lines"
        elif name.full:
            name.place(box.x0, base)
            taken.append(box)


def _height_of(ax: Axes, value: float) -> float:
    """Return how high a value is in the picture, in points."""
    figure = ax.get_figure(root=True)
    assert figure is not None
    return float(ax.transData.transform((0.0, value))[1]) * 72 / figure.dpi
