"""Draws curves over the steps, each with a dot at the current step."""

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
"""A diverging curve ends when it is off the axes by this multiple of their height."""
_MOST_LABELS = 0.75
"""The largest fraction of the axes for labels beside the last step."""


@dataclass(frozen=True, slots=True)
class Curve:
    """A curve over the steps.

    Attributes:
        values: the values at each step (steps + 1,). NaN between two values stands for
            a straight line, and an infinite value for a gap.
        color: the colour of the curve.
        diverged: whether the run diverged; the choice of the range then ignores the
            curve.
        hollow: whether to colour only the edges of the line.
        dashed: whether the line is dashed and has no marker.
        dash: the length of dashes, in line widths; 0 for a solid line.
        at: the horizontal positions (steps + 1,); default to the numbers of the steps.
        band: the lower and the upper end of a band around the curve, each
            (steps + 1,).
        owner: the label of the setting that the curve belongs to, if any.
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
    included: Sequence[float] = (),
    label_width: float = 0.0,
) -> Drawing:
    """Draw curves over the steps, or over other values.

    On a logarithmic scale, a zero is a gap and a triangle on the lower border.

    Args:
        ax: the axes, whose scales and limits are set.
        curves: the curves; on a logarithmic scale, no value may be negative.
        theme: colours and sizes.
        scale: the scale of the values, ``"linear"`` or ``"log"``.
        zero_key: the explanation of the triangles in the key.
        xscale: the scale of the horizontal axis; a logarithmic one omits step 0.
        xlabel: the label of the horizontal axis.
        included: other values that the range must include.
        label_width: the space to the right of the last step, in points; only on a
            linear horizontal axis.
    """
    span = _y_limits(ax, curves, scale, included)
    ax.set(xscale=xscale, yscale=scale, ylim=span, xlabel=xlabel)
    _set_x_range(ax, curves, xscale)
    ax.grid(color=theme.frame, alpha=0.35, linewidth=0.4 * theme.line_width)
    ax.set_axisbelow(True)
    curves = [replace(c, values=interpolated(c.values, scale)) for c in curves]
    heights = [_heights(curve, scale, span) for curve in curves]
    lines = [
        _polyline(curve, height, scale, xscale)
        for curve, height in zip(curves, heights, strict=True)
    ]
    bands = _bands(ax, curves, scale, xscale)
    drawing = draw_trails(ax, lines, theme, plain=True, bands=bands)
    has_zero = scale == "log" and any(np.isneginf(height).any() for height in heights)

    def fit() -> None:
        last = (
            _reserve_label_width(ax, curves, label_width) if label_width else math.inf
        )
        fit_ticks(ax, integer=not any(c.at is not None for c in curves), last=last)

    return replace(drawing, key=[zero_key] if has_zero else [], fit=fit)


def _y_limits(
    ax: Axes, curves: Sequence[Curve], scale: str, included: Sequence[float]
) -> tuple[float, float]:
    """Return the limits of the vertical axis; several stages may share them."""
    fixed = room_of(ax).fixed
    if fixed is not None and fixed.limits is not None:
        return fixed.limits[1]
    ends = [end for curve in curves for end in curve.band or ()]
    diverged = [curve.diverged for curve in curves] + [False] * len(ends)
    shown = [curve.values for curve in curves] + ends
    return limits(shown, scale, diverged, included)


def _polyline(
    curve: Curve, height: NDArray[np.floating], scale: str, xscale: str
) -> Polyline:
    """Return the polyline of a curve with some heights (steps + 1,)."""
    return Polyline(
        np.column_stack([_x_positions(curve, xscale), height]),
        curve.color,
        hollow=curve.hollow,
        dashed=curve.dashed,
        dash=curve.dash,
        has_marks=scale == "log",
        owner=curve.owner,
    )


def _bands(ax: Axes, curves: Sequence[Curve], scale: str, xscale: str) -> list[Band]:
    """Return the bands of the curves that have one."""
    bands = []
    for curve in curves:
        if curve.band is not None:
            low, high = (interpolated(end, scale) for end in curve.band)
            if xscale == "log":  # a logarithmic axis cannot show step 0
                low[0] = np.nan
            bands.append(Band(ax, low, high, curve.color, curve.owner))
    return bands


def interpolated(values: NDArray[np.floating], scale: str) -> NDArray[np.float64]:
    """Return values (steps + 1,) with missing values between others interpolated.

    The interpolation is linear on the scale, ``"linear"`` or ``"log"``. Values before
    the first and after the last known value stay NaN.
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


def _x_positions(curve: Curve, xscale: str) -> NDArray[np.float64]:
    """Return the horizontal positions of a curve (steps + 1,)."""
    if curve.at is not None:
        return interpolated(curve.at, xscale)
    steps = np.arange(len(curve.values), dtype=np.float64)
    if xscale == "log":
        steps[0] = np.nan
    return steps


def _set_x_range(ax: Axes, curves: Sequence[Curve], xscale: str) -> None:
    """Choose the range of the horizontal axis, with integer ticks for steps."""
    places = [curve.at for curve in curves if curve.at is not None]
    if places:
        ax.set_xlim(limits(places, xscale, [curve.diverged for curve in curves]))
        return
    last = len(curves[0].values) - 1
    if xscale == "log":
        ax.set_xlim(0.94, max(1.06 * last, 2.0))
        return
    ax.set_xlim(-0.015 * last, 1.025 * last)


def _reserve_label_width(ax: Axes, curves: Sequence[Curve], width: float) -> float:
    """Reserve a width in points to the right of the last step; return the last step.

    The range of the axis then reaches beyond the last step, so that axes of panels in
    one column have the same right edge.
    """
    last = float(len(curves[0].values) - 1)
    low = -0.015 * last
    share = min(width / max(axes_box(ax)[2], 1.0), _MOST_LABELS)
    ax.set_xlim(low, (last - share * low) / (1 - share))
    # The axis ends at the last step, and its label is centred below it.
    ax.spines["bottom"].set_bounds(low, last)
    ax.xaxis.label.set_x(0.5 * (1 - share))
    return last


def _heights(
    curve: Curve, scale: str, span: tuple[float, float]
) -> NDArray[np.float64]:
    """Return the heights at which to draw a curve (steps + 1,).

    An infinite height is a gap: at a zero on a logarithmic scale, and after a diverging
    run went far beyond the range `span`. The curve then leaves the picture once, and
    does not cross it at every step.
    """
    heights = curve.values.astype(np.float64)
    with np.errstate(divide="ignore"):
        places = np.log(heights) if scale == "log" else heights
        low, high = np.log(span) if scale == "log" else span
    if scale == "log":
        heights[heights == 0] = -np.inf
    places = (places - low) / (high - low)  # 0 to 1 within the axes
    is_far = np.isfinite(heights) & (np.abs(places) > _FAR)
    if curve.diverged and is_far.any():
        later = np.arange(len(heights)) > is_far.argmax()
        heights[later & (places > 1)] = np.inf
        heights[later & (places < 0)] = -np.inf
    return heights
