"""Computes the number of steps per epoch."""

from __future__ import annotations

import math
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from animator.base.errors import SceneError, placed
from animator.experiments.experiment import Experiment, Member
from animator.experiments.own_loop import Recorder
from animator.experiments.trajectory import Trajectory
from animator.problems import Batched


def steps_per_epoch(experiments: Iterable[Experiment]) -> Fraction:
    """Return the number of steps per epoch, which is equal in all experiments.

    An epoch uses each point once; its last batch may have fewer points.

    Raises:
        SceneError: the number is not known, or differs between settings.
    """
    found: dict[Fraction, str] = {}
    for experiment in experiments:
        with placed(experiment.made_at):
            for label, (member, *_) in experiment.members():
                where = f"{experiment}: setting {label!r}"
                found.setdefault(_steps(experiment.problem, member, where), where)
    (first, where), *others = found.items()
    if others:
        raise SceneError(
            f"counter: an epoch takes {_number(first)} steps for {where}, and "
            f"{_number(others[0][0])} for {others[0][1]}; write {{step}} instead of "
            "{epoch}"
        )
    return first


def _steps(problem: Any, setting: Member, where: str) -> Fraction:
    """Return the number of steps per epoch of a setting."""
    if isinstance(setting, Recorder | Trajectory):
        raise SceneError(
            f"counter: {where} was recorded elsewhere, so its epochs are not known; "
            "write {step} instead of {epoch}"
        )
    loader = getattr(getattr(problem, "data", None), "loader", None)
    if loader is not None:
        try:
            batches = len(loader)
        except TypeError:
            raise SceneError(
                f"counter: {where}: its DataLoader has no length, so its epochs are "
                "not known; write {step} instead of {epoch}"
            ) from None
    elif isinstance(problem, Batched):
        batches = math.ceil(problem.size / (setting.batch_size or problem.size))
    else:
        raise SceneError(
            f"counter: {where} has no points, and so no epochs; write {{step}} instead "
            "of {epoch}"
        )
    return Fraction(batches, setting.accumulate)


def _number(value: Fraction) -> str:
    return format(float(value), "g")
