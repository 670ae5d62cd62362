"""The trajectories of an experiment, and their conversion to arrays for the cache."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from animator.base.errors import SceneError
from animator.base.quoting import described
from animator.experiments.details import pack_details, unpack_details
from animator.experiments.experiment import Experiment
from animator.experiments.families import Family, families_of, median_run
from animator.experiments.trajectory import Outcome, Trajectory
from animator.problems import PlaneProblem, Problem, ProjectedProblem

if TYPE_CHECKING:
    import torch

    from animator.experiments.details import Details


@dataclass(frozen=True, slots=True)
class Recording:
    """The trajectories of an experiment.

    Attributes:
        experiment: the experiment.
        trajectories: the trajectories in the order of the settings, one for each seed.
        problem: the problem to draw: the experiment's own problem or, for a network,
            the plane that was fitted to the paths.
    """

    experiment: Experiment
    trajectories: tuple[Trajectory, ...]
    problem: Problem

    def model_at(self, trajectory: Trajectory, step: float) -> torch.nn.Module:
        """Return the model after a number of steps, in evaluation mode.

        This requires a recording with ``Needs(weights=True)``; a panel requests it by
        its attribute ``needs``. After the end of the run, the last model is returned;
        between two steps, the model of the earlier step.

        Args:
            trajectory: a trajectory of this recording.
            step: the number of steps.

        Raises:
            SceneError: the weights were not recorded.
        """
        model = self.experiment.problem.model()
        detailed(trajectory).load_into(model, step)
        return model.eval().requires_grad_(False)

    def __repr__(self) -> str:
        labels = ", ".join(run.label for run in self.trajectories)
        return described(
            self, f"of {self.experiment}: {labels[:60]}", f"{self.steps} steps"
        )

    @property
    def steps(self) -> int:
        """The number of steps, including those after a divergence."""
        return len(self.trajectories[0].loss) - 1

    @property
    def families(self) -> list[Family]:
        """The trajectories of each setting, one for each seed."""
        return families_of(self.trajectories)

    @property
    def medians(self) -> list[Trajectory]:
        """The trajectory of each setting, or the median of its seeds."""
        return list(map(median_run, self.families))


def detailed(trajectory: Trajectory, panel: str = "the panel") -> Details:
    """Return the details of a trajectory.

    Raises:
        SceneError: the details were not recorded.
    """
    if trajectory.details is None:
        raise SceneError(
            f"{panel}: {trajectory.label!r} was recorded without the weights; record "
            "it with record(experiment, needs=panel.needs), or render the scene"
        )
    return trajectory.details


Recordings = dict[Experiment, Recording]
StepCallback = Callable[[str, int], None]
"""A callback with a setting's label and a step."""

_ARRAYS = ("params", "loss", "gradient", "lr")


def pack_recording(recording: Recording) -> dict[str, Any]:
    """Convert a recording to arrays and numbers by name."""
    arrays: dict[str, Any] = {}
    for number, run in enumerate(recording.trajectories):
        for name in (*_ARRAYS, "off_plane"):
            values = getattr(run, name)
            if values is not None:
                arrays[f"{name} {number}"] = values
        for name, values in run.series.items():
            arrays[f"series {number} {name}"] = values
        if run.details is not None:
            parts = pack_details(run.details)
            arrays |= {f"details {number} {name}": parts[name] for name in parts}
        arrays[f"outcome {number}"] = [run.outcome.diverged, run.outcome.step]
        arrays[f"setting {number}"] = run.setting
        if run.seed is not None:
            arrays[f"seed {number}"] = run.seed
    if isinstance(recording.problem, PlaneProblem):
        arrays |= recording.problem.packed()
    return arrays


def unpack_recording(arrays: Mapping[str, Any], experiment: Experiment) -> Recording:
    """Return the recording that `pack_recording` packed."""
    problem = experiment.problem
    drawn: Any = problem
    if isinstance(problem, ProjectedProblem):
        drawn = problem.unpacked(arrays)
    labels = list(experiment.settings)
    trajectories = []
    number = 0
    while f"outcome {number}" in arrays:
        diverged, step = arrays[f"outcome {number}"].tolist()
        params, loss, gradient, lr = (arrays[f"{name} {number}"] for name in _ARRAYS)
        index = int(arrays[f"setting {number}"])
        seed = arrays.get(f"seed {number}")
        start = f"series {number} "
        series = {
            name.removeprefix(start): values
            for name, values in arrays.items()
            if name.startswith(start)
        }
        prefix = f"details {number} "
        parts = {
            name.removeprefix(prefix): values
            for name, values in arrays.items()
            if name.startswith(prefix)
        }
        trajectories.append(
            Trajectory(
                labels[index],
                params,
                loss,
                gradient,
                Outcome(bool(diverged), int(step)),
                lr,
                arrays.get(f"off_plane {number}"),
                index,
                None if seed is None else int(seed),
                series,
                unpack_details(parts),
            )
        )
        number += 1
    return Recording(experiment, tuple(trajectories), drawn)
