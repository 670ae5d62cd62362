"""Curves over the steps, growing with the clock, each led by a dot."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from animator.drawing.band import Band
from animator.drawing.curve_limits import limits
from animator.drawing.drawing import Drawing
from animator.drawing.polyline import Polyline
from animator.drawing.room import axes_box, room_of
from animator.drawing.ticks import fit_ticks
from animator.drawing.trail import draw_trails

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from animator.drawing.theme import Theme

_FAR = 10.0
"""Heights of the picture beyond which a diverging curve is no longer drawn."""
_MOST_LABELS = 0.75
"""The largest share of the axes that labels beside the last step may have."""


@dataclass(frozen=True, slots=True)
class Curve:
    """A curve over the steps.

    Attributes:
        values: at each step (steps + 1,). Those between two that are known may be NaN:
            the curve is straight there. Where one is infinite, it has a gap.
        color: of the curve.
        diverged: whether the run diverged; such a curve is ignored when a range is
            chosen.
        hollow: whether only the sides of the line have the colour.
        dashed: whether it is a dashed line, without a marker.
        dash: how long its dashes are, in widths of the line; 0 for none.
        at: where the values lie on the horizontal axis (steps + 1,); at the number of
            their step if not given.
        band: the lower and the upper end of a band around it, each (steps + 1,).
        owner: the label of the setting that it belongs to, if it is one.
    """

    values: NDArray[np.floating]
    color: str
    diverged: bool = False
    hollow: bool = False
    dashed: bool = False
    dash: float = 0.0
    at: NDArray[np.floating] | None = None
    band: tuple[NDArray[np.floating], NDArray[np.floating]] | None = None
    owner: str = ""


def draw_curves(
    ax: Axes,
    curves: Sequence[Curve],
    theme: Theme,
    *,
    scale: str = "linear",
    zero_key: str = "▼ zero",
    xscale: str = "linear",
    xlabel: str = "step",
    levels: Sequence[float] = (),
    label_width: float = 0.0,
) -> Drawing:
    """Draw curves over the steps, or over other values.

    On a logarithmic scale a zero leaves a gap, and a triangle on the lower border.

    Args:
        ax: where they lie; its scale and its limits are set.
        curves: what to draw; no value is negative if the scale is logarithmic.
        theme: colours and sizes.
        scale: of the values, ``"linear"`` or ``"log"``.
        zero_key: the meaning of these triangles, for the key.
        xscale: of the horizontal axis; on a logarithmic one, step 0 is left out.
        xlabel: its name.
        levels: values that the range shows besides those of the curves.
        label_width: room to the right of the last step, in points; on a linear
            horizontal axis only.
    """
    span = _limits_up(ax, curves, scale, levels)
    ax.set(xscale=xscale, yscale=scale, ylim=span, xlabel=xlabel)
    _limit_across(ax, curves, xscale)
    ax.grid(color=theme.frame, alpha=0.35, linewidth=0.4 * theme.line_width)
    ax.set_axisbelow(True)
    curves = [replace(c, values=bridged(c.values, scale)) for c in curves]
    heights = [_heights(curve, scale, span) for curve in curves]
    lines = [
        _line(curve, height, scale, xscale)
        for curve, height in zip(curves, heights, strict=True)
    ]
    bands = _bands(ax, curves, scale, xscale)
    drawing = draw_trails(ax, lines, theme, plain=True, bands=bands)
    has_zero = scale == "log" and any(np.isneginf(height).any() for height in heights)

    def fit() -> None:
        last = _limit_labelled(ax, curves, label_width) if label_width else math.inf
        fit_ticks(ax, integer=not any(c.at is not None for c in curves), last=last)

    return replace(drawing, key=[zero_key] if has_zero else [], fit=fit)


def _limits_up(
    ax: Axes, curves: Sequence[Curve], scale: str, levels: Sequence[float]
) -> tuple[float, float]:
    """Return the limits of the vertical axis, which several stages may share."""
    fixed = room_of(ax).fixed
    if fixed is not None and fixed.limits is not None:
        return fixed.limits[1]
    ends = [end for curve in curves for end in curve.band or ()]
    diverged = [curve.diverged for curve in curves] + [False] * len(ends)
    shown = [curve.values for curve in curves] + ends
    return limits(shown, scale, diverged, levels)


def _line(
    curve: Curve, height: NDArray[np.floating], scale: str, xscale: str
) -> Polyline:
    """Return the line of a curve at some heights (steps + 1,)."""
    return Polyline(
        np.column_stack([_across(curve, xscale), height]),
        curve.color,
        hollow=curve.hollow,
        dashed=curve.dashed,
        dash=curve.dash,
        has_marks=scale == "log",
        owner=curve.owner,
    )


def _bands(ax: Axes, curves: Sequence[Curve], scale: str, xscale: str) -> list[Band]:
    """Return the bands of those curves that have one."""
    bands = []
    for curve in curves:
        if curve.band is not None:
            low, high = (bridged(end, scale) for end in curve.band)
            if xscale == "log":  # step 0 has no place there
                low[0] = np.nan
            bands.append(Band(ax, low, high, curve.color, curve.owner))
    return bands


def bridged(values: NDArray[np.floating], scale: str) -> NDArray[np.float64]:
    """Return values (steps + 1,) with those that were not measured between others.

    They lie on a line that is straight on the scale, ``"linear"`` or ``"log"``. Before
    the first and after the last value they stay NaN.
    """
    filled = values.astype(np.float64)
    known = np.flatnonzero(~np.isnan(filled))
    missing = np.flatnonzero(np.isnan(filled))
    if not len(known):
        return filled
    missing = missing[(missing > known[0]) & (missing < known[-1])]
    with np.errstate(divide="ignore", invalid="ignore"):
        heights = np.log(filled[known]) if scale == "log" else filled[known]
        between = np.interp(missing, known, heights)
        filled[missing] = np.exp(between) if scale == "log" else between
    beside_gap = missing[np.isnan(filled[missing])]
    filled[beside_gap] = 0.0 if scale == "log" else np.inf
    return filled


def _across(curve: Curve, xscale: str) -> NDArray[np.float64]:
    """Return where the values of a curve lie on the horizontal axis (steps + 1,)."""
    if curve.at is not None:
        return bridged(curve.at, xscale)
    steps = np.arange(len(curve.values), dtype=np.float64)
    if xscale == "log":
        steps[0] = np.nan
    return steps


def _limit_across(ax: Axes, curves: Sequence[Curve], xscale: str) -> None:
    """Choose the range of the horizontal axis, and whole numbers for steps."""
    places = [curve.at for curve in curves if curve.at is not None]
    if places:
        ax.set_xlim(limits(places, xscale, [curve.diverged for curve in curves]))
        return
    last = len(curves[0].values) - 1
    if xscale == "log":
        ax.set_xlim(0.94, max(1.06 * last, 2.0))
        return
    ax.set_xlim(-0.015 * last, 1.025 * last)


def _limit_labelled(ax: Axes, curves: Sequence[Curve], width: float) -> float:
    """Leave a width in points free to the right of the last step; return its number.

    The range of the axis reaches beyond the last step, so that panels which stand above
    each other end at the same place.
    """
    last = float(len(curves[0].values) - 1)
    low = -0.015 * last
    share = min(width / max(axes_box(ax)[2], 1.0), _MOST_LABELS)
    ax.set_xlim(low, (last - share * low) / (1 - share))
    return last


def _heights(
    curve: Curve, scale: str, span: tuple[float, float]
) -> NDArray[np.float64]:
    """Return the heights at which a curve is drawn (steps + 1,).

    They are infinite where it has a gap: at a zero on a logarithmic scale, and after a
    diverging run went far beyond the range `span`, so that it leaves the picture once
    and does not cross it at every step.
    """
    heights = curve.values.astype(np.float64)
    with np.errstate(divide="ignore"):
        places = np.log(heights) if scale == "log" else heights
        low, high = np.log(span) if scale == "log" else span
    if scale == "log":
        heights[heights == 0] = -np.inf
    places = (places - low) / (high - low)  # 0 to 1 in the picture
    is_far = np.isfinite(heights) & (np.abs(places) > _FAR)
    if curve.diverged and is_far.any():
        later = np.arange(len(heights)) > is_far.argmax()
        heights[later & (places > 1)] = np.inf
        heights[later & (places < 0)] = -np.inf
    return heights
