"""Animated clips of optimizer trajectories over loss landscapes."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from animator.compositor import compose, frames
    from animator.errors import (
        AnimatorError,
        RenderWarning,
        SceneError,
        WriteError,
    )
    from animator.experiment import Experiment
    from animator.loader import load
    from animator.lossmap import LossMap, loss_map
    from animator.panels import (
        Drawing,
        Fit,
        Growing,
        Heatmap,
        LearningRate,
        LossCurve,
        Panel,
        Parameters,
        Profile,
        Surface,
        Vectors,
    )
    from animator.paths import Recorder
    from animator.problems import Problem
    from animator.recorder import Recording, record
    from animator.renderer import Clip, render
    from animator.scene import Scene, side_by_side
    from animator.setting import Setting
    from animator.theme import Theme
    from animator.trajectory import Trajectory
    from animator.tuning import tune_lr
    from animator.variants import vary

__version__ = "0.1.0"

# Where each public name lives. It is imported when it is first asked for, so that
# `animate --help` waits neither for torch nor for matplotlib.
_HOME = {
    "AnimatorError": "errors",
    "Clip": "renderer",
    "Drawing": "panels",
    "Experiment": "experiment",
    "Fit": "panels",
    "Growing": "panels",
    "Heatmap": "panels",
    "LearningRate": "panels",
    "LossCurve": "panels",
    "LossMap": "lossmap",
    "Panel": "panels",
    "Parameters": "panels",
    "Problem": "problems",
    "Profile": "panels",
    "Recorder": "paths",
    "Recording": "recorder",
    "RenderWarning": "errors",
    "Scene": "scene",
    "SceneError": "errors",
    "Setting": "setting",
    "Surface": "panels",
    "Theme": "theme",
    "Trajectory": "trajectory",
    "Vectors": "panels",
    "WriteError": "errors",
    "compose": "compositor",
    "frames": "compositor",
    "load": "loader",
    "loss_map": "lossmap",
    "record": "recorder",
    "render": "renderer",
    "side_by_side": "scene",
    "tune_lr": "tuning",
    "vary": "variants",
}

__all__ = [
    "AnimatorError",
    "Clip",
    "Drawing",
    "Experiment",
    "Fit",
    "Growing",
    "Heatmap",
    "LearningRate",
    "LossCurve",
    "LossMap",
    "Panel",
    "Parameters",
    "Problem",
    "Profile",
    "Recorder",
    "Recording",
    "RenderWarning",
    "Scene",
    "SceneError",
    "Setting",
    "Surface",
    "Theme",
    "Trajectory",
    "Vectors",
    "WriteError",
    "compose",
    "frames",
    "load",
    "loss_map",
    "record",
    "render",
    "side_by_side",
    "tune_lr",
    "vary",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"animator.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOME])
