"""Formats losses with as many digits as needed to show that they change."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

DIGITS, _MOST = 3, 12
"""The usual and the largest number of significant digits."""
_LARGE = 6
"""The most digits before the decimal point; larger numbers have an exponent."""


def format_number(value: float, digits: int = DIGITS) -> str:
    """Format a number with some significant digits, such as 0.503 or 3.42e-4.

    Integer parts of up to six digits are always written out, even if they have more
    than the given number of digits.
    """
    if math.isnan(value):
        return "–"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    sign = "−" if value < 0 else ""
    mantissa, exponent = f"{abs(value):.{digits - 1}e}".split("e")
    power = int(exponent)
    if value and not -3 <= power < max(_LARGE, digits):
        return f"{sign}{mantissa}e{power}"
    return f"{sign}{abs(value):.{max(digits - 1 - power, 0) if value else digits - 1}f}"


def digits_needed(series: Iterable[NDArray[np.floating]]) -> int:
    """Return the number of significant digits that show how values change.

    It is three, or more if the values of a series are nearly the same, so that a change
    by a hundredth of their range is visible.
    """
    needed = DIGITS
    for values in series:
        known = values[np.isfinite(values)].astype(np.float64)
        most = float(np.finfo(values.dtype).precision) + 2 if len(known) else 0
        spread = float(np.ptp(known)) if len(known) else 0.0
        if spread > 0:
            ratio = float(np.abs(known).max()) / spread
            needed = max(needed, min(math.floor(math.log10(ratio)) + 3, int(most)))
    return min(needed, _MOST)
