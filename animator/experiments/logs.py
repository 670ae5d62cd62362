"""What is logged of a run: two numbers, or all weights, within bounded memory."""

from __future__ import annotations

import math
import warnings

import numpy as np
import torch
from numpy.typing import NDArray

from animator.base.errors import RenderWarning, SceneError
from animator.experiments.training import Run, group_of
from animator.problems import Plane, Problem, Scalar

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
        one, two = self._groups
        self._log[step] = (
            *(x.value(), y.value(), x.slope(), y.slope()),
            *(one.get("lr", math.nan), two.get("lr", math.nan)),
        )

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

    def __init__(
        self, model: torch.nn.Module, optimizer: torch.optim.Optimizer | None = None
    ) -> None:
        """Log the weights of a model, and its optimizer's learning rate."""
        self.model = model
        self._group = optimizer.param_groups[0] if optimizer is not None else {}
        self._size = sum(parameter.numel() for parameter in model.parameters())
        self._most = max(3, MEMORY // (4 * self._size))
        self._stride = 1
        self.rates: list[float] = []
        """The learning rates of the first group, at every step."""
        self._steps: list[int] = []
        self._weights: list[NDArray[np.float32]] = []
        self._end = -1

    def log(self, step: int) -> None:
        """Log a step."""
        self._end = step
        self.rates.append(float(self._group.get("lr", math.nan)))
        if step % self._stride:
            return
        if len(self._steps) + 1 >= self._most:  # every other one has to do from now on
            self._steps, self._weights = self._steps[::2], self._weights[::2]
            self._stride *= 2
            if step % self._stride:
                return
        self._keep(step)

    def _keep(self, step: int) -> None:
        with torch.no_grad():
            vector = torch.nn.utils.parameters_to_vector(self.model.parameters())
        self._steps.append(step)
        self._weights.append(vector.cpu().numpy().astype(np.float32))

    def finish(self) -> None:
        """Log the last step in any case; say so if some were left out."""
        if self._end < 0:
            raise SceneError("no step was logged; call log() in the training loop")
        if self._steps[-1] != self._end:
            self._keep(self._end)
        if self._stride > 1:
            warnings.warn(
                f"{self._size:,} weights are logged at every {self._stride}th step, to "
                f"fit into {MEMORY >> 20} MiB; the path is straight between them",
                RenderWarning,
                stacklevel=2,
            )

    def weights(self) -> NDArray[np.float32]:
        """Return the logged weights (K, P)."""
        return np.stack(self._weights)

    def on(
        self, plane: Plane, steps: int
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the path on a plane.

        Returns:
            Coordinates (steps + 1, 2) and distances off the plane (steps + 1,); NaN
            after the end of the run.
        """
        places, off = plane.project(self.weights())
        every = np.arange(steps + 1)
        columns = [np.interp(every, self._steps, c) for c in (*places.T, off)]
        found = np.column_stack(columns)
        found[self._end + 1 :] = np.nan
        return found[:, :2], found[:, 2]


class Recorder:
    """Logs a training loop of your own, to be drawn among an experiment's settings.

    For example::

        recorder = Recorder(model)
        for inputs, labels in loader:
            optimizer.zero_grad()
            loss = loss_fn(model(inputs), labels)
            loss.backward()
            recorder.log(loss)
            optimizer.step()
        experiment = Experiment(network(model, data, loss_fn), {"mine": recorder})

    It logs all weights; in an experiment on any other problem than a network, what
    counts is the two drawn ones among them.
    """

    def __init__(self, model: torch.nn.Module) -> None:
        """Log the weights of a model, which is trained elsewhere."""
        self.path = WeightPath(model)
        self.loss: list[float] = []
        self._finished = False

    def log(self, loss: float | torch.Tensor) -> None:
        """Log the weights as they are now, and the loss that belongs to them."""
        self.path.log(len(self.loss))
        self.loss.append(loss.item() if isinstance(loss, torch.Tensor) else loss)
        self._finished = False

    def finish(self) -> WeightPath:
        """Return all that was logged.

        Raises:
            SceneError: nothing was.
        """
        if not self._finished:
            self.path.finish()
            self._finished = True
        return self.path

    def drawn(self, problem: Problem) -> NDArray[np.float32]:
        """Return the two drawn numbers (steps + 1, 2) of what was logged."""
        path = self.finish()
        columns = []
        for drawn in (problem.x, problem.y):
            scalar = Scalar(path.model, drawn.name)
            masks = [
                scalar.mask() if parameter is scalar.parameter
                else torch.zeros(parameter.shape, dtype=torch.bool)
                for parameter in path.model.parameters()
            ]  # fmt: skip
            place = int(torch.cat([mask.flatten() for mask in masks]).int().argmax())
            columns.append(
                np.interp(range(len(self.loss)), path._steps, path.weights()[:, place])
            )
        return np.column_stack(columns).astype(np.float32)
