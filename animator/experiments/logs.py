"""Logs of a run: the two drawn parameters, or all weights in bounded memory."""

from __future__ import annotations

import warnings
from bisect import bisect
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from animator.base.errors import RenderWarning, SceneError
from animator.experiments.details import Details, details_of, to_array
from animator.experiments.optimizers import learning_rate, param_group
from animator.experiments.trajectory import Outcome
from animator.problems import PlaneProblem, Problem, Scalar
from animator.problems.modules import sizes, to_vector, weight_dtype

WEIGHTS_MEMORY = 1 << 29
"""The maximum memory for the logged weights of one run, in bytes."""


class DrawnLog:
    """Logs the two drawn parameters, their gradients and learning rates."""

    def __init__(
        self,
        model: torch.nn.Module,
        optimizers: Sequence[Any],
        problem: Problem,
        steps: int,
    ) -> None:
        """Allocate the arrays for a run of some steps."""
        self._x, self._y = (
            Scalar(model, drawn.name) for drawn in (problem.x, problem.y)
        )
        self._groups = [
            param_group(optimizers, drawn.parameter) for drawn in (self._x, self._y)
        ]
        dtype = weight_dtype([self._x.parameter, self._y.parameter])
        self._log = np.full((steps + 1, 6), np.nan, dtype)

    def log_params(self, step: int) -> None:
        """Log the parameters after `step` steps, and the next learning rates."""
        one, two = self._groups
        row = self._log[step]
        row[0], row[1] = self._x.value(), self._y.value()
        row[4], row[5] = learning_rate(one), learning_rate(two)

    def log_gradient(self, step: int) -> None:
        """Log the gradient after a number of steps."""
        row = self._log[step]
        row[2], row[3] = self._x.slope(), self._y.slope()

    def drop(self, step: int) -> None:
        """Remove the step at which the run diverged."""
        self._log[step] = np.nan

    @property
    def params(self) -> NDArray[np.floating]:
        """The parameters (steps + 1, 2); NaN after the end of the run."""
        return self._log[:, :2]

    @property
    def gradient(self) -> NDArray[np.floating]:
        """Their gradients (steps + 1, 2)."""
        return self._log[:, 2:4]

    @property
    def lr(self) -> NDArray[np.floating]:
        """Their learning rates (steps + 1, 2)."""
        return self._log[:, 4:]


class LossLog:
    """Logs nothing: the losses are recorded in any case."""

    def log_params(self, step: int) -> None:
        """Do nothing."""

    def log_gradient(self, step: int) -> None:
        """Do nothing."""

    def drop(self, step: int) -> None:
        """Do nothing."""


class WeightLog:
    """Logs all weights at every step or, to limit memory, at every n-th step."""

    def __init__(
        self,
        model: torch.nn.Module,
        optimizers: Sequence[Any] = (),
        *,
        has_buffers: bool = False,
    ) -> None:
        """Log the weights of a model, and the learning rate of the first group.

        Args:
            model: the model.
            optimizers: the optimizers that train it.
            has_buffers: whether to log the model's buffers too.
        """
        self.model = model
        self._has_buffers = has_buffers
        self.rates: list[float] = []
        """The learning rates of the first group, at every step."""
        self._optimizers = optimizers
        self._parameters = list(model.parameters())
        self._size = sum(sizes(self._parameters))
        room = weight_dtype(self._parameters).itemsize * max(self._size, 1)
        self._most = max(3, WEIGHTS_MEMORY // room)
        self._stride = 1
        self._steps: list[int] = []
        self._weights: list[NDArray[np.floating]] = []
        self._buffers: list[dict[str, NDArray[Any]]] = []
        self._end = -1

    def details(self, outcome: Outcome, steps: int) -> Details | None:
        """Return the logged weights and buffers of a run with an outcome."""
        last = min(outcome.step - outcome.diverged, steps)
        count = bisect(self._steps, last)
        if not count:
            return None
        arrays: dict[str, Any] = {"weights": self.weights(last)}
        kept = self._buffers[:count]
        for name in kept[0]:
            arrays[f"buffer {name}"] = np.stack([one[name] for one in kept])
        return details_of(np.array(self._steps[:count]), arrays)

    def log_params(self, step: int) -> None:
        """Log the weights after `step` steps, and the next learning rate."""
        self._end = step
        self.rates.append(self._rate())
        if step % self._stride:
            return
        if len(self._steps) + 1 >= self._most:  # log every second one from now on
            self._steps, self._weights = self._steps[::2], self._weights[::2]
            self._buffers = self._buffers[::2]
            self._stride *= 2
            if step % self._stride:
                return
        self._keep(step)

    def log_gradient(self, step: int) -> None:
        """Do nothing: a plane shows no gradient."""

    def drop(self, step: int) -> None:
        """Remove the last step, at which the run diverged."""
        self._end = step - 1
        if self._steps and self._steps[-1] == step:
            del self._steps[-1], self._weights[-1], self._buffers[-1]

    def _rate(self) -> float:
        for optimizer in self._optimizers:
            for group in getattr(optimizer, "param_groups", ()):
                return learning_rate(group)
        return float("nan")

    def _keep(self, step: int) -> None:
        self._steps.append(step)
        self._weights.append(to_vector(self._parameters).copy())
        buffers = self.model.named_buffers() if self._has_buffers else ()
        self._buffers.append({name: to_array(buffer) for name, buffer in buffers})

    def finish(self) -> None:
        """Log the last step in any case, and warn if steps were left out.

        Raises:
            SceneError: nothing was logged.

        Warns:
            RenderWarning: the weights of some steps were left out.
        """
        if self._end < 0:
            raise SceneError("no step was logged; call log() in the training loop")
        if self._steps[-1] != self._end:
            self._keep(self._end)
        if self._stride > 1:
            warnings.warn(
                f"{self._size:,} weights are logged at every {self._stride}th step, to "
                f"fit into {WEIGHTS_MEMORY >> 20} MiB; the path is straight between "
                "them",
                RenderWarning,
                stacklevel=2,
            )

    def weights(self, last: int | None = None) -> NDArray[np.floating]:
        """Return the logged weights (K, P), optionally only up to a step."""
        count = len(self._steps) if last is None else bisect(self._steps, last)
        return np.stack(self._weights[:count])

    def between(self, values: NDArray[np.floating], steps: int) -> NDArray[np.float64]:
        """Interpolate values (K,) at the logged steps to all steps (steps + 1,).

        The interpolation is linear; the result is NaN after the end of the run.
        """
        logged = self._steps[: len(values)]
        every = np.asarray(np.interp(np.arange(steps + 1), logged, values))
        every[self._end + 1 :] = np.nan
        return every

    def on(
        self, plane: PlaneProblem, steps: int, last: int
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Project the logged weights onto a plane.

        Args:
            plane: the plane.
            steps: the number of steps of the path.
            last: the step at which the path ends.

        Returns:
            Coordinates (steps + 1, 2) and distances off the plane (steps + 1,); NaN
            after the end of the run.
        """
        places, off = plane.project(self.weights(last))
        columns = [self.between(column, steps) for column in (*places.T, off)]
        for column in columns:
            column[last + 1 :] = np.nan
        return np.column_stack(columns[:2]), columns[2]
