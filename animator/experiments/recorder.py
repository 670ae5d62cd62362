"""Runs the optimizer loop, exactly as the scene says, and logs it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from animator.base.cache import NO_CACHE, Cache
from animator.base.errors import SceneError, placed
from animator.experiments.details import NOTHING, Needs
from animator.experiments.experiment import (
    Experiment,
    Member,
    check_experiment,
    check_steps,
)
from animator.experiments.families import families_of, without_copies
from animator.experiments.logs import DrawnLog, WeightLog
from animator.experiments.lossmap import losses_at
from animator.experiments.own_loop import Recorder
from animator.experiments.recording import (
    Recording,
    Recordings,
    StepCallback,
    packed,
    unpacked,
)
from animator.experiments.runs import Ended, run_setting
from animator.experiments.setting import Setting
from animator.experiments.training import Run
from animator.experiments.trajectory import Outcome, Trajectory
from animator.problems import Problem, ProjectedProblem
from animator.problems.modules import extra_state

__all__ = ["Recording", "Recordings", "StepCallback", "record", "record_all"]

_WILD = 1e4
"""A run that exceeds the losses at the start by this factor shapes no plane."""


def record_all(
    experiments: Iterable[Experiment],
    steps: int | None = None,
    cache: Cache = NO_CACHE,
    progress: StepCallback | None = None,
    needs: Mapping[Experiment, Needs] | None = None,
) -> Recordings:
    """Record experiments, each once, as `record` does, or read them from a cache."""
    return {
        experiment: _cached(
            experiment, steps, cache, progress, (needs or {}).get(experiment, NOTHING)
        )
        for experiment in dict.fromkeys(experiments)
    }


def _cached(
    experiment: Experiment,
    steps: int | None,
    cache: Cache,
    progress: StepCallback | None,
    needs: Needs,
) -> Recording:
    """Record an experiment, or read it from a cache."""
    with placed(experiment.made_at):
        experiment = experiment.tuned(cache, progress)
    what: tuple[Any, ...] = (
        "recording",
        experiment.problem,
        dict(experiment.settings),
        experiment.count_steps(steps),
        dict(experiment.metrics),
        experiment.every,
        *([needs] if needs else []),
    )
    return cache.get_or_compute(
        what,
        lambda: record(experiment, steps, progress=progress, needs=needs),
        packed,
        lambda arrays: unpacked(arrays, experiment),
    )


def record(
    experiment: Experiment,
    steps: int | None = None,
    *,
    progress: StepCallback | None = None,
    needs: Needs = NOTHING,
) -> Recording:
    """Run every setting of an experiment from its start and log each step.

    The loop is torch's plain one: ``zero_grad``, loss, ``backward``, ``step``; nothing
    is clipped, smoothed or clamped unless a `Setting` asks for it. An optimizer whose
    ``step`` needs a closure, as LBFGS's does, gets one. The logged loss is that over
    all data in evaluation mode; a loss that is not finite ends the run: that is an
    outcome, not an error.

    While a setting runs, global random numbers are seeded with its seed, and torch has
    one thread: the same numbers come out in every run, and on any number of cores. A
    setting with several seeds has a trajectory for each of them.

    Args:
        experiment: what to run.
        steps: how many steps, instead of the experiment's own number.
        progress: called with the setting's label and the step before each step.
        needs: what else to record: all weights, gradients, the optimizer's state.

    Raises:
        SceneError: the problem or an optimizer failed; says where.

    Warns:
        RenderWarning: what torch warned of, each once.
    """
    check_experiment("record", experiment)
    if steps is not None:
        check_steps(steps, str(experiment), experiment.count_runs(), what="runs")
    with placed(experiment.made_at):
        experiment = experiment.tuned(progress=progress)
        count = experiment.count_steps(steps)
        problem = experiment.problem
        if isinstance(problem, ProjectedProblem):
            return _record_projected(experiment, problem, count, progress, needs)
        return _record_drawn(experiment, problem, count, progress, needs)


def _record_drawn(
    experiment: Experiment,
    problem: Problem,
    steps: int,
    progress: StepCallback | None,
    needs: Needs,
) -> Recording:
    """Record a problem whose two numbers are all that is drawn."""
    trajectories: list[Trajectory] = []
    for number, (label, members) in enumerate(experiment.members()):
        family = [
            _run_drawn(experiment, problem, label, member, steps, progress, needs)
            for member in members
        ]
        found = without_copies(str(experiment), tuple(family))
        trajectories += [replace(run, setting=number) for run in found]
    return Recording(experiment, tuple(trajectories), problem)


def _run_drawn(
    experiment: Experiment,
    problem: Problem,
    label: str,
    member: Member,
    steps: int,
    progress: StepCallback | None,
    needs: Needs,
) -> Trajectory:
    """Run a setting, or return what was recorded elsewhere."""
    if isinstance(member, Trajectory | Recorder):
        return _given(problem, member).padded_to(label, steps)

    def make_log(run: Run) -> DrawnLog:
        return DrawnLog(run.model, run.optimizers, problem, steps)

    ran = run_setting(experiment, label, steps, make_log, progress, member, needs)
    log = ran.log
    loss = ran.losses.astype(log.params.dtype)
    return Trajectory(
        label,
        log.params,
        loss,
        log.gradient,
        ran.outcome,
        log.lr,
        seed=member.seed,
        series=ran.series,
        details=ran.details,
    )


def _given(problem: Problem, setting: Trajectory | Recorder) -> Trajectory:
    """Return a trajectory that was recorded elsewhere, with its losses."""
    if isinstance(setting, Recorder):
        outcome, loss = setting.outcome, np.array(setting.loss, np.float64)
        params, lr = setting.drawn(problem), np.array(setting.path.rates)[:, None]
        for values in (params, loss, lr) if outcome.diverged else ():
            values[outcome.step :] = np.nan
        trajectory = Trajectory.of(params, loss, series=setting.series)
        return replace(trajectory, outcome=outcome, lr=np.repeat(lr, 2, axis=1))
    if np.isfinite(setting.loss).any():
        return setting
    outcome = setting.outcome
    loss = np.full(len(setting.params), np.nan)
    end = outcome.step + (not outcome.diverged)
    loss[:end] = losses_at(problem, *setting.params[:end].T)
    return replace(setting, loss=loss)


def _record_projected(
    experiment: Experiment,
    problem: ProjectedProblem,
    steps: int,
    progress: StepCallback | None,
    needs: Needs,
) -> Recording:
    """Record a network; its plane is fitted when all paths are known."""
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
    calm = _calm(runs)
    leading = runs[calm.index(True) if any(calm) else 0]
    plane = problem.with_plane(
        [run.log.weights(run.last) for run in runs],
        leading.state,
        calm=calm,
        others=[run.state for run, is_calm in zip(runs, calm, strict=True) if is_calm],
    )
    trajectories = []
    for (number, label, member), run in zip(planned, runs, strict=True):
        params, off = run.log.on(plane, steps, run.last)
        lr = np.full((steps + 1, 2), np.nan)
        rates = np.array(run.log.rates[: run.last + 1])
        lr[: len(rates)] = rates[:, None]
        nothing = np.full((steps + 1, 2), np.nan)
        seed = member.seed if isinstance(member, Setting) else None
        trajectories.append(
            Trajectory(
                label,
                params,
                run.losses,
                nothing,
                run.outcome,
                lr,
                off,
                number,
                seed,
                run.series,
                run.details,
            )
        )
    distinct = [
        run
        for family in families_of(trajectories)
        for run in without_copies(str(experiment), family)
    ]
    return Recording(experiment, tuple(distinct), plane)


def _run_projected(
    experiment: Experiment,
    label: str,
    member: Member,
    steps: int,
    progress: StepCallback | None,
    needs: Needs,
) -> Ended[WeightLog]:
    """Run a setting of a network, or return what was recorded elsewhere."""
    if isinstance(member, Recorder):
        run = _logged(experiment, label, member, steps)
    else:
        assert isinstance(member, Setting)  # an experiment of a network has no others
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


def _calm(runs: Sequence[Ended[WeightLog]]) -> list[bool]:
    """Return which runs neither diverge nor grow as if they will."""
    starts = [abs(run.losses[0]) for run in runs if np.isfinite(run.losses[0])]
    limit = _WILD * max(starts, default=math.inf)
    return [
        not run.outcome.diverged and bool(np.nanmax(np.abs(run.losses)) <= limit)
        for run in runs
    ]


def _logged(
    experiment: Experiment, label: str, recorder: Recorder, steps: int
) -> Ended[WeightLog]:
    """Return a user's own loop as a run; NaN from a divergence on."""
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
    run = Ended(log, losses, outcome, state, series, details)
    run.losses[: run.last + 1] = recorder.loss[: run.last + 1]
    for name, values in recorder.series.items():
        series[name][: run.last + 1] = values[: run.last + 1]
    return run
