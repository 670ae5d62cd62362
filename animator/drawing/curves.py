"""Curves over the steps, growing with the clock, each led by a dot."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.ticker import MaxNLocator

from animator.drawing.polyline import Polyline
from animator.drawing.trail import draw_trails

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from animator.drawing.drawing import Drawing
    from animator.drawing.theme import Theme


def draw_curves(
    ax: Axes,
    values: Sequence[NDArray[np.floating]],
    colors: Sequence[str],
    theme: Theme,
    *,
    hollow: Sequence[bool] | None = None,
) -> Drawing:
    """Draw curves over the steps.

    Args:
        ax: where they lie; its limits over the steps are set.
        values: of each curve (steps + 1,); the first NaN ends it.
        colors: of each curve.
        theme: how they look.
        hollow: which of the curves are double lines; none if not given.
    """
    steps = np.arange(len(values[0]))
    ax.set(xlim=(-0.015 * steps[-1], 1.025 * steps[-1]), xlabel="step")
    ax.xaxis.set_major_locator(MaxNLocator("auto", steps=[1, 2, 5, 10], integer=True))
    ax.grid(color=theme.frame, alpha=0.35, linewidth=0.4 * theme.line_width)
    ax.set_axisbelow(True)
    lines = [
        Polyline(np.column_stack([steps, heights]), color, double)
        for heights, color, double in zip(
            values, colors, hollow or [False] * len(values), strict=True
        )
    ]
    return draw_trails(ax, lines, theme, plain=True)


def limits(curves: Sequence[NDArray[np.floating]], scale: str) -> tuple[float, float]:
    """Return the range that shows all curves, each (steps + 1,).

    A run that diverges does not make the others flat: a curve that ends, or that grows
    ten thousand times as large as is usual, is seen a little farther than the rest.

    Args:
        curves: their values.
        scale: ``"linear"`` or ``"log"``, for which all values are above zero.
    """
    values = np.array(curves, np.float64)
    if not np.isfinite(values).any():
        return 0.1, 1.0
    usual = np.nanmedian(np.abs(values[np.isfinite(values)]))
    wide = 1e4 * max(usual, np.nanmax(np.abs(values[:, 0]), initial=0.0))
    wild = (~(np.abs(values) <= wide)).any(axis=1)
    if scale == "log":
        values = np.log(values)
    calm = np.concatenate([values[~wild].ravel(), values[:, 0]])
    calm = calm[np.isfinite(calm)]
    if not len(calm):
        calm = values[np.isfinite(values)][:1]
    low, high = float(calm.min()), float(calm.max())
    span = high - low or 0.5 * abs(high) or 1.0
    rest = values[np.isfinite(values)].clip(low - 0.5 * span, high + 0.5 * span)
    low, high = float(rest.min()) - 0.06 * span, float(rest.max()) + 0.06 * span
    return (math.exp(low), math.exp(high)) if scale == "log" else (low, high)
