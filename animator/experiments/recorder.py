"""Records experiments: runs each setting's optimizer and logs each step."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from animator.base.cache import NO_CACHE, Cache
from animator.base.errors import placed
from animator.experiments.details import NOTHING, Needs
from animator.experiments.experiment import (
    Experiment,
    Member,
    check_experiment,
)
from animator.experiments.experiment_checks import check_steps
from animator.experiments.families import without_copies
from animator.experiments.logs import DrawnLog
from animator.experiments.losses import losses_at
from animator.experiments.own_loop import Recorder
from animator.experiments.projected_recording import record_projected
from animator.experiments.recording import (
    Recording,
    Recordings,
    StepCallback,
    pack_recording,
    unpack_recording,
)
from animator.experiments.runs import run_setting
from animator.experiments.state_checks import warn_missing_state
from animator.experiments.training import Run
from animator.experiments.trajectory import Trajectory
from animator.problems import Problem, ProjectedProblem

__all__ = ["Recording", "Recordings", "StepCallback", "record", "record_all"]


def record_all(
    experiments: Iterable[Experiment],
    steps: int | None = None,
    cache: Cache = NO_CACHE,
    progress: StepCallback | None = None,
    needs: Mapping[Experiment, Needs] | None = None,
) -> Recordings:
    """Record experiments, each once, or read their recordings from a cache."""
    return {
        experiment: record_cached(
            experiment,
            steps,
            cache,
            progress,
            (needs or {}).get(experiment, NOTHING),
            record,
        )
        for experiment in dict.fromkeys(experiments)
    }


def record_cached(
    experiment: Experiment,
    steps: int | None,
    cache: Cache,
    progress: StepCallback | None,
    needs: Needs,
    run: Callable[..., Recording],
) -> Recording:
    """Record an experiment with `run`, or read the recording from the cache."""
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
        lambda: run(experiment, steps, progress=progress, needs=needs),
        pack_recording,
        lambda arrays: unpack_recording(arrays, experiment),
    )


def record(
    experiment: Experiment,
    steps: int | None = None,
    *,
    progress: StepCallback | None = None,
    needs: Needs = NOTHING,
) -> Recording:
    """Run every setting of an experiment from its start, and log each step.

    The loop is torch's standard loop: ``zero_grad``, loss, ``backward``, ``step``.
    Nothing is clipped, smoothed or clamped unless a `Setting` requests it. An optimizer
    whose ``step`` needs a closure, such as LBFGS, gets one. The logged loss is the loss
    over all data in evaluation mode. A loss that is not finite ends the run as
    diverged; it does not raise an error.

    While a setting runs, the global random generators are seeded with its seed, and
    torch uses one thread. The results are therefore the same in every run and on any
    number of cores. A setting with several seeds has one trajectory for each seed.

    Args:
        experiment: the experiment.
        steps: the number of steps. Default: the experiment's own.
        progress: called with the setting's label and the step before each step.
        needs: additional data to record: weights, gradients, optimizer state.

    Returns:
        The trajectories of all settings and seeds.

    Raises:
        SceneError: the problem or an optimizer fails; the message names the setting and
            the step.

    Warns:
        RenderWarning: torch gave a warning, which is repeated once; or no optimizer has
            some of the requested state.
    """
    check_experiment("record", experiment)
    if steps is not None:
        check_steps(steps, str(experiment), experiment.count_runs(), what="runs")
    with placed(experiment.made_at):
        experiment = experiment.tuned(progress=progress)
        count = experiment.count_steps(steps)
        problem = experiment.problem
        if isinstance(problem, ProjectedProblem):
            recording = record_projected(experiment, problem, count, progress, needs)
        else:
            recording = _record_drawn(experiment, problem, count, progress, needs)
        warn_missing_state(recording, needs)
        return recording


def _record_drawn(
    experiment: Experiment,
    problem: Problem,
    steps: int,
    progress: StepCallback | None,
    needs: Needs,
) -> Recording:
    """Record a problem with two drawn parameters."""
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
    """Run a setting, or return a trajectory that was recorded elsewhere."""
    if isinstance(member, Trajectory | Recorder):
        return _existing_trajectory(problem, member).padded_to(label, steps)

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


def _existing_trajectory(
    problem: Problem, setting: Trajectory | Recorder
) -> Trajectory:
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
