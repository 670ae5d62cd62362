"""Chooses the range of values that shows all curves but those that diverge."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


_WILD = 1e4
"""A curve that is larger than usual by this factor is ignored in choosing a range."""


_NEAR = 10.0
"""If all curves diverge, their values are shown up to this multiple of the start."""


def limits(
    curves: Sequence[NDArray[np.floating]],
    scale: str,
    diverged: Sequence[bool] = (),
    levels: Sequence[float] = (),
) -> tuple[float, float]:
    """Return the range that shows all curves but those of runs that diverge.

    A curve that becomes ten thousand times as large as usual counts as diverging. If
    all diverge, the range is that of their first values.

    Args:
        curves: their values, each (steps + 1,); NaN after the end of a run.
        scale: ``"linear"`` or ``"log"``, on which zeros cannot be shown.
        diverged: which of the runs diverged; none if not given.
        levels: other values to be shown.
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
    chosen = _without_wild(chosen) or _beginnings(values)
    visible = np.concatenate([*chosen, levels])
    visible = visible[np.isfinite(visible)]
    if scale == "log":
        visible = np.log(visible[visible > 0])
    if not len(visible):
        return 0.1, 1.0
    low, high = float(visible.min()), float(visible.max())
    span = high - low or 0.5 * abs(high) or 1.0
    low, high = low - 0.06 * span, high + 0.06 * span
    return (math.exp(low), math.exp(high)) if scale == "log" else (low, high)


def _without_wild(curves: Sequence[NDArray[np.float64]]) -> list[NDArray[np.float64]]:
    """Return the curves that do not become much larger than usual."""
    known = [curve for curve in curves if not np.isnan(curve).all()]
    peaks = [float(np.nanmax(np.abs(curve))) for curve in known]
    nonzero = sorted(peak for peak in peaks if peak)
    usual = nonzero[(len(nonzero) - 1) // 2 :][:1]  # the median, or the one below it
    limit = _WILD * max([*_starts(known), *usual], default=0.0)
    return [
        curve
        for curve, peak in zip(known, peaks, strict=True)
        if math.isfinite(peak) and peak <= limit
    ]


def _beginnings(curves: Sequence[NDArray[np.float64]]) -> list[NDArray[np.float64]]:
    """Return the first values of curves that all diverge, the large ones left out."""
    limit = _NEAR * max(_starts(curves), default=0.0)
    return [curve[np.abs(curve) <= limit] for curve in curves]


def _starts(curves: Sequence[NDArray[np.float64]]) -> list[float]:
    """Return the absolute first values of curves, those that are finite."""
    return [abs(float(curve[0])) for curve in curves if np.isfinite(curve[0])]
