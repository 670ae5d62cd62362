"""An experiment's trajectories, and how they are packed into arrays for a cache."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from animator.base.errors import SceneError
from animator.base.quoting import described
from animator.experiments.details import packed_details, unpacked_details
from animator.experiments.experiment import Experiment
from animator.experiments.families import Family, families_of, median_run
from animator.experiments.trajectory import Outcome, Trajectory
from animator.problems import PlaneProblem, Problem, ProjectedProblem

if TYPE_CHECKING:
    import torch

    from animator.experiments.details import Details


@dataclass(frozen=True, slots=True)
class Recording:
    """An experiment's trajectories, in the order of its settings.

    Attributes:
        experiment: what was run.
        trajectories: of its settings; of one with several seeds, as many.
        problem: what was minimised, as it is drawn: the experiment's own problem; or,
            of a network, the plane that was fitted to its paths.
    """

    experiment: Experiment
    trajectories: tuple[Trajectory, ...]
    problem: Problem

    def model_at(self, trajectory: Trajectory, step: float) -> torch.nn.Module:
        """Return the model of a trajectory after a number of steps, in evaluation mode.

        A panel gets it if it has ``needs = Needs(weights=True)``. After the end of a
        run it is the last one; between two steps, that of the last complete step.

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
        """How many steps were taken, or meant to be taken."""
        return len(self.trajectories[0].loss) - 1

    @property
    def families(self) -> list[Family]:
        """The trajectories of each setting: one, or as many as it has seeds."""
        return families_of(self.trajectories)

    @property
    def medians(self) -> list[Trajectory]:
        """For each setting its trajectory, or the median of several."""
        return list(map(median_run, self.families))


def detailed(trajectory: Trajectory, panel: str = "the panel") -> Details:
    """Return the details of a trajectory.

    Raises:
        SceneError: it has none.
    """
    if trajectory.details is None:
        raise SceneError(
            f"{panel}: {trajectory.label!r} was recorded without the weights; record "
            "it with record(experiment, needs=panel.needs), or render the scene"
        )
    return trajectory.details


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
        if run.details is not None:
            parts = packed_details(run.details)
            arrays |= {f"details {number} {name}": parts[name] for name in parts}
        arrays[f"outcome {number}"] = [run.outcome.diverged, run.outcome.step]
        arrays[f"setting {number}"] = run.setting
        if run.seed is not None:
            arrays[f"seed {number}"] = run.seed
    if isinstance(recording.problem, PlaneProblem):
        arrays |= recording.problem.packed()
    return arrays


def unpacked(arrays: Mapping[str, Any], experiment: Experiment) -> Recording:
    """Return the recording of an experiment whose numbers were packed."""
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
                unpacked_details(parts),
            )
        )
        number += 1
    return Recording(experiment, tuple(trajectories), drawn)
