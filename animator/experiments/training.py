"""The training loop: torch's plain one, with just what a setting says."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch.utils.data import DataLoader

from animator.experiments.setting import Setting
from animator.experiments.trajectory import Outcome


class Run:
    """A model and its optimizer, ready to take steps."""

    def __init__(self, problem: Any, setting: Setting) -> None:
        """Build the model at its start, and what trains it."""
        self.problem = problem
        self.setting = setting
        self.model: torch.nn.Module = problem.model()
        self.optimizer = setting.build(self.model)
        self.scheduler: Any = None
        if setting.scheduler is not None:
            self.scheduler = setting.scheduler(self.optimizer)
        self._batches = _batches(problem, setting)
        self._batch: torch.Tensor | None = None

    def run_steps(
        self,
        steps: int,
        log: Callable[[int, float], None],
        progress: Callable[[int], None] | None = None,
    ) -> Outcome:
        """Take steps, and log each one while its gradient is there.

        Args:
            steps: how many.
            log: called with the number of the step and the full loss before it; and
                once more after the last one.
            progress: called with the number of each step before anything else.
        """
        closure = (self._evaluate,) if _needs_closure(self.optimizer) else ()
        # A full loss of its own, where what is trained on is only a part, or noisy.
        measured = None
        if self.setting.batch_size is not None or getattr(self.problem, "noisy", False):
            measured = getattr(self.problem, "measured_loss", self.problem.loss)
        for step in range(steps + 1):
            if progress is not None:
                progress(step)
            self._batch = next(self._batches, None)
            loss = self._evaluate()
            if measured is not None:
                with torch.no_grad():
                    loss = measured(self.model)
            value = loss.item()
            if not math.isfinite(value):
                return Outcome(diverged=True, step=step)
            log(step, value)
            if step < steps:
                self.optimizer.step(*closure)
                if self.scheduler is not None:
                    _step(self.scheduler, value)
        return Outcome(diverged=False, step=steps)

    def _evaluate(self) -> torch.Tensor:
        """Return the loss that the optimizer sees, its gradient taken."""
        self.optimizer.zero_grad()
        if self._batch is None:
            loss: torch.Tensor = self.problem.loss(self.model)
        else:
            loss = self.problem.batch_loss(self.model, self._batch)
        loss.backward()
        norm, value = self.setting.clip_norm, self.setting.clip_value
        if norm is not None:
            torch.nn.utils.clip_grad_norm_(self.model.parameters(), norm)
        if value is not None:
            torch.nn.utils.clip_grad_value_(self.model.parameters(), value)
        return loss


def group_of(
    optimizer: torch.optim.Optimizer, parameter: torch.nn.Parameter
) -> dict[str, Any]:
    """Return the group of hyperparameters that a parameter has."""
    return next(
        group
        for group in optimizer.param_groups
        if any(member is parameter for member in group["params"])
    )


def _batches(problem: Any, setting: Setting) -> Iterator[torch.Tensor]:
    """Yield numbers of points (batch_size,) for ever; nothing if all are seen."""
    if setting.batch_size is None:
        return
    order = torch.Generator().manual_seed(setting.seed)
    loader: DataLoader[int] = DataLoader(
        range(problem.size),  # type: ignore[arg-type]
        setting.batch_size,
        shuffle=True,
        generator=order,
    )
    while True:
        yield from loader


def _needs_closure(optimizer: torch.optim.Optimizer) -> bool:
    """Tell whether an optimizer evaluates the loss itself, as LBFGS does."""
    closure = inspect.signature(optimizer.step).parameters.get("closure")
    return closure is not None and closure.default is closure.empty


def _step(scheduler: Any, loss: float) -> None:
    """Let a scheduler make its step, with the loss if it wants to know it."""
    if "metrics" in inspect.signature(scheduler.step).parameters:
        scheduler.step(loss)
    else:
        scheduler.step()
