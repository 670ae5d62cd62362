"""Checks the settings of an experiment before they run."""

from __future__ import annotations

import warnings
from typing import Any

import torch

from animator.base.checks import quoted
from animator.base.errors import SceneError
from animator.base.seeding import seeded
from animator.experiments.advice import factory_fix, suggest_fix, wrong_argument
from animator.experiments.isolation import isolated, model_at_start
from animator.experiments.own_loop import Recorder
from animator.experiments.setting import Setting, setting_of
from animator.experiments.starts import move_to_start
from animator.experiments.trajectory import Trajectory
from animator.problems import Batched, BatchSource, Problem, ProjectedProblem
from animator.problems.modules import is_lazy


def check_setting(
    where: str, problem: Problem | ProjectedProblem, label: object, setting: object
) -> None:
    """Raise `SceneError` unless a setting can run on a problem.

    Args:
        where: the prefix of messages, which names the experiment.
        problem: the problem.
        label: the label of the setting.
        setting: an optimizer, a `Setting`, or a run that was recorded elsewhere.
    """
    if not isinstance(label, str) or not label:
        raise SceneError(f"{where}: {label!r} is not a label; use a string")
    if isinstance(setting, Recorder):
        _check_model(f"{where}: setting {label!r}", problem, setting.path.model)
        return
    if isinstance(setting, Trajectory):
        if not isinstance(problem, Problem):
            raise SceneError(
                f"{where}: setting {label!r} is a trajectory of two numbers, which "
                "a network does not have; give a Recorder"
            )
        return
    if not (callable(setting) or isinstance(setting, Setting)):
        raise SceneError(
            f"{where}: setting {label!r} is {quoted(setting)}; "
            f"{factory_fix(setting, 'give an optimizer such as')}"
        )
    first, *others = setting_of(setting).members
    _check_batches(where, problem, label, first)
    _try_to_build(where, problem, label, first)
    if callable(first.start) and isinstance(problem, Problem):
        for member in others:  # each seed has its own start
            _try_to_build(where, problem, label, member)


def _check_model(where: str, problem: Any, logged: torch.nn.Module) -> None:
    """Raise `SceneError` unless a logged model matches the model of a network."""
    if not isinstance(problem, ProjectedProblem):
        return
    own, other = (
        [tuple(p.shape) for p in model.parameters()]
        for model in (problem.model(), logged)
    )
    if own != other and not any(map(is_lazy, (problem.model(), logged))):
        raise SceneError(
            f"{where} has logged a {type(logged).__name__} whose weights have the "
            f"shapes {quoted(other)}, but the problem's have {quoted(own)}; give "
            "network() the same model"
        )


def _check_batches(where: str, problem: Any, label: str, setting: Setting) -> None:
    size = setting.batch_size
    if size is None:
        return
    if not isinstance(problem, Batched):
        raise SceneError(
            f"{where}: setting {label!r}: batch_size is {size}, but the problem has "
            "no points to draw from; leave it out"
        )
    if isinstance(problem, BatchSource) and problem.has_own_batches:
        raise SceneError(
            f"{where}: setting {label!r}: batch_size is {size}, but the DataLoader "
            "gives the batches; leave it out, or give the DataLoader's dataset to "
            "network()"
        )


def _try_to_build(where: str, problem: Any, label: str, setting: Setting) -> None:
    """Raise `SceneError` if optimizers or schedulers cannot be created."""
    making: Any = setting.optimizer
    try:
        with (
            seeded(setting.seed),
            isolated(problem, setting),
            model_at_start(problem, setting) as model,
            warnings.catch_warnings(),
        ):
            warnings.simplefilter("ignore")
            move_to_start(model, problem, setting.start)
            optimizers = setting.build(model)
            making = setting.scheduler or making
            setting.build_schedulers(optimizers)
    except SceneError as error:
        raise SceneError(f"{where}: setting {label!r}: {error}") from error
    except Exception as error:
        wrong = wrong_argument(making)
        advice = wrong or f"{error}; {suggest_fix(error, making)}"
        raise SceneError(f"{where}: setting {label!r}: {advice}") from error
