"""An experiment's trajectories, and how they are packed into arrays for a cache."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from animator.experiments.experiment import Experiment
from animator.experiments.trajectory import Outcome, Trajectory
from animator.problems import PlaneProblem, Problem, ProjectedProblem


@dataclass(frozen=True, slots=True)
class Recording:
    """An experiment's trajectories, in the order of its settings.

    Attributes:
        experiment: what was run.
        trajectories: of its settings.
        problem: what was minimised, as it is drawn: the experiment's own problem; or,
            of a network, the plane that was fitted to its paths.
    """

    experiment: Experiment
    trajectories: tuple[Trajectory, ...]
    problem: Problem

    @property
    def steps(self) -> int:
        """How many steps were taken, or meant to be taken."""
        return len(self.trajectories[0].loss) - 1


Recordings = dict[Experiment, Recording]
StepCallback = Callable[[str, int], None]
"""Called with a setting's label and a step."""

_ARRAYS = ("params", "loss", "gradient", "lr")


def packed(recording: Recording) -> dict[str, Any]:
    """Return all numbers of a recording, by name."""
    arrays: dict[str, Any] = {}
    for number, run in enumerate(recording.trajectories):
        for name in (*_ARRAYS, "off_plane"):
            values = getattr(run, name)
            if values is not None:
                arrays[f"{name} {number}"] = values
        for name, values in run.series.items():
            arrays[f"series {number} {name}"] = values
        arrays[f"outcome {number}"] = [run.outcome.diverged, run.outcome.step]
    if isinstance(recording.problem, PlaneProblem):
        arrays |= recording.problem.packed()
    return arrays


def unpacked(arrays: Mapping[str, Any], experiment: Experiment) -> Recording:
    """Return the recording of an experiment whose numbers were packed."""
    problem = experiment.problem
    drawn: Any = problem
    if isinstance(problem, ProjectedProblem):
        drawn = problem.unpacked(arrays)
    trajectories = []
    for number, label in enumerate(experiment.settings):
        diverged, step = arrays[f"outcome {number}"].tolist()
        params, loss, gradient, lr = (arrays[f"{name} {number}"] for name in _ARRAYS)
        outcome = Outcome(bool(diverged), int(step))
        off = arrays.get(f"off_plane {number}")
        begin = f"series {number} "
        series = {
            name.removeprefix(begin): values
            for name, values in arrays.items()
            if name.startswith(begin)
        }
        trajectories.append(
            Trajectory(label, params, loss, gradient, outcome, lr, off, number, series)
        )
    return Recording(experiment, tuple(trajectories), drawn)
