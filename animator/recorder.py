"""Runs the optimizer loop, exactly as the scene says, and logs it."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.utils.data import DataLoader

from animator.errors import SceneError
from animator.experiment import Experiment, check_steps
from animator.problems.scalar import Scalar
from animator.setting import Setting, setting_of


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended: on `step`, which is the last one unless it diverged."""

    diverged: bool
    step: int


@dataclass(frozen=True, slots=True)
class Trajectory:
    """What one setting did; arrays are in the model's own dtype.

    `loss[k]` and `gradient[k]` are taken at `params[k]`, the last one included.
    After the step of a divergence everything is NaN.
    """

    label: str
    params: NDArray[np.floating]  # (steps + 1, 2), the drawn ones, as (x, y)
    loss: NDArray[np.floating]  # (steps + 1,), over all points
    gradient: NDArray[np.floating]  # (steps + 1, 2), as the optimizer gets it
    outcome: Outcome
    lr: NDArray[np.floating]  # (steps + 1, 2), of the drawn ones; NaN if there is none

    def params_at(self, step: float) -> NDArray[np.float64]:
        """Return the drawn parameters (2,) at a step, or on the way to the next.

        After the end of the run, or its divergence, they stay where they were last.
        """
        last = max(self.outcome.step - self.outcome.diverged, 0)
        whole = min(int(step), last)
        here, there = self.params[[whole, min(whole + 1, last)]].astype(np.float64)
        return np.asarray(here + min(step - whole, 1.0) * (there - here))


@dataclass(frozen=True, slots=True)
class Recording:
    """An experiment's trajectories, in the order of its settings."""

    experiment: Experiment
    trajectories: tuple[Trajectory, ...]

    @property
    def steps(self) -> int:
        """How many steps were taken, or meant to be taken."""
        return len(self.trajectories[0].loss) - 1


Recordings = dict[Experiment, Recording]


def record_all(
    experiments: Iterable[Experiment], steps: int | None = None
) -> Recordings:
    """Record experiments, each once, as `record` does."""
    return {
        experiment: record(experiment, steps)
        for experiment in dict.fromkeys(experiments)
    }


def record(
    experiment: Experiment,
    steps: int | None = None,
    *,
    progress: Callable[[str, int], None] | None = None,
) -> Recording:
    """Run every setting of an experiment from its start and log each step.

    The loop is torch's plain one: ``zero_grad``, loss, ``backward``, ``step``; nothing
    is clipped, smoothed or clamped but what a `Setting` says. An optimizer whose
    ``step`` needs a closure, as LBFGS's does, gets one. A loss that is not finite ends
    the run: that is an outcome, not an error.

    Args:
        experiment: what to run.
        steps: how many steps, instead of the experiment's own number.
        progress: called with the setting's label and the step before each step.

    Raises:
        SceneError: the problem or an optimizer failed; says where.
    """
    if steps is not None:
        check_steps(steps, str(experiment))
    count = steps or experiment.steps
    return Recording(
        experiment,
        tuple(
            _run(experiment, label, count, progress) for label in experiment.settings
        ),
    )


def _run(
    experiment: Experiment,
    label: str,
    steps: int,
    progress: Callable[[str, int], None] | None,
) -> Trajectory:
    problem = experiment.problem
    setting = setting_of(experiment.settings[label])
    model = problem.model()
    x, y = (Scalar(model, drawn.name) for drawn in (problem.x, problem.y))
    optimizer = setting.build(model)
    scheduler = setting.scheduler(optimizer) if setting.scheduler else None
    batches = _batches(problem, setting)
    batch = None

    def evaluate() -> torch.Tensor:
        optimizer.zero_grad()
        loss = (
            problem.loss(model) if batch is None else problem.batch_loss(model, batch)
        )
        loss.backward()
        if setting.clip_norm is not None:
            torch.nn.utils.clip_grad_norm_(model.parameters(), setting.clip_norm)
        if setting.clip_value is not None:
            torch.nn.utils.clip_grad_value_(model.parameters(), setting.clip_value)
        return loss

    dtype = torch.empty(0, dtype=x.parameter.dtype).numpy().dtype
    log = np.full((steps + 1, 7), np.nan, dtype)
    rates = [group_of(optimizer, drawn) for drawn in (x, y)]
    outcome = Outcome(diverged=False, step=steps)
    closure = (evaluate,) if _needs_closure(optimizer) else ()
    step = 0
    try:
        for step in range(steps + 1):
            if progress is not None:
                progress(label, step)
            batch = next(batches, None)
            loss = evaluate()
            if batch is not None:
                with torch.no_grad():
                    loss = problem.loss(model)
            value = loss.item()
            if not math.isfinite(value):
                outcome = Outcome(diverged=True, step=step)
                break
            log[step] = (
                *(x.value(), y.value(), value, x.slope(), y.slope()),
                *(float(group.get("lr", math.nan)) for group in rates),
            )
            if step < steps:
                optimizer.step(*closure)
                if scheduler is not None:
                    _step(scheduler, value)
    except Exception as error:
        raise SceneError(
            f"{experiment}: recording {label!r} failed at step {step}: {error}"
        ) from error
    return Trajectory(label, log[:, :2], log[:, 2], log[:, 3:5], outcome, log[:, 5:])


def group_of(optimizer: torch.optim.Optimizer, drawn: Scalar) -> dict[str, Any]:
    """Return the group of hyperparameters that a number has."""
    return next(
        group
        for group in optimizer.param_groups
        if any(member is drawn.parameter for member in group["params"])
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
