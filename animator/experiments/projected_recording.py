"""Records an experiment of a network, and then fits the plane to its paths."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from animator.base.errors import SceneError
from animator.experiments.attempt import RunResult
from animator.experiments.families import families_of, without_copies
from animator.experiments.logs import WeightLog
from animator.experiments.own_loop import Recorder
from animator.experiments.recording import Recording, StepCallback
from animator.experiments.runs import run_setting
from animator.experiments.setting import Setting
from animator.experiments.trajectory import Outcome, Trajectory
from animator.problems.modules import extra_state

if TYPE_CHECKING:
    from animator.experiments.details import Needs
    from animator.experiments.experiment import Experiment, Member
    from animator.problems import PlaneProblem, ProjectedProblem

_STABLE_FACTOR = 1e4
"""Runs whose losses exceed the initial loss by this factor do not affect the plane."""


def record_projected(
    experiment: Experiment,
    problem: ProjectedProblem,
    steps: int,
    progress: StepCallback | None,
    needs: Needs,
) -> Recording:
    """Record an experiment of a network, and fit the plane to all paths.

    Args:
        experiment: the experiment.
        problem: the problem of the experiment.
        steps: the number of steps of each setting.
        progress: called with the setting's label and the step before each step.
        needs: the additional data to record.

    Raises:
        SceneError: a setting fails, or every setting diverges at step 1.
    """
    planned = [
        (number, label, member)
        for number, (label, members) in enumerate(experiment.members())
        for member in members
    ]
    runs = [
        _run_projected(experiment, label, member, steps, progress, needs)
        for _, label, member in planned
    ]
    if all(run.outcome == Outcome(diverged=True, step=1) for run in runs):
        raise SceneError(
            f"{experiment}: every setting diverges at step 1; lower the learning rates"
        )
    calm = _stable_runs(runs)
    leading = runs[calm.index(True) if any(calm) else 0]
    plane = problem.with_plane(
        [run.log.weights(run.last) for run in runs],
        leading.state,
        calm=calm,
        others=[run.state for run, is_calm in zip(runs, calm, strict=True) if is_calm],
    )
    trajectories = [
        _trajectory(run, plane, number, label, member, steps)
        for (number, label, member), run in zip(planned, runs, strict=True)
    ]
    distinct = [
        run
        for family in families_of(trajectories)
        for run in without_copies(str(experiment), family)
    ]
    return Recording(experiment, tuple(distinct), plane)


def _trajectory(
    run: RunResult[WeightLog],
    plane: PlaneProblem,
    number: int,
    label: str,
    member: Member,
    steps: int,
) -> Trajectory:
    """Return a run's trajectory on a plane; NaN after its last step."""
    params, off = run.log.on(plane, steps, run.last)
    lr = np.full((steps + 1, 2), np.nan)
    rates = np.array(run.log.rates[: run.last + 1])
    lr[: len(rates)] = rates[:, None]
    return Trajectory(
        label,
        params,
        run.losses,
        np.full((steps + 1, 2), np.nan),
        run.outcome,
        lr,
        off,
        number,
        seed=member.seed if isinstance(member, Setting) else None,
        series=run.series,
        details=run.details,
    )


def _run_projected(
    experiment: Experiment,
    label: str,
    member: Member,
    steps: int,
    progress: StepCallback | None,
    needs: Needs,
) -> RunResult[WeightLog]:
    """Run a setting of a network, or return a run that was recorded elsewhere."""
    if isinstance(member, Recorder):
        run = _logged(experiment, label, member, steps)
    else:
        assert isinstance(member, Setting)  # a network has no other kinds
        run = run_setting(
            experiment,
            label,
            steps,
            lambda run: WeightLog(run.model, run.optimizers),
            progress,
            member,
            needs,
        )
    if run.last < 0:
        raise SceneError(
            f"{experiment}: the loss of {label!r} is not finite at the start; "
            "check the data and the model"
        )
    if isinstance(member, Setting):
        run.log.finish()
    return run


def _stable_runs(runs: Sequence[RunResult[WeightLog]]) -> list[bool]:
    """Return for each run whether its losses are finite and bounded."""
    starts = [abs(run.losses[0]) for run in runs if np.isfinite(run.losses[0])]
    limit = _STABLE_FACTOR * max(starts, default=math.inf)
    return [
        not run.outcome.diverged and bool(np.nanmax(np.abs(run.losses)) <= limit)
        for run in runs
    ]


def _logged(
    experiment: Experiment, label: str, recorder: Recorder, steps: int
) -> RunResult[WeightLog]:
    """Return the result of the user's own loop; NaN from a divergence on."""
    try:
        log = recorder.finish()
    except SceneError as error:
        raise SceneError(f"{experiment}: {label!r}: {error}") from error
    outcome = recorder.outcome
    if outcome.step > steps:
        outcome = Outcome(diverged=False, step=steps)
    series = {name: np.full(steps + 1, np.nan) for name in recorder.series}
    state, details = extra_state(log.model), log.details(outcome, steps)
    losses = np.full(steps + 1, np.nan)
    run = RunResult(log, losses, outcome, state, series, details)
    run.losses[: run.last + 1] = recorder.loss[: run.last + 1]
    for name, values in recorder.series.items():
        series[name][: run.last + 1] = values[: run.last + 1]
    return run
