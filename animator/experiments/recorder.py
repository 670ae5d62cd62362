"""Runs the optimizer loop, exactly as the scene says, and logs it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from animator.base.cache import NO_CACHE, Cache
from animator.base.errors import SceneError
from animator.base.seeding import one_thread, seeded
from animator.experiments.experiment import Experiment, check_experiment, check_steps
from animator.experiments.logs import DrawnPath, Recorder, WeightPath
from animator.experiments.lossmap import losses_at
from animator.experiments.setting import setting_of
from animator.experiments.training import Run
from animator.experiments.trajectory import Numbers, Outcome, Trajectory
from animator.problems import Plane, Problem, ProjectedProblem


@dataclass(frozen=True, slots=True)
class Recording:
    """An experiment's trajectories, in the order of its settings.

    Attributes:
        experiment: what was run.
        trajectories: of its settings.
        problem: what was minimised, as it is drawn: the experiment's own problem; or,
            of a network, the plane that was laid through its paths.
        cache: where to keep what is found for it.
    """

    experiment: Experiment
    trajectories: tuple[Trajectory, ...]
    problem: Problem
    cache: Cache = NO_CACHE

    @property
    def steps(self) -> int:
        """How many steps were taken, or meant to be taken."""
        return len(self.trajectories[0].loss) - 1


Recordings = dict[Experiment, Recording]
StepCallback = Callable[[str, int], None]
"""Called with a setting's label and a step."""


def record_all(
    experiments: Iterable[Experiment],
    steps: int | None = None,
    cache: Cache = NO_CACHE,
    progress: StepCallback | None = None,
) -> Recordings:
    """Record experiments, each once, as `record` does; or take what a cache has."""
    return {
        experiment: _kept(experiment, steps, cache, progress)
        for experiment in dict.fromkeys(experiments)
    }


def _kept(
    experiment: Experiment,
    steps: int | None,
    cache: Cache,
    progress: StepCallback | None,
) -> Recording:
    """Record an experiment, or take what a cache has."""
    what = (
        "recording",
        experiment.problem,
        dict(experiment.settings),
        steps or experiment.steps,
    )
    recording = cache.get_or_compute(
        what,
        lambda: record(experiment, steps, progress=progress),
        packed,
        lambda arrays: unpacked(arrays, experiment),
    )
    return replace(recording, cache=cache)


def packed(recording: Recording) -> dict[str, Any]:
    """Return all numbers of a recording, by name."""
    arrays: dict[str, Any] = {}
    for number, run in enumerate(recording.trajectories):
        for name in ("params", "loss", "gradient", "lr", "off_plane"):
            values = getattr(run, name)
            if values is not None:
                arrays[f"{name} {number}"] = values
        arrays[f"outcome {number}"] = [run.outcome.diverged, run.outcome.step]
    if isinstance(recording.problem, Plane):
        arrays |= recording.problem.packed()
    return arrays


def unpacked(arrays: Mapping[str, Any], experiment: Experiment) -> Recording:
    """Return the recording of an experiment that numbers are of."""
    problem = experiment.problem
    drawn = (
        problem.unpacked(arrays) if isinstance(problem, ProjectedProblem) else problem
    )
    found = []
    for number, label in enumerate(experiment.settings):
        diverged, step = arrays[f"outcome {number}"].tolist()
        params, loss, gradient, lr = (
            arrays[f"{name} {number}"] for name in ("params", "loss", "gradient", "lr")
        )
        outcome = Outcome(bool(diverged), int(step))
        off = arrays.get(f"off_plane {number}")
        found.append(Trajectory(label, params, loss, gradient, outcome, lr, off))
    return Recording(experiment, tuple(found), drawn)


def record(
    experiment: Experiment,
    steps: int | None = None,
    *,
    progress: StepCallback | None = None,
) -> Recording:
    """Run every setting of an experiment from its start and log each step.

    The loop is torch's plain one: ``zero_grad``, loss, ``backward``, ``step``; nothing
    is clipped, smoothed or clamped but what a `Setting` says. An optimizer whose
    ``step`` needs a closure, as LBFGS's does, gets one. A loss that is not finite ends
    the run: that is an outcome, not an error.

    While a setting runs, global random numbers are seeded with its seed, and torch has
    one thread: the same numbers come out in every run, and on any number of cores.

    Args:
        experiment: what to run.
        steps: how many steps, instead of the experiment's own number.
        progress: called with the setting's label and the step before each step.

    Raises:
        SceneError: the problem or an optimizer failed; says where.
    """
    check_experiment("record", experiment)
    if steps is not None:
        check_steps(steps, str(experiment), len(experiment.settings))
    count = steps or experiment.steps
    if isinstance(experiment.problem, ProjectedProblem):
        return _on_plane(experiment, experiment.problem, count, progress)
    problem = experiment.problem
    found = []
    for label, setting in experiment.settings.items():
        if isinstance(setting, Trajectory | Recorder):
            found.append(_given(problem, setting).padded_to(label, count))
            continue
        run = _run_of(experiment, label)
        path = DrawnPath(run, problem, count)
        loss, outcome = _recorded(experiment, label, run, path, count, progress)
        loss = loss.astype(path.params.dtype)
        found.append(
            Trajectory(label, path.params, loss, path.gradient, outcome, path.lr)
        )
    return Recording(experiment, tuple(found), problem)


def _given(problem: Problem, setting: Trajectory | Recorder) -> Trajectory:
    """Return a trajectory that somebody else recorded; the problem tells its losses."""
    if isinstance(setting, Recorder):
        return Trajectory.of(setting.drawn(problem), np.array(setting.loss))
    if np.isfinite(setting.loss).any():
        return setting
    x, y = (setting.params[:, axis].astype(np.float32) for axis in (0, 1))
    return replace(setting, loss=losses_at(problem, x, y))


def _on_plane(
    experiment: Experiment,
    problem: ProjectedProblem,
    steps: int,
    progress: StepCallback | None,
) -> Recording:
    """Record a network: where its plane lies is known when all paths are."""
    paths: list[WeightPath] = []
    ends = []
    for label, setting in experiment.settings.items():
        if isinstance(setting, Recorder):
            paths.append(setting.finish())
            loss = np.full(steps + 1, np.nan)
            told = setting.loss[: steps + 1]
            loss[: len(told)] = told
            end = Outcome(diverged=False, step=len(told) - 1)
            ends.append((loss, end))
        else:
            run = _run_of(experiment, label)
            paths.append(WeightPath(run.model, run.optimizer))
            ends.append(_recorded(experiment, label, run, paths[-1], steps, progress))
            if ends[-1][1].step == 0:
                raise SceneError(
                    f"{experiment}: the loss of {label!r} is not finite at the start; "
                    "check the data and the model"
                )
            paths[-1].finish()
    plane = problem.with_plane([path.weights() for path in paths], paths[0].model)
    nothing = np.full((steps + 1, 2), np.nan)
    found = []
    for label, path, (loss, outcome) in zip(
        experiment.settings, paths, ends, strict=True
    ):
        params, off = path.on(plane, steps)
        lr = nothing.copy()
        lr[: len(path.rates)] = np.array(path.rates[: steps + 1])[:, None]
        found.append(Trajectory(label, params, loss, nothing, outcome, lr, off))
    return Recording(experiment, tuple(found), plane)


def _run_of(experiment: Experiment, label: str) -> Run:
    given: Any = experiment.settings[label]
    setting = setting_of(given)
    with seeded(setting.seed):
        return Run(experiment.problem, setting)


def _recorded(
    experiment: Experiment,
    label: str,
    run: Run,
    path: DrawnPath | WeightPath,
    steps: int,
    progress: StepCallback | None,
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
        with one_thread(), seeded(run.setting.seed):
            outcome = run.run_steps(steps, log, tell)
    except Exception as error:
        raise SceneError(
            f"{experiment}: recording {label!r} failed at step {step}: {error}"
        ) from error
    return losses, outcome
