"""Measures metrics during a run, without affecting the run."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from animator.base.errors import SceneError
from animator.base.seeding import seeded
from animator.problems.hidden_state import evaluating
from animator.problems.metrics import Metric

GRADIENT_NORM = "gradient norm"
"""The series of the total gradient norm."""


class SeriesLog:
    """Logs the values of metrics at the steps at which they are measured."""

    def __init__(
        self,
        metrics: Sequence[Metric] = (),
        steps: int = 0,
        *,
        gradient_norm: bool = False,
    ) -> None:
        """Allocate the series for a run.

        Args:
            metrics: the metrics to measure.
            steps: the number of steps of the run.
            gradient_norm: whether to log the total gradient norm too.
        """
        self._metrics = metrics
        self._steps = steps
        self._error: SceneError | None = None
        names = [metric.name for metric in metrics]
        names += [GRADIENT_NORM] * gradient_norm
        self._gradient_norm = gradient_norm
        self.values: dict[str, NDArray[np.float64]] = {
            name: np.full(steps + 1, np.nan) for name in names
        }
        """Each (steps + 1,); NaN where it was not measured."""

    def measure(self, step: int, model: torch.nn.Module) -> None:
        """Measure the metrics that are due after `step` steps.

        Errors are raised later by `raise_error`, because the run may have diverged at
        this step.
        """
        for metric in self._metrics:
            if step % metric.every and step != self._steps:
                continue
            try:
                with preserved_model(model, metric.user_function):
                    self.values[metric.name][step] = metric.measure(model)
            except SceneError as error:
                self._error = self._error or error

    def log_gradient(self, step: int, model: torch.nn.Module) -> None:
        """Log the total gradient norm after `step` steps, if requested."""
        if self._gradient_norm:
            self.values[GRADIENT_NORM][step] = total_norm(
                [p.grad for p in model.parameters() if p.grad is not None]
            )

    def raise_error(self) -> None:
        """Raise the error of a metric at a step without divergence, if there is one."""
        if self._error is not None:
            raise self._error

    def drop(self, step: int) -> None:
        """Remove the step at which the run diverged."""
        for values in self.values.values():
            values[step] = np.nan


def total_norm(gradients: Sequence[torch.Tensor]) -> float:
    """Return the Euclidean norm of all elements of the tensors together."""
    dense = [g.coalesce().values() if g.is_sparse else g for g in gradients]
    dense = [g.float() if g.dtype.itemsize < 4 else g for g in dense]
    norms = [float(torch.linalg.vector_norm(g.detach())) for g in dense]
    return math.hypot(*norms)


@contextmanager
def preserved_model(model: torch.nn.Module, *others: Any) -> Iterator[None]:
    """Switch a model to evaluation mode for the body, then restore its state.

    The body may compute gradients and change weights. Weights, gradients,
    ``requires_grad``, buffers, modes, random states, and the state of the model and of
    `others` are restored.
    """
    parameters = list(model.parameters())
    before = [(p.data, p.detach().clone(), p.grad, p.requires_grad) for p in parameters]
    for parameter in parameters:
        parameter.grad = None
    attributes = [(vars(part), _plain_attributes(part)) for part in model.modules()]
    try:
        with evaluating(model, *others), seeded(), torch.enable_grad():
            yield
    finally:
        for parameter, (data, values, gradient, is_trained) in zip(
            parameters, before, strict=True
        ):
            if parameter.dtype != data.dtype or parameter.data_ptr() != data.data_ptr():
                parameter.data = data
            with torch.no_grad():
                if not torch.equal(parameter, values):
                    parameter.copy_(values)
            parameter.requires_grad_(is_trained)
            parameter.grad = gradient
        for own, plain in attributes:
            for name in set(own) - set(plain) - _MODULE_ATTRIBUTES:
                del own[name]
            own.update(plain)


_MODULE_ATTRIBUTES = frozenset(vars(torch.nn.Module()))


def _plain_attributes(part: torch.nn.Module) -> dict[str, Any]:
    """Return the attributes of a module that are not tensors, submodules or hooks."""
    return {name: v for name, v in vars(part).items() if name not in _MODULE_ATTRIBUTES}
