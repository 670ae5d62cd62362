"""Runs the optimizer loop, exactly as the scene says, and logs it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from animator.errors import SceneError
from animator.experiment import Experiment, check_steps


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
    loss: NDArray[np.floating]  # (steps + 1,)
    gradient: NDArray[np.floating]  # (steps + 1, 2)
    outcome: Outcome

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
    is clipped, smoothed or clamped. A loss that is not finite ends the run: that is
    an outcome, not an error.

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
    model = problem.model()
    parameters = dict(model.named_parameters())
    x, y = parameters[problem.x.name], parameters[problem.y.name]
    optimizer = experiment.settings[label](model.parameters())

    log = np.full((steps + 1, 5), np.nan, torch.empty(0, dtype=x.dtype).numpy().dtype)
    outcome = Outcome(diverged=False, step=steps)
    step = 0
    try:
        for step in range(steps + 1):
            if progress is not None:
                progress(label, step)
            optimizer.zero_grad()
            loss = problem.loss(model)
            loss.backward()
            value = loss.item()
            if not math.isfinite(value):
                outcome = Outcome(diverged=True, step=step)
                break
            log[step] = (x.item(), y.item(), value, _slope(x), _slope(y))
            if step < steps:
                optimizer.step()
    except Exception as error:
        raise SceneError(
            f"{experiment}: recording {label!r} failed at step {step}: {error}"
        ) from error
    return Trajectory(label, log[:, :2], log[:, 2], log[:, 3:], outcome)


def _slope(parameter: torch.Tensor) -> float:
    """Return a parameter's gradient, which is zero where the loss ignores it."""
    return 0.0 if parameter.grad is None else parameter.grad.item()
