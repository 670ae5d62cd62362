"""An experiment's trajectories, and how they are packed into arrays for a cache."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from animator.base.errors import SceneError
from animator.experiments.details import packed_details, unpacked_details
from animator.experiments.experiment import Experiment
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
        trajectories: of its settings.
        problem: what was minimised, as it is drawn: the experiment's own problem; or,
            of a network, the plane that was fitted to its paths.
    """

    experiment: Experiment
    trajectories: tuple[Trajectory, ...]
    problem: Problem

    def model_at(self, trajectory: Trajectory, step: float) -> torch.nn.Module:
        """Return the model of a trajectory after so many steps, in evaluation mode.

        A panel gets it if it has ``needs = Needs(weights=True)``. After the end of a
        run it is the last one; between two steps, that of the last complete step.

        Raises:
            SceneError: the weights were not recorded.
        """
        model = self.experiment.problem.model()
        detailed(trajectory).load_into(model, step)
        return model.eval().requires_grad_(False)

    @property
    def steps(self) -> int:
        """How many steps were taken, or meant to be taken."""
        return len(self.trajectories[0].loss) - 1


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
        if run.details is not None:
            parts = packed_details(run.details)
            arrays |= {f"details {number} {name}": parts[name] for name in parts}
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
        prefix = f"details {number} "
        parts = {
            name.removeprefix(prefix): values
            for name, values in arrays.items()
            if name.startswith(prefix)
        }
        run = Trajectory(label, params, loss, gradient, outcome, lr, off, number)
        trajectories.append(replace(run, details=unpacked_details(parts)))
    return Recording(experiment, tuple(trajectories), drawn)
