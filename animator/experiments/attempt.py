"""Runs a setting once, from start to end, with one style of steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import numpy as np
import torch

from animator.base.errors import SceneError
from animator.base.seeding import one_thread, seeded
from animator.experiments.advice import wrong_argument
from animator.experiments.detail_log import DetailLog
from animator.experiments.details import NOTHING, Details, Needs
from animator.experiments.isolation import isolated, model_at_start
from animator.experiments.logs import DrawnLog, LossLog, WeightLog
from animator.experiments.measuring import SeriesLog
from animator.experiments.setting import Setting
from animator.experiments.starts import move_to_start
from animator.experiments.stepstyle import (
    StepStyle,
    first_style,
    needs_backward_first,
    next_style,
)
from animator.experiments.training import Run, StepLog
from animator.problems.modules import extra_state

if TYPE_CHECKING:
    from animator.experiments.trajectory import Numbers, Outcome
    from animator.problems.metrics import Metric

Log = TypeVar("Log", DrawnLog, WeightLog, LossLog)

_SHARED = "{'*.weight': partial(Muon, lr=0.02), '*': partial(AdamW, lr=0.001)}"


@dataclass(frozen=True, slots=True)
class RunResult(Generic[Log]):
    """The result of a run.

    Attributes:
        log: the logged parameters.
        losses: the losses over all data (steps + 1,); NaN after the end.
        outcome: how the run ended.
        state: the model's tensors besides its weights at the end, by name.
        series: the values of metrics, each (steps + 1,), by name.
        details: the further data that panels need, if any.
    """

    log: Log
    losses: Numbers
    outcome: Outcome
    state: Mapping[str, torch.Tensor]
    series: Mapping[str, Numbers] = field(default_factory=dict)
    details: Details | None = None

    @property
    def last(self) -> int:
        """The last step before a divergence, or the last step."""
        return self.outcome.step - self.outcome.diverged


class Attempt:
    """One run of a setting with one style of steps."""

    def __init__(
        self,
        problem: Any,
        setting: Setting,
        style: StepStyle | None,
        metrics: Sequence[Metric],
    ) -> None:
        self._problem = problem
        self._setting = setting
        self._style = style
        self._metrics = metrics
        self._started: Run | None = None

    def run(
        self,
        steps: int,
        make_log: Callable[[Run], Log],
        progress: Callable[[int], None],
        needs: Needs = NOTHING,
    ) -> RunResult[Log]:
        """Build the model and its optimizers, run the steps, and return the result."""
        losses = np.full(steps + 1, np.nan)
        functions = [metric.user_function for metric in self._metrics]
        with (
            isolated(self._problem, self._setting),
            model_at_start(self._problem, self._setting, functions) as model,
            one_thread(),
            seeded(self._setting.seed),
        ):
            run = self._started = self._build(model)
            log = make_log(run)
            of_all = isinstance(log, WeightLog)
            series = SeriesLog(self._metrics, steps, gradient_norm=of_all)
            details = DetailLog(model, run.optimizers, needs, steps) if needs else None
            try:
                outcome = run.run_steps(
                    steps,
                    _TwoLogs(log, details) if details else log,
                    losses.__setitem__,
                    progress,
                    final_gradient=not of_all or needs.gradient,
                    series=series,
                )
            finally:
                run.close()
            if outcome.diverged:
                log.drop(outcome.step)
                if details:
                    details.drop(outcome.step)
            found = details.finish() if details else None
            state = extra_state(model)
            return RunResult(log, losses, outcome, state, series.values, found)

    def _build(self, model: torch.nn.Module) -> Run:
        style = self._style or StepStyle()
        move_to_start(model, self._problem, self._setting.start)
        run = Run(self._problem, self._setting, model, style)
        if self._style is None:
            run.style = self._style = first_style(self._setting, run.optimizers)
        if run.style.closure and len(run.optimizers) > 1:
            raise SceneError(
                "one of several optimizers needs a closure, which is supported only "
                "for a single optimizer; give each optimizer its own setting"
            )
        return run

    def better_style(self, error: Exception) -> StepStyle | None:
        """Return the style of steps that an error calls for; None if there is none."""
        if self._style is None:
            return None
        style = next_style(self._style, error, self._setting)
        if style is None or not style.closure or self._style.closure:
            return style
        try:
            return replace(style, backward_first=self._backward_first(style))
        except Exception:
            return style

    def explain(self, error: Exception) -> str:
        """Return an error's message, with advice if an optimizer's step failed."""
        text = str(error) or type(error).__name__
        if "more than 1 value per channel" in text:
            return (
                f"{text}; batch normalisation cannot learn from one point: choose "
                "another batch_size, or a DataLoader with drop_last=True"
            )
        stepping = self._started.stepping if self._started else ""
        if not stepping or isinstance(error, SceneError):
            return text
        if wrong := wrong_argument(self._setting.optimizer):
            return f"{text.rstrip('.')}; {wrong}"
        if "2D" in text:
            return f"{text}; give {stepping} only the matrices, as {_SHARED}"
        return (
            f"{text.rstrip('.')}; if {stepping} needs another kind of loop, write the "
            "loop yourself and log it with a Recorder"
        )

    def _backward_first(self, style: StepStyle) -> bool:
        def one_step(style: StepStyle) -> list[torch.Tensor]:
            with (
                isolated(self._problem, self._setting),
                model_at_start(self._problem, self._setting) as model,
                one_thread(),
                seeded(self._setting.seed),
            ):
                move_to_start(model, self._problem, self._setting.start)
                run = Run(self._problem, self._setting, model.eval(), style)
                run.run_steps(1, LossLog(), _ignore, _ignore, final_gradient=False)
                run.close()
                return [parameter.detach().clone() for parameter in model.parameters()]

        return needs_backward_first(one_step, style)


@dataclass(frozen=True, slots=True)
class _TwoLogs:
    """Two logs that receive the same calls."""

    one: StepLog
    other: StepLog

    def log_params(self, step: int) -> None:
        """Log the parameters in both."""
        self.one.log_params(step)
        self.other.log_params(step)

    def log_gradient(self, step: int) -> None:
        """Log the gradient in both."""
        self.one.log_gradient(step)
        self.other.log_gradient(step)


def _ignore(*arguments: object) -> None:
    """Do nothing."""
