"""Measures the loss over all data during a run, in evaluation mode."""

from __future__ import annotations

from typing import Any

import torch

from animator.base.seeding import seeded
from animator.problems import Evaluated
from animator.problems.hidden_state import evaluating
from animator.problems.modules import is_steady
from animator.problems.objective import is_torch_loss


class FullLoss:
    """The loss of a model over all data, in evaluation mode.

    Measuring it changes no buffers, modes or random numbers.
    """

    def __init__(self, problem: Any, model: torch.nn.Module) -> None:
        """Determine whether the training mode changes the loss of the model."""
        self._problem = problem
        self._model = model
        self._stateful = _stateful(problem)
        self.is_steady = _is_steady(problem, model)
        """Whether the loss does not depend on the training mode, as far as is known.

        The first step of the run shows whether the loss uses random numbers.
        """

    def __call__(self) -> float:
        """Return the loss over all data."""
        if self.is_steady and not self._stateful:
            return self._evaluate()
        with evaluating(self._model, *self._stateful), seeded():
            return self._evaluate()

    def _evaluate(self) -> float:
        if isinstance(self._problem, Evaluated):
            return float(self._problem.evaluate(self._model).item())
        try:
            with torch.no_grad():
                return float(self._problem.loss(self._model).item())
        except RuntimeError:  # the loss computes derivatives
            return float(self._problem.loss(self._model).item())


def _is_steady(problem: Any, model: torch.nn.Module) -> bool:
    """Return whether the loss certainly does not depend on the training mode."""
    if isinstance(problem, Evaluated):
        return problem.is_steady
    own = type(model).__module__.startswith("animator.problems.")
    return own or is_steady(model)


def _stateful(problem: Any) -> tuple[Any, ...]:
    """Return the user's functions whose state an evaluation of the loss may change."""
    if isinstance(problem, Evaluated):
        return problem.stateful
    loss = getattr(problem, "criterion", None)
    return (problem,) if loss is None else () if is_torch_loss(loss) else (loss,)
