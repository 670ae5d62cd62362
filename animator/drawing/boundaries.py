"""Finds the lines between regions of a plane on a grid, and refines them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import contourpy
import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

_HALVINGS = 8
"""The number of bisections, each of which halves the error of a line."""


def boundaries(
    x: Numbers,
    y: Numbers,
    ahead: Numbers,
    evaluate: Callable[[Numbers], Numbers] | None = None,
) -> list[Numbers]:
    """Return the boundary lines of classes, each (K, 2).

    Args:
        x: the grid's x coordinates (N,), evenly spaced.
        y: the grid's y coordinates (M,), evenly spaced.
        ahead: the margin of each class over the others at each grid point (M · N, C).
        evaluate: returns the margins (K, C) at any points (K, 2). If given, the lines
            are refined by bisection along the edges of the grid's cells; otherwise,
            those of a discontinuous function would have steps.
    """
    count = ahead.shape[1]
    lines: list[Any] = []
    for index in range(count) if count > 2 else [1]:  # both share one
        masked = np.ma.masked_invalid(ahead[:, index].reshape(len(y), len(x)))
        found = contourpy.contour_generator(x, y, masked).lines(0.0)
        found = [np.asarray(line) for line in found]
        if evaluate is not None and found:
            found = _bisected(found, (x, y), evaluate, index)
        lines += found
    return lines


def _bisected(
    lines: list[Numbers],
    grid: tuple[Numbers, Numbers],
    evaluate: Callable[[Numbers], Numbers],
    index: int,
) -> list[Numbers]:
    """Return lines whose points are the sign changes of one column of a function.

    Each point lies on the edge of a cell, so one of its coordinates is the grid's.
    """
    places = np.concatenate(lines)
    origin = np.array([axis[0] for axis in grid])
    spacing = np.array([axis[1] - axis[0] for axis in grid])
    cells = (places - origin) / spacing
    is_between = np.abs(cells - np.round(cells)) > 1e-9
    low = origin + spacing * np.where(is_between, np.floor(cells), np.round(cells))
    high = origin + spacing * np.where(is_between, np.ceil(cells), np.round(cells))
    is_above = evaluate(low)[:, index] > 0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        same = (evaluate(middle)[:, index] > 0) == is_above
        low = np.where(same[:, None], middle, low)
        high = np.where(same[:, None], high, middle)
    ends = np.cumsum([len(line) for line in lines])[:-1]
    return np.split((low + high) / 2, ends)
