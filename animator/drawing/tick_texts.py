"""Writes the numbers of ticks with no more digits than it takes to tell them apart."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

HAIR = 1e-6
"""A share of a range that is not seen."""
_LONGEST = 8
"""Characters of a number beyond which an offset is split off."""


def tick_texts(values: Sequence[float]) -> tuple[list[str], str]:
    """Return how round numbers are written, and what is split off from all of them."""
    return written_ticks(values, is_log=False, has_powers=True)


def written_ticks(
    values: Sequence[float], *, is_log: bool, has_powers: bool
) -> tuple[list[str], str]:
    """Return how numbers are written, and what is split off from all of them."""
    if not values:
        return [], ""
    powers = [round(math.log10(v)) for v in values if _is_power(v)] if is_log else []
    if len(values) > 1 and len(set(powers)) == len(values):
        if min(values) < 1e-2 or max(values) > 1e3:
            if not has_powers:
                return [_minus(f"1e{power}") for power in powers], ""
            return [f"$\\mathdefault{{10^{{{power}}}}}$" for power in powers], ""
        return [_minus(f"{value:g}") for value in values], ""
    if is_log and max(values) >= 3 * min(values) and 1e-4 < min(values) < 1e5:
        return [f"{value:g}" for value in values], ""
    gaps = np.diff(sorted(values))
    step = float(gaps.min()) if len(gaps) else abs(values[0]) or 1.0
    texts = _written(values, step)
    is_narrow = not is_log or max(values) < 1.1 * min(values)
    if max(map(len, texts)) > _LONGEST and is_narrow and len(values) > 1:
        offset = float(f"{values[0]:.{_shared_digits(values)}g}")
        rest = [value - offset for value in values]
        sign = "+" if offset > 0 else "−"
        texts = _written(rest, step)
        return texts, f"{sign}{_written([abs(offset)], abs(offset))[0]}"
    return texts, ""


def _is_power(value: float) -> bool:
    """Return whether a number is a power of ten."""
    nearest = 10.0 ** round(math.log10(value)) if value > 0 else 0.0
    return value > 0 and math.isclose(value, nearest, rel_tol=2 * HAIR)


def _shared_digits(values: Sequence[float]) -> int:
    """Return how many leading digits numbers that are nearly the same share."""
    ratio = max(map(abs, values)) / (max(values) - min(values))
    return max(1, math.floor(math.log10(ratio)))


def _written(values: Sequence[float], step: float) -> list[str]:
    """Write numbers that are some step apart, with no more digits than needed."""
    most = max(map(abs, values))
    if not _is_even(values):
        return [_alone(value, is_scientific=not 1e-3 <= most < 1e6) for value in values]
    power = math.floor(math.log10(step) + 1e-9) if step else 0
    if most and (most >= 1e6 or most < 1e-3 or power < -4):
        return [_scientific(value, power) for value in values]
    decimals = max(0, -power)
    if any(not math.isclose(round(v, decimals), v, abs_tol=step / 50) for v in values):
        decimals += 1
    return [_minus(f"{round(value, decimals) + 0.0:.{decimals}f}") for value in values]


def _is_even(values: Sequence[float]) -> bool:
    """Return whether numbers in ascending order are the same step apart."""
    gaps = np.diff(values)
    return len(gaps) < 2 or bool(gaps.max() < 1.02 * gaps.min())


def _alone(value: float, *, is_scientific: bool) -> str:
    """Write a round number with no more digits than it needs by itself."""
    if not value:
        return "0"
    power = math.floor(math.log10(abs(value)) + 1e-9)
    if is_scientific or power < -4:
        return _scientific(value, power - 1)
    return _minus(f"{float(f'{value:.3g}'):f}".rstrip("0").rstrip("."))


def _scientific(value: float, power: int) -> str:
    """Write a number with a power of ten, to the digit that a power names."""
    if abs(value) < 10.0**power / 2:
        return "0"
    digits = max(0, math.floor(math.log10(abs(value)) + 1e-9) - power)
    mantissa, exponent = f"{value:.{min(digits, 12)}e}".split("e")
    if "." in mantissa:
        mantissa = mantissa.rstrip("0").rstrip(".")
    return _minus(f"{mantissa}e{int(exponent)}")


def _minus(text: str) -> str:
    return text.replace("-", "−")
