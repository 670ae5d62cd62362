"""Plans the work of a job: steps of training, points of maps, and frames."""

from __future__ import annotations

from collections.abc import Sequence

from animator.batch.pace import Pace
from animator.experiments.deferred import Deferred
from animator.experiments.experiment import DEFAULT_STEPS, Experiment, experiments_of
from animator.experiments.own_loop import Recorder
from animator.experiments.trajectory import Trajectory
from animator.problems import ProjectedProblem
from animator.problems.projected import MAP_POINTS
from animator.scenes.scene import Scene

_FRAMES = 300
"""The expected number of frames, until the clip's own number is known."""


def plan_work(pace: Pace, scenes: Sequence[Scene], steps: int | None) -> None:
    """Plan the work for scenes that are rendered together.

    Args:
        pace: the pace that gets the plan.
        scenes: the scenes to render.
        steps: the number of steps, instead of the experiments' own.
    """
    maps: set[tuple[Experiment, int]] = set()
    for scene in scenes:
        for experiment in scene.experiments:
            _plan_training(pace, experiment, steps)
        for panel in scene.panels:
            points = getattr(panel, "points", 0)
            points = MAP_POINTS if points is None else points
            for experiment in experiments_of(panel.experiment):
                is_network = isinstance(experiment.problem, ProjectedProblem)
                # A user's panel may have `points` of another kind.
                if is_network and isinstance(points, int):
                    maps.add((experiment, points))
    pace.plan("maps", "point", sum(points**2 for _, points in maps))
    pace.plan("frames", "frame", _FRAMES)


def _plan_training(pace: Pace, experiment: Experiment, steps: int | None) -> None:
    """Plan the steps of an experiment and of its tuning."""
    settings = experiment.settings
    if isinstance(settings, Deferred):
        pace.plan(("tuning", experiment), "step", settings.training_steps)
        runs, count = len(settings), steps or experiment.steps or DEFAULT_STEPS
    else:
        count = experiment.count_steps(steps)
        given = (Recorder, Trajectory)
        runs = sum(
            not isinstance(member, given)
            for _, members in experiment.members()
            for member in members
        )
    pace.plan(("training", experiment), "step", runs * (count + 1))
