"""Sets ticks at round numbers, as many as fit without overlap."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.text import Text
from matplotlib.ticker import (
    FixedFormatter,
    FixedLocator,
    MaxNLocator,
    NullFormatter,
    NullLocator,
)

from animator.drawing.text import text_width
from animator.drawing.tick_texts import HAIR, written_ticks

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis

_MOST = 9
"""The most ticks of an axis."""
_APART, _LINE = 1.0, 1.35
"""The space between tick labels side by side, and between lines, in font sizes."""
_LEGIBLE = 10.0
"""The smallest font size, in pixels, with legible exponents."""


def fit_ticks(ax: Axes, *, integer: bool = False, last: float = math.inf) -> None:
    """Set the ticks of both axes to suit the current size of the axes.

    Args:
        ax: the axes, with their final limits.
        integer: whether the ticks of the x axis are integers.
        last: the largest tick of the x axis.
    """
    fit_axis(ax, ax.xaxis, integer=integer, last=last)
    fit_axis(ax, ax.yaxis)


def fit_axis(
    ax: Axes, axis: Axis, *, integer: bool = False, last: float = math.inf
) -> None:
    """Set the ticks of an axis so that their labels do not touch."""
    low, high = sorted(map(float, axis.get_view_interval()))
    high = min(high, last)
    chosen: tuple[list[float], list[str], str] = ([], [], "")
    is_log = axis.get_scale() == "log"
    has_powers = _pixels(ax, axis) >= _LEGIBLE
    for values in _candidates(axis, low, high, integer=integer):
        texts, offset = written_ticks(values, is_log=is_log, has_powers=has_powers)
        if len(values) > len(chosen[0]) and _stand_apart(ax, axis, values, texts):
            chosen = values, texts, offset
            if len(values) >= 3:
                break
    values, texts, offset = chosen
    axis.set_major_locator(FixedLocator(values))
    formatter = FixedFormatter(texts)
    formatter.set_offset_string(offset)
    axis.set_major_formatter(formatter)
    axis.set_minor_formatter(NullFormatter())
    if not is_log or len(values) < 2 or values[1] / values[0] > 10.5:
        axis.set_minor_locator(NullLocator())


def _pixels(ax: Axes, axis: Axis) -> float:
    """Return the font size of an axis, in pixels."""
    figure = ax.get_figure(root=True)
    assert figure is not None
    return float(axis.get_tick_params()["labelsize"]) * figure.dpi / 72


def _candidates(
    axis: Axis, low: float, high: float, *, integer: bool
) -> Iterator[list[float]]:
    """Yield sets of round numbers in a range, larger sets first."""
    if axis.get_scale() == "log":
        yield from _logarithmic(low, high)
        if high > 100 * low:  # evenly spaced ticks would all be at the upper end
            return
    elif axis.get_scale() != "linear":
        yield from _uneven(axis, low, high)
    for count in range(_MOST, 0, -1):
        locator = MaxNLocator(
            count, steps=[1, 2, 5, 10], integer=integer, min_n_ticks=min(2, count)
        )
        yield _within([*map(float, locator.tick_values(low, high))], low, high)
    if axis.get_scale() == "log":
        yield from _uneven(axis, low, high)


def _logarithmic(low: float, high: float) -> Iterator[list[float]]:
    """Yield sets of powers of ten, or, if there are few, of numbers between them."""
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    powers = range(first, last + 1)
    for stride in range(1, 1 + max(1, len(powers) // 3)):
        values = _within([10.0**p for p in powers if p % stride == 0], low, high)
        if len(values) >= 3:
            yield values if len(values) <= _MOST else []
    for digits in ((1, 2, 5), (1, 3), (1,)):
        yield _within([d * 10.0**p for p in powers for d in digits], low, high)
    shown = _within([10.0**p for p in powers], low, high)
    yield from (shown[:: len(shown) - 1] if len(shown) > 1 else [], shown[-1:])


def _uneven(axis: Axis, low: float, high: float) -> Iterator[list[float]]:
    """Yield sets of round numbers that are about evenly spaced on the axes."""
    transform = axis.get_transform()
    first, last = map(float, transform.transform(np.array([low, high])))
    for count in range(_MOST, 1, -1):
        places = np.linspace(first, last, count)
        values = map(float, transform.inverted().transform(places))
        rounded = {_round(value, high - low) for value in values}
        yield _within(sorted(rounded), low, high)


def _round(value: float, span: float) -> float:
    """Round a value to one significant digit, and to zero if it is very small."""
    return 0.0 if abs(value) < 1e-9 * span else float(f"{value:.0e}")


def _within(values: Sequence[float], low: float, high: float) -> list[float]:
    """Return the values in a range, and at its ends those that are just beyond.

    The ends may be rounded to the precision of float32.
    """
    hair = HAIR * (high - low)
    if low > 0:  # also on a logarithmic axis, where the range may be much wider
        hair = min(hair, HAIR * low)
    near = [value for value in values if low - hair <= value <= high + hair]
    return [min(max(value, low), high) for value in near]


def _stand_apart(
    ax: Axes, axis: Axis, values: Sequence[float], texts: Sequence[str]
) -> bool:
    """Return whether there is enough space between tick labels."""
    figure = ax.get_figure(root=True)
    if not values or figure is None:
        return False
    is_x = axis is ax.xaxis
    points = np.column_stack([values, values])
    blended = ax.get_xaxis_transform() if is_x else ax.get_yaxis_transform()
    places = blended.transform(points)[:, 0 if is_x else 1] * 72 / figure.dpi
    size = float(axis.get_tick_params()["labelsize"])
    order = np.argsort(places)
    distances = np.diff(places[order])
    if not is_x:
        return bool((distances >= _LINE * size).all())
    probe = Text(0, 0, "", size=size, figure=figure)
    widths = []
    for text in texts:
        probe.set_text(text)
        widths.append(text_width(probe))
    wide = np.array(widths)[order]
    needed = (wide[1:] + wide[:-1]) / 2 + _APART * size
    return bool((distances >= needed).all())
