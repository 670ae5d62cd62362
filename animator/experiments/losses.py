"""Evaluates a problem's loss at points of the map, in batches of bounded size."""

from __future__ import annotations

import warnings
from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray

from animator.base.seeding import seeded
from animator.problems import Batched, CostlyMap, Problem, drawn_dtype

CHUNK = 4096
"""Grid points evaluated at once; larger batches would exceed the CPU cache."""
_FEW = 128
"""The same for slow losses."""
_MOST_LOSSES = 1 << 24
"""The maximum number of losses of single data points evaluated at once."""


def losses_along(problem: Problem, params: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return the loss (M,) at drawn params (M, 2); NaN where these are not finite."""
    known = np.isfinite(params).all(axis=1)
    losses = np.full(len(params), np.nan)
    with seeded():
        losses[known] = losses_at(problem, params[known, 0], params[known, 1])
    return losses


def section(
    problem: Problem, axis: int, at: NDArray[np.float64], place: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the loss (M,) along one axis at coordinates (M,), through a point (2,)."""
    columns = [np.full(len(at), value) for value in place]
    columns[axis] = at
    return losses_at(problem, *columns)


def losses_at(
    problem: Problem, x: NDArray[np.floating], y: NDArray[np.floating]
) -> NDArray[np.float64]:
    """Return the loss (M,) at x (M,) and y (M,), computed in the problem's dtype."""
    return _losses(problem, x, y, drawn_dtype(problem))


def _losses(
    problem: Problem,
    x: NDArray[np.floating],
    y: NDArray[np.floating],
    dtype: torch.dtype,
) -> NDArray[np.float64]:
    with torch.no_grad():
        losses = problem.losses(
            torch.from_numpy(np.ascontiguousarray(x)).to(dtype),
            torch.from_numpy(np.ascontiguousarray(y)).to(dtype),
        )
    return np.asarray(losses.detach().cpu().double().numpy())


def losses_on_grid(
    problem: Problem,
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    progress: Callable[[int], None] | None,
) -> NDArray[np.float64]:
    """Evaluate the loss (H, W) at x (W,) and y (H,), in batches of bounded size."""
    loss = np.empty(len(y) * len(x))
    dtype = drawn_dtype(problem)
    with torch.no_grad(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "There is a performance drop")  # from vmap
        size = problem.size if isinstance(problem, Batched) else 1
        most = _FEW if isinstance(problem, CostlyMap) else CHUNK
        chunk = max(1, min(most, _MOST_LOSSES // size))
        for first in range(0, len(loss), chunk):
            row, column = np.divmod(
                np.arange(first, min(first + chunk, len(loss))), len(x)
            )
            loss[first : first + chunk] = _losses(problem, x[column], y[row], dtype)
            if progress is not None:
                progress(len(row))
    return loss.reshape(len(y), len(x))
