"""Runs the optimizer loop, exactly as the scene says, and logs it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from animator.errors import SceneError
from animator.experiment import Experiment, check_steps
from animator.paths import DrawnPath, WeightPath
from animator.problems import Problem, Unlaid
from animator.setting import setting_of
from animator.training import Outcome, Run

Numbers = NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class Trajectory:
    """What one setting did; arrays are in the model's own dtype.

    `loss[k]` and `gradient[k]` are taken at `params[k]`, the last one included.
    After the step of a divergence everything is NaN.
    """

    label: str
    params: Numbers  # (steps + 1, 2), the drawn ones, as (x, y)
    loss: Numbers  # (steps + 1,), over all points
    gradient: Numbers  # (steps + 1, 2), as the optimizer gets it; NaN on a plane
    outcome: Outcome
    lr: Numbers  # (steps + 1, 2), of the drawn ones; NaN if there is none
    off_plane: Numbers | None = None  # (steps + 1,), of a network's weights

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
    """An experiment's trajectories, in the order of its settings.

    Attributes:
        experiment: what was run.
        trajectories: of its settings.
        problem: what was minimised, as it is drawn: the experiment's own problem; or,
            of a network, the plane that was laid through its paths.
    """

    experiment: Experiment
    trajectories: tuple[Trajectory, ...]
    problem: Problem

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
    drawn = experiment.problem
    if not isinstance(drawn, Unlaid):
        trajectories = []
        for label in experiment.settings:
            run = _run_of(experiment, label)
            path = DrawnPath(run, drawn, count)
            loss, outcome = _recorded(experiment, label, run, path, count, progress)
            trajectories.append(
                Trajectory(label, path.params, loss, path.gradient, outcome, path.lr)
            )
        return Recording(experiment, tuple(trajectories), drawn)
    # Where a network's plane lies is known when all its paths are.
    runs = [_run_of(experiment, label) for label in experiment.settings]
    paths = [WeightPath(run, count) for run in runs]
    ends = [
        _recorded(experiment, label, run, path, count, progress)
        for label, run, path in zip(experiment.settings, runs, paths, strict=True)
    ]
    plane = drawn.laid([path.weights() for path in paths], runs[0].model)
    found = []
    for label, way, (loss, outcome) in zip(
        experiment.settings, paths, ends, strict=True
    ):
        params, off = way.on(plane)
        found.append(
            Trajectory(label, params, loss, way.gradient, outcome, way.lr, off)
        )
    return Recording(experiment, tuple(found), plane)


def _run_of(experiment: Experiment, label: str) -> Run:
    return Run(experiment.problem, setting_of(experiment.settings[label]))


def _recorded(
    experiment: Experiment,
    label: str,
    run: Run,
    path: DrawnPath | WeightPath,
    steps: int,
    progress: Callable[[str, int], None] | None,
) -> tuple[Numbers, Outcome]:
    """Take the steps of a run; return the losses (steps + 1,) and how it ended."""
    losses = np.full(steps + 1, np.nan)
    step = 0

    def log(number: int, value: float) -> None:
        losses[number] = value
        path.log(number)

    def tell(number: int) -> None:
        nonlocal step
        step = number
        if progress is not None:
            progress(label, number)

    try:
        outcome = run.take(steps, log, tell)
    except Exception as error:
        raise SceneError(
            f"{experiment}: recording {label!r} failed at step {step}: {error}"
        ) from error
    if isinstance(path, DrawnPath):
        losses = losses.astype(path.params.dtype)
    return losses, outcome
