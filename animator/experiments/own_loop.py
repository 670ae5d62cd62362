"""Logs a training loop that the user has written."""

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
    """Logs a training loop of your own, to be drawn among an experiment's settings.

    For example::

        recorder = Recorder(model, optimizer)
        for inputs, labels in loader:
            optimizer.zero_grad()
            loss = loss_fn(model(inputs), labels)
            loss.backward()
            recorder.log(loss)
            optimizer.step()
        experiment = Experiment(network(model, data, loss_fn), {"mine": recorder})

    Each ``log()`` is a point of the path, the first one its start: N of them make N - 1
    steps. A loss that is not finite ends the run: it has diverged.

    It logs all weights; if the problem is not a network, only the two drawn ones are
    used.
    """

    def __init__(self, model: torch.nn.Module, *optimizers: Any) -> None:
        """Log the weights of a model, which is trained elsewhere.

        Args:
            model: the model.
            optimizers: the optimizers that train it; their learning rate is logged,
                too.

        Raises:
            SceneError: the model is none, or an optimizer is none.
        """
        if not isinstance(model, torch.nn.Module):
            raise SceneError(
                f"Recorder: {quoted(model)} is no model; give the model, and then its "
                "optimizer"
            )
        for optimizer in optimizers:
            if not hasattr(optimizer, "param_groups"):
                raise SceneError(
                    f"Recorder: {quoted(optimizer)} is no optimizer; give the one that "
                    "trains the model, or none"
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
        """Log the weights as they are now, and numbers that belong to them.

        Args:
            loss: of these weights.
            lr: the learning rate of the next step, instead of the optimizer's.
            values: other series by name, such as ``accuracy=0.9``. One may be missing
                at some steps. `LossCurve` shows ``validation_loss``, which is called
                ``"validation loss"``; so are all that begin with ``validation_``.

        Raises:
            SceneError: one of them is not a number.
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
        """What was logged besides loss and rate, each (steps + 1,); NaN if missing."""
        found = {}
        for name, logged in self._logged.items():
            found[name] = np.full(len(self.loss), np.nan)
            found[name][list(logged)] = list(logged.values())
        return found

    @property
    def steps(self) -> int:
        """How many steps were logged: one less than the points of the path."""
        return max(len(self.loss) - 1, 0)

    @property
    def outcome(self) -> Outcome:
        """How the loop ended: at the first loss that is not finite, it diverged."""
        for step, loss in enumerate(self.loss):
            if not math.isfinite(loss):
                return Outcome(diverged=True, step=step)
        return Outcome(diverged=False, step=self.steps)

    def finish(self) -> WeightLog:
        """Return all that was logged.

        Raises:
            SceneError: nothing was logged.
        """
        if not self._finished:
            self.path.finish()
            self._finished = True
        return self.path

    def drawn(self, problem: Problem) -> NDArray[np.floating]:
        """Return the two drawn numbers (steps + 1, 2) of what was logged."""
        path = self.finish()
        columns = []
        for drawn in (problem.x, problem.y):
            axis = Scalar(path.model, drawn.name).unit_vector(path.model)
            values = path.weights()[:, int(axis.argmax())]
            columns.append(path.between(values, self.steps))
        return np.column_stack(columns).astype(path.weights().dtype)


def _series_name(keyword: str) -> str:
    """Return the name of a series that is logged under a keyword."""
    if keyword.startswith("validation_"):
        return VALIDATION + keyword.removeprefix("validation_")
    return keyword
