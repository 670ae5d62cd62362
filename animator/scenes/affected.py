"""Finds the experiments of a scene that have a hyperparameter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from animator.experiments.deferred import Deferred
from animator.experiments.experiment import Experiment
from animator.experiments.hyperparameters import accepts
from animator.experiments.own_loop import Recorder
from animator.experiments.setting import setting_of
from animator.experiments.trajectory import Trajectory
from animator.scenes.scene import Scene


def changes_of(
    scene: Scene, experiment: Experiment, changes: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the changes that apply to one of the experiments of a scene.

    A hyperparameter that no optimizer of the experiment takes applies only to the other
    experiments. If nobody takes it, it applies to all, which then raise an error.
    """
    others = [each for each in scene.experiments if each is not experiment]
    return {
        name: value
        for name, value in changes.items()
        if _takes(experiment, name) or not any(_takes(each, name) for each in others)
    }


def _takes(experiment: Experiment, name: str) -> bool:
    """Return whether a setting of an experiment has a hyperparameter."""
    if isinstance(experiment.settings, Deferred):
        return True
    return any(
        accepts(setting_of(setting), name)
        for setting in experiment.settings.values()
        if not isinstance(setting, Recorder | Trajectory)
    )
