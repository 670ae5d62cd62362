"""What is logged of a run: two numbers, or all weights, within bounded memory."""

from __future__ import annotations

import math
import warnings

import numpy as np
import torch
from numpy.typing import NDArray

from animator.errors import RenderWarning
from animator.problems import Plane, Problem, Scalar
from animator.training import Run, group_of

MEMORY = 1 << 29
"""Bytes that the logged weights of one run may take."""


class DrawnPath:
    """The two drawn numbers, their gradients and learning rates, at every step."""

    def __init__(self, run: Run, problem: Problem, steps: int) -> None:
        """Make room for the steps of a run."""
        self._x, self._y = (
            Scalar(run.model, drawn.name) for drawn in (problem.x, problem.y)
        )
        self._groups = [
            group_of(run.optimizer, drawn.parameter) for drawn in (self._x, self._y)
        ]
        dtype = torch.empty(0, dtype=self._x.parameter.dtype).numpy().dtype
        self._log = np.full((steps + 1, 6), np.nan, dtype)

    def log(self, step: int) -> None:
        """Log a step."""
        x, y = self._x, self._y
        rates = (float(group.get("lr", math.nan)) for group in self._groups)
        self._log[step] = (x.value(), y.value(), x.slope(), y.slope(), *rates)

    @property
    def params(self) -> NDArray[np.floating]:
        """The numbers (steps + 1, 2); NaN after the end of the run."""
        return self._log[:, :2]

    @property
    def gradient(self) -> NDArray[np.floating]:
        """Their gradients (steps + 1, 2)."""
        return self._log[:, 2:4]

    @property
    def lr(self) -> NDArray[np.floating]:
        """Their learning rates (steps + 1, 2)."""
        return self._log[:, 4:]


class WeightPath:
    """All weights at every step or, where that would be too much, at every n-th."""

    def __init__(self, run: Run, steps: int) -> None:
        """Make room for the steps of a run."""
        self._model = run.model
        self._group = run.optimizer.param_groups[0]
        size = sum(parameter.numel() for parameter in run.model.parameters())
        most = max(2, MEMORY // (4 * size))
        self._stride = 1
        while steps // self._stride + 2 > most:
            self._stride *= 2
        if self._stride > 1:
            warnings.warn(
                f"{size:,} weights are logged at every {self._stride}th step, to fit "
                f"into {MEMORY >> 20} MiB; the path is straight between them",
                RenderWarning,
                stacklevel=2,
            )
        self._steps: list[int] = []
        self._weights: list[NDArray[np.float32]] = []
        self._last: NDArray[np.float32] | None = None
        self.lr = np.full((steps + 1, 2), np.nan)
        self.gradient = np.full((steps + 1, 2), np.nan)

    def log(self, step: int) -> None:
        """Log a step."""
        self.lr[step] = float(self._group.get("lr", math.nan))
        self._end = step
        if step % self._stride == 0:
            self._keep(step)

    def _keep(self, step: int) -> None:
        with torch.no_grad():
            vector = torch.nn.utils.parameters_to_vector(self._model.parameters())
        self._steps.append(step)
        self._weights.append(vector.cpu().numpy().astype(np.float32))

    def weights(self) -> NDArray[np.float32]:
        """Return the logged weights (K, P), those of the last step among them."""
        if self._steps[-1] != self._end:
            self._keep(self._end)
        return np.stack(self._weights)

    def on(self, plane: Plane) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the path on a plane.

        Returns:
            Coordinates (steps + 1, 2) and distances off the plane (steps + 1,); NaN
            after the end of the run.
        """
        places, off = plane.project(self.weights())
        steps = np.arange(len(self.lr))
        columns = [np.interp(steps, self._steps, c) for c in (*places.T, off)]
        found = np.column_stack(columns)
        found[self._end + 1 :] = np.nan
        return found[:, :2], found[:, 2]
