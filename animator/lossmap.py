"""The loss of a problem on a grid over its two drawn coordinates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from animator.errors import SceneError
from animator.problems import Problem

CHUNK = 4096
"""Grid points evaluated at once: enough to be fast, few enough to stay in cache."""


@dataclass(frozen=True, slots=True)
class LossMap:
    """The loss on a grid; `loss[i, j]` is taken at `(x[j], y[i])`."""

    x: NDArray[np.float64]  # (W,)
    y: NDArray[np.float64]  # (H,)
    loss: NDArray[np.float64]  # (H, W)
    minimum: tuple[float, float, float]
    """x, y and loss of the lowest point, found between the grid's points too."""


def loss_map(problem: Problem, points: int = 101) -> LossMap:
    """Evaluate a problem's loss on a grid over the whole map.

    Args:
        problem: what is minimised.
        points: how many points along each axis, the ends of the range included;
            101 are the article's.

    Raises:
        SceneError: fewer points than two.
    """
    if points < 2:
        raise SceneError(f"loss map: points is {points}; give at least 2")
    x = np.linspace(problem.x.low, problem.x.high, points)
    y = np.linspace(problem.y.low, problem.y.high, points)
    loss = _on_grid(problem, x, y)
    return LossMap(x, y, loss, _minimum(problem, x, y, loss))


def _on_grid(
    problem: Problem, x: NDArray[np.float64], y: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Evaluate the loss (H, W) at x (W,) and y (H,), in batches of bounded size."""
    loss = np.empty(len(y) * len(x))
    with torch.no_grad():
        for first in range(0, len(loss), CHUNK):
            row, column = np.divmod(
                np.arange(first, min(first + CHUNK, len(loss))), len(x)
            )
            batch = problem.losses(
                torch.from_numpy(x[column].astype(np.float32)),
                torch.from_numpy(y[row].astype(np.float32)),
            )
            loss[first : first + CHUNK] = batch.numpy()
    return loss.reshape(len(y), len(x))


def _minimum(
    problem: Problem,
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    loss: NDArray[np.float64],
) -> tuple[float, float, float]:
    """Look closer and closer around the lowest point of a grid."""
    best = (float("nan"),) * 3
    for _ in range(4):
        if not np.isfinite(loss).any():
            break
        i, j = divmod(int(np.argmin(np.where(np.isfinite(loss), loss, np.inf))), len(x))
        best = (float(x[j]), float(y[i]), float(loss[i, j]))
        x = np.linspace(x[max(j - 1, 0)], x[min(j + 1, len(x) - 1)], 21)
        y = np.linspace(y[max(i - 1, 0)], y[min(i + 1, len(y) - 1)], 21)
        loss = _on_grid(problem, x, y)
    return best
