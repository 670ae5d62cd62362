"""Predicts each value of a table from the values before it, to compress the table.

Each value is predicted by the rule that was best for its neighbours (as in Wu and
Memon, CALIC, 1997). Reader and writer compute with float64 in the same order, so that
their predictions are equal bit for bit.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

RULES = (
    ((0, -1, 1),),
    ((-1, 0, 1),),
    ((0, -1, 2), (0, -2, -1)),
    ((-1, 0, 2), (-2, 0, -1)),
    ((0, -1, 1), (-1, 0, 1), (-1, -1, -1)),
    ((0, -1, 3), (0, -2, -3), (0, -3, 1)),
    ((-1, 0, 3), (-2, 0, -3), (-3, 0, 1)),
)
"""Each rule is a weighted sum of values at offsets (row, column)."""
NEIGHBORS = ((0, -1), (-1, 0), (-1, -1), (-1, 1))
"""The offsets (row, column) of the neighbours that decide which rule is best."""


def predict(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the predictions (H, W) of values (H, W)."""
    known = values.astype(np.float64)
    with np.errstate(invalid="ignore", over="ignore"):
        guesses = np.stack([_guess(known, rule) for rule in RULES])
        errors = np.abs(guesses - known)
        errors[np.isnan(errors)] = np.inf
        costs = sum(_shifted(errors, *place, outside=0.0) for place in NEIGHBORS)
        costs = np.where(np.isnan(guesses), np.inf, costs)
        best = np.argmin(costs, axis=0)
        chosen = np.take_along_axis(guesses, best[None], axis=0)[0]
        return np.asarray(np.where(np.isnan(chosen), 0, chosen), np.float32)


def _guess(
    known: NDArray[np.float64], rule: tuple[tuple[int, int, int], ...]
) -> NDArray[np.float64]:
    """Return the predictions (H, W) of a rule; NaN where it leaves the table."""
    total = np.zeros(known.shape)
    for row, column, weight in rule:
        total = total + weight * _shifted(known, row, column, outside=np.nan)
    return total


def _shifted(
    values: NDArray[np.float64], row: int, column: int, *, outside: float
) -> NDArray[np.float64]:
    """Return tables (…, H, W) shifted by an offset, with a value for the outside."""
    height, width = values.shape[-2:]
    found = np.full_like(values, outside)
    left, right = max(0, -column), width - max(0, column)
    if left < right and -row < height:
        found[..., -row:, left:right] = values[
            ..., : height + row, left + column : right + column
        ]
    return found
