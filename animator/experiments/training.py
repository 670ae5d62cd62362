"""The training loop: torch's standard loop, with the options of a setting."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Sequence
from itertools import repeat
from typing import Any, Protocol

import torch

from animator.experiments.full_loss import FullLoss
from animator.experiments.measuring import SeriesLog
from animator.experiments.optimizers import (
    evaluation_weights,
    groups,
    has_modes,
    step_scheduler,
)
from animator.experiments.setting import Setting
from animator.experiments.stepstyle import StepStyle
from animator.experiments.trajectory import Outcome
from animator.problems import BatchSource
from animator.problems.data import index_batches


class StepLog(Protocol):
    """Logs a run at each step."""

    def log_params(self, step: int) -> None:
        """Log the parameters after `step` steps."""

    def log_gradient(self, step: int) -> None:
        """Log the gradient after `step` steps."""


class Run:
    """A model with its optimizers and schedulers, ready to run steps."""

    def __init__(
        self, problem: Any, setting: Setting, model: torch.nn.Module, style: StepStyle
    ) -> None:
        """Create the optimizers and schedulers of a model at its start."""
        self.problem = problem
        self.setting = setting
        self.style = style
        self.model = model
        self.optimizers = setting.build(model)
        self.schedulers = setting.build_schedulers(self.optimizers)
        held = {id(p) for group in groups(self.optimizers) for p in group["params"]}
        self._others = [p for p in model.parameters() if id(p) not in held]
        self._switching = [o for o in self.optimizers if has_modes(o)]
        self._batches = _batches(problem, setting)
        self._drawn: Sequence[Any] = ()
        self._series = SeriesLog()
        self.stepping = ""
        """The class of the optimizer whose ``step`` is running, outside its closure."""
        self._loss_on: Callable[[torch.nn.Module, Any], torch.Tensor] = (
            problem.loss_on
            if isinstance(problem, BatchSource)
            else lambda model, batch: (
                problem.loss(model)
                if batch is None
                else problem.batch_loss(model, batch)
            )
        )
        self._full_loss = FullLoss(problem, model)
        self._measures = (
            not self._full_loss.is_steady
            or bool(self._switching)
            or setting.batch_size is not None
            or setting.accumulate > 1
        )

    def run_steps(
        self,
        steps: int,
        log: StepLog,
        log_loss: Callable[[int, float], None],
        progress: Callable[[int], None],
        *,
        final_gradient: bool,
        series: SeriesLog | None = None,
    ) -> Outcome:
        """Run steps, and log before each step and after the last.

        The loop makes no additional forward pass in training mode. If its own passes do
        not give the loss over all data in evaluation mode, this loss is measured
        separately, without changing buffers, modes or random states.

        Args:
            steps: the number of steps.
            log: logs parameters and gradients.
            log_loss: called with k and the loss after k steps.
            progress: called with k at the beginning of step k.
            final_gradient: whether to compute the gradient after the last step.
            series: measures metrics before each step and after the last.

        Returns:
            The outcome; the run diverges at the first loss that is not finite.
        """
        self._series = series = series or SeriesLog()
        for step in range(steps + 1):
            progress(step)
            loss = self._observe(step, log)
            if loss is None or math.isfinite(loss):
                if step < steps:
                    loss = self._advance(step, log, loss)
                elif loss is None or final_gradient:
                    self._draw_batches(1)
                    loss = self._take_gradient(step, log, loss)[1]
            if not math.isfinite(loss):
                series.drop(step)
                return Outcome(diverged=True, step=step)
            series.raise_error()
            log_loss(step, loss)
            for scheduler in self.schedulers if step < steps else ():
                step_scheduler(scheduler, loss)
        return Outcome(diverged=False, step=steps)

    def close(self) -> None:
        """Close the source of batches, which restores its generators."""
        if isinstance(self._batches, Generator):
            self._batches.close()

    def _observe(self, step: int, log: StepLog) -> float | None:
        """Log the parameters; return the loss if it is measured separately."""
        if not self._switching:  # the common case, and the fastest
            log.log_params(step)
            self._series.measure(step, self.model)
            return self._full_loss() if self._measures else None
        with evaluation_weights(self.model, self._switching, at_start=not step):
            log.log_params(step)
            self._series.measure(step, self.model)
            return self._full_loss()

    def _advance(self, step: int, log: StepLog, loss: float | None) -> float:
        """Compute the gradient, run the step, and return the loss before the step."""
        self._draw_batches(self.setting.accumulate)
        if self.style.closure and not self.style.backward_first:
            return self._step_with_closure(step, log, loss)
        _, value = self._take_gradient(step, log, loss)
        if math.isfinite(value):
            closure = [self._evaluate_again] if self.style.closure else []
            for optimizer in self.optimizers:
                self._step(optimizer, *closure)
        return value

    def _step(self, optimizer: Any, *closure: Callable[[], Any]) -> None:
        self.stepping = type(optimizer).__name__
        optimizer.step(*closure)
        self.stepping = ""

    def _step_with_closure(self, step: int, log: StepLog, loss: float | None) -> float:
        """Run the step of an optimizer that needs a closure."""
        value = math.nan
        first = True

        def closure() -> torch.Tensor | float:
            nonlocal value, first
            if not first:
                return self._evaluate_again()
            first = False
            trained, value = self._take_gradient(step, log, loss)
            return trained if torch.is_grad_enabled() else trained.item()

        self._step(self.optimizers[0], closure)
        return value

    def _take_gradient(
        self, step: int, log: StepLog, loss: float | None
    ) -> tuple[torch.Tensor, float]:
        """Compute and log the gradient.

        Returns:
            The training loss (), and the loss over all data. They are equal unless
            `loss` was measured separately, or the first evaluation draws random
            numbers.
        """
        before = torch.get_rng_state() if loss is None and not step else None
        trained = self._backward()
        value = trained.item() if loss is None else loss
        if before is not None and not torch.equal(before, torch.get_rng_state()):
            self._measures, self._full_loss.is_steady = True, False
            value = self._full_loss()
        log.log_gradient(step)
        self._series.log_gradient(step, self.model)
        return trained, value

    def _evaluate_again(self) -> torch.Tensor | float:
        """Evaluate the loss and its gradient again, as a closure.

        An optimizer that disables gradients (AliG) only gets the loss as a number.
        """
        loss = self._backward()
        return loss if torch.is_grad_enabled() else loss.item()

    def _backward(self) -> torch.Tensor:
        """Compute the gradient, and return the training loss ()."""
        if not torch.is_grad_enabled():  # the optimizer's step has disabled it
            with torch.enable_grad():
                return self._backward()
        stepping, self.stepping = self.stepping, ""
        for optimizer in self.optimizers:
            clear_gradients(optimizer)
        for parameter in self._others:
            parameter.grad = None
        count = len(self._drawn)
        losses = []
        for batch in self._drawn:
            loss = self._loss_on(self.model, batch)
            part = loss if count == 1 else loss / count
            part.backward(create_graph=self.style.create_graph)
            losses.append(part.detach())
        norm, value = self.setting.clip_norm, self.setting.clip_value
        if norm is not None:
            torch.nn.utils.clip_grad_norm_(self.model.parameters(), norm)
        if value is not None:
            torch.nn.utils.clip_grad_value_(self.model.parameters(), value)
        self.stepping = stepping
        return losses[0] if count == 1 else torch.stack(losses).sum()

    def _draw_batches(self, count: int) -> None:
        """Draw the batches of a step, which its closure uses in each evaluation."""
        self._drawn = [next(self._batches) for _ in range(count)]


def _batches(problem: Any, setting: Setting) -> Any:
    """Return a generator of batches; None if each step uses all points."""
    if isinstance(problem, BatchSource):
        return problem.batches(setting.batch_size, setting.seed)
    if setting.batch_size is None:
        return (batch for batch in repeat(None))
    return index_batches(problem.size, setting.batch_size, setting.seed)


_ZERO_GRAD = torch.optim.Optimizer.zero_grad


def clear_gradients(optimizer: Any) -> None:
    """Do the same as `zero_grad`, without its slow call of torch's profiler."""
    own = vars(optimizer).get("zero_grad", type(optimizer).zero_grad)
    if own is not _ZERO_GRAD:
        optimizer.zero_grad()
        return
    for group in optimizer.param_groups:
        for parameter in group["params"]:
            parameter.grad = None
