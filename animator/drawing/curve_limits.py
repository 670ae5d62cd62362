"""Chooses the range of values for curves, ignoring those that diverge."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


_OUTLIER = 1e4
"""Curves that grow beyond their usual size by this factor count as diverging."""


_NEAR = 10.0
"""If all curves diverge, the range reaches to this multiple of their first values."""


def limits(
    curves: Sequence[NDArray[np.floating]],
    scale: str,
    diverged: Sequence[bool] = (),
    included: Sequence[float] = (),
) -> tuple[float, float]:
    """Return the range of values for curves, ignoring those of runs that diverge.

    A curve that becomes ten thousand times as large as the typical value of all curves
    counts as diverging. If all curves diverge, the range covers their first values.

    Args:
        curves: the values of each curve (steps + 1,); NaN after the end of a run.
        scale: ``"linear"`` or ``"log"``; the latter cannot show zeros.
        diverged: whether each run diverged; defaults to False for all.
        included: other values that the range must include.
    """
    values = [np.asarray(curve, np.float64) for curve in curves]
    values = [np.where(np.isinf(curve), np.nan, curve) for curve in values]
    chosen = [
        curve
        for curve, is_diverged in zip(
            values, diverged or [False] * len(values), strict=True
        )
        if not is_diverged
    ]
    chosen = _without_outliers(chosen) or _initial_values(values)
    visible = np.concatenate([*chosen, included])
    visible = visible[np.isfinite(visible)]
    if scale == "log":
        visible = np.log(visible[visible > 0])
    if not len(visible):
        return 0.1, 1.0
    low, high = float(visible.min()), float(visible.max())
    span, largest = high - low, max(abs(low), abs(high))
    if span <= max(map(_rounding, curves), default=0.0) * largest:
        span = 0.5 * largest or 1.0
    low, high = low - 0.06 * span, high + 0.06 * span
    if scale == "log":
        low = max(low, math.log(np.finfo(np.float64).tiny))
    return (math.exp(low), math.exp(high)) if scale == "log" else (low, high)


def _rounding(curve: NDArray[np.floating]) -> float:
    """Return by which share the values of a curve may be rounded."""
    return float(np.finfo(curve.dtype).eps) if curve.dtype.kind == "f" else 0.0


def _without_outliers(
    curves: Sequence[NDArray[np.float64]],
) -> list[NDArray[np.float64]]:
    """Return the curves that do not become much larger than usual."""
    known = [curve for curve in curves if not np.isnan(curve).all()]
    peaks = [float(np.nanmax(np.abs(curve))) for curve in known]
    nonzero = sorted(peak for peak in peaks if peak)
    usual = nonzero[(len(nonzero) - 1) // 2 :][:1]  # the lower median
    limit = _OUTLIER * max([*_starts(known), *usual], default=0.0)
    return [
        curve
        for curve, peak in zip(known, peaks, strict=True)
        if math.isfinite(peak) and peak <= limit
    ]


def _initial_values(curves: Sequence[NDArray[np.float64]]) -> list[NDArray[np.float64]]:
    """Return the first values of diverging curves, without large ones."""
    limit = _NEAR * max(_starts(curves), default=0.0)
    return [curve[np.abs(curve) <= limit] for curve in curves]


def _starts(curves: Sequence[NDArray[np.float64]]) -> list[float]:
    """Return the finite first values of curves, as absolute values."""
    return [abs(float(curve[0])) for curve in curves if np.isfinite(curve[0])]
