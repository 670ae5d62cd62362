"""Ranges of axes that suit what is drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_FAR = 1.0
"""How far off the map, in its widths, a path may lead and still be made to fit."""


def fit_range(
    low: float, high: float, values: NDArray[np.floating]
) -> tuple[float, float]:
    """Return the range of a coordinate in which its values on all paths fit.

    Args:
        low: the smallest value on the problem's map.
        high: the largest one.
        values: those of all paths (M,); those too far off the map do not count.
    """
    margin = _FAR * (high - low)
    values = values.astype(np.float64)
    near = values[(values >= low - margin) & (values <= high + margin)]
    if not len(near):
        return low, high
    room = 0.12 * (np.ptp(near) or margin / 10)
    return float(near.min() - room), float(near.max() + room)
