"""Runs one setting of an experiment from the start of its problem to the end."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import numpy as np
import torch

from animator.base.errors import RenderWarning, SceneError
from animator.base.seeding import one_thread, seeded
from animator.experiments.advice import wrong_argument
from animator.experiments.detail_log import DetailLog
from animator.experiments.details import NOTHING, Details, Needs
from animator.experiments.isolation import isolated, model_at_start
from animator.experiments.logs import DrawnLog, LossLog, WeightLog
from animator.experiments.measuring import SeriesLog
from animator.experiments.setting import Setting, setting_of
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
    from animator.experiments.experiment import Experiment
    from animator.experiments.recording import StepCallback
    from animator.experiments.trajectory import Numbers, Outcome
    from animator.problems.metrics import Metric

Log = TypeVar("Log", DrawnLog, WeightLog, LossLog)

_OUR_DOING = ("create_graph=True", "Lazy modules are")
"""What torch warns of because of what we do, not because of what the scene says."""

_SHARED = "{'*.weight': partial(Muon, lr=0.02), '*': partial(AdamW, lr=0.001)}"


@dataclass(frozen=True, slots=True)
class Ended(Generic[Log]):
    """A run that has ended.

    Attributes:
        log: its parameters at each step.
        losses: over all data (steps + 1,); NaN after its end.
        outcome: how it ended.
        state: what the model holds at the end besides its weights.
        series: the values of metrics, each (steps + 1,), by name.
        details: what panels need besides.
    """

    log: Log
    losses: Numbers
    outcome: Outcome
    state: Mapping[str, torch.Tensor]
    series: Mapping[str, Numbers] = field(default_factory=dict)
    details: Details | None = None

    @property
    def last(self) -> int:
        """The last step at which it had not diverged."""
        return self.outcome.step - self.outcome.diverged


def run_setting(
    experiment: Experiment,
    label: str,
    steps: int,
    make_log: Callable[[Run], Log],
    progress: StepCallback | None,
    setting: Setting | None = None,
    needs: Needs = NOTHING,
) -> Ended[Log]:
    """Run a setting, with the style of steps that its optimizer asks for.

    If an optimizer turns out to need a closure, or the graph of the gradient, the run
    starts again with it.

    Args:
        experiment: which has the setting.
        label: the setting's.
        steps: how many to take.
        make_log: makes the log of the run.
        progress: called with the label, and the seed if there are several, and each
            step.
        setting: the one to run, with one of its seeds; by default that of the label.
        needs: what else to log.

    Raises:
        SceneError: the problem or the optimizer failed; says at which step.
    """
    given: Any = experiment.settings[label]
    setting = setting_of(given) if setting is None else setting
    several = isinstance(given, Setting) and given.seeds is not None
    name = f"{label}, seed {setting.seed}" if several else label
    metrics = experiment.measured()
    style: StepStyle | None = None
    at = 0

    def count(step: int) -> None:
        nonlocal at
        at = step
        if progress is not None:
            progress(name, step)

    while True:
        attempt = _Attempt(experiment.problem, setting, style, metrics)
        try:
            with _one_warning_each(f"{experiment}: {label!r}"):
                return attempt.run(steps, make_log, count, needs)
        except Exception as error:
            ours = isinstance(error, SceneError)
            style = None if ours else attempt.better_style(error)
            if style is None:
                raise SceneError(
                    f"{experiment}: recording {name!r} failed at step {at}: "
                    f"{attempt.explain(error)}"
                ) from error


class _Attempt:
    """One run of a setting in one style of steps."""

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
    ) -> Ended[Log]:
        """Build the model and its optimizers, and take the steps."""
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
                    _Both(log, details) if details else log,
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
            return Ended(log, losses, outcome, state, series.values, found)

    def _build(self, model: torch.nn.Module) -> Run:
        style = self._style or StepStyle()
        move_to_start(model, self._problem, self._setting.start)
        run = Run(self._problem, self._setting, model, style)
        if self._style is None:
            run.style = self._style = first_style(self._setting, run.optimizers)
        if run.style.closure and len(run.optimizers) > 1:
            raise SceneError(
                "one of several optimizers needs a closure, which none of them can "
                "have; give each of them a setting of its own"
            )
        return run

    def better_style(self, error: Exception) -> StepStyle | None:
        """Return the style that an error asks for; None if it asks for none."""
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
        """Return an error's text, with advice if an optimizer cannot make a step."""
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
            return f"{text}; give {stepping} the matrices alone, as {_SHARED}"
        return (
            f"{text.rstrip('.')}; if {stepping} steps in another manner, log your own "
            "loop with a Recorder"
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
class _Both:
    """Two logs that are kept together."""

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


@contextmanager
def _one_warning_each(where: str) -> Iterator[None]:
    """Repeat each warning of torch during a run once, as one line."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield
    for text in dict.fromkeys(str(warning.message) for warning in caught):
        if not any(known in text for known in _OUR_DOING):
            warnings.warn(
                f"{where}: {' '.join(text.split())}", RenderWarning, stacklevel=4
            )
