"""Logs the user's own training loop."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from animator.base.checks import quoted
from animator.base.errors import SceneError
from animator.base.quoting import described
from animator.experiments.logs import WeightLog
from animator.experiments.trajectory import Outcome
from animator.problems import Problem, Scalar
from animator.problems.metrics import RESERVED, VALIDATION, as_number


class Recorder:
    """Logs your own training loop, as a setting of an experiment.

    For example::

        recorder = Recorder(model, optimizer)
        for inputs, labels in loader:
            optimizer.zero_grad()
            loss = loss_fn(model(inputs), labels)
            loss.backward()
            recorder.log(loss)
            optimizer.step()
        experiment = Experiment(network(model, data, loss_fn), {"mine": recorder})

    Each ``log()`` adds a point to the path, beginning with the start; N calls give
    N - 1 steps. At a loss that is not finite, the run ends as diverged.

    All weights are logged. If the problem is not a network, only the two drawn
    parameters are used.
    """

    def __init__(self, model: torch.nn.Module, *optimizers: Any) -> None:
        """Prepare the log.

        Args:
            model: the model to log.
            optimizers: the optimizers that train it, to log their learning rate.

        Raises:
            SceneError: `model` is not a module, or an argument is not an optimizer.
        """
        if not isinstance(model, torch.nn.Module):
            raise SceneError(
                f"Recorder: {quoted(model)} is not a model; give the model, and then "
                "its optimizer"
            )
        for optimizer in optimizers:
            if not hasattr(optimizer, "param_groups"):
                raise SceneError(
                    f"Recorder: {quoted(optimizer)} is not an optimizer; give the one "
                    "that trains the model, or none"
                )
        self.path = WeightLog(model, optimizers, has_buffers=True)
        self.loss: list[float] = []
        self._logged: dict[str, dict[int, float]] = {}
        self._finished = False

    def __repr__(self) -> str:
        return described(
            self, f"of {type(self.path.model).__name__}: {len(self.loss)} logged points"
        )

    def log(
        self,
        loss: float | torch.Tensor,
        *,
        lr: float | torch.Tensor | None = None,
        **values: float | torch.Tensor,
    ) -> None:
        """Log the current weights and loss, and optionally other values.

        Args:
            loss: the loss at the current weights, a number or a tensor ().
            lr: the learning rate of the next step. Default: the optimizer's.
            values: other series by name, such as ``accuracy=0.9``. A series may be
                missing at some steps. A prefix ``validation_`` is renamed:
                ``validation_loss`` is the series ``"validation loss"``, which
                `LossCurve` shows.

        Raises:
            SceneError: a value is not a number, or a name is already used.
        """
        step = len(self.loss)
        where = f"log() at step {step}"
        numbers = {"loss": as_number(f"{where}: loss", loss)}
        if lr is not None:
            numbers["lr"] = as_number(f"{where}: lr", lr)
        for name, value in values.items():
            if name in RESERVED:
                raise SceneError(
                    f"{where}: {name!r} is logged already; give it another name"
                )
            numbers[_series_name(name)] = as_number(f"{where}: {name}", value)
        self.path.log_params(step)
        self.loss.append(numbers.pop("loss"))
        if "lr" in numbers:
            self.path.rates[-1] = numbers.pop("lr")
        for name, value in numbers.items():
            self._logged.setdefault(name, {})[step] = value
        self._finished = False

    @property
    def series(self) -> dict[str, NDArray[np.float64]]:
        """The other logged series, each (steps + 1,); NaN where a value is missing."""
        found = {}
        for name, logged in self._logged.items():
            found[name] = np.full(len(self.loss), np.nan)
            found[name][list(logged)] = list(logged.values())
        return found

    @property
    def steps(self) -> int:
        """The number of steps, one less than the number of calls of `log`."""
        return max(len(self.loss) - 1, 0)

    @property
    def outcome(self) -> Outcome:
        """How the loop ended; it diverged at the first loss that is not finite."""
        for step, loss in enumerate(self.loss):
            if not math.isfinite(loss):
                return Outcome(diverged=True, step=step)
        return Outcome(diverged=False, step=self.steps)

    def finish(self) -> WeightLog:
        """Return the log of the weights.

        Raises:
            SceneError: nothing was logged.
        """
        if not self._finished:
            self.path.finish()
            self._finished = True
        return self.path

    def drawn(self, problem: Problem) -> NDArray[np.floating]:
        """Return the logged values (steps + 1, 2) of the two drawn parameters."""
        path = self.finish()
        columns = []
        for drawn in (problem.x, problem.y):
            axis = Scalar(path.model, drawn.name).unit_vector(path.model)
            values = path.weights()[:, int(axis.argmax())]
            columns.append(path.between(values, self.steps))
        return np.column_stack(columns).astype(path.weights().dtype)


def _series_name(keyword: str) -> str:
    """Return the name of the series for a keyword of `log`."""
    if keyword.startswith("validation_"):
        return VALIDATION + keyword.removeprefix("validation_")
    return keyword
