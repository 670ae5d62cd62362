"""Validation points of a fit, which are not used for training."""

from __future__ import annotations

import dataclasses
import warnings
from typing import TYPE_CHECKING, Any, TypeVar

import torch

from animator.base.errors import SceneError, message_of
from animator.base.seeding import seeded
from animator.problems.data import Data
from animator.problems.evaluation import Evaluation, prepare
from animator.problems.hidden_state import preserved
from animator.problems.lossform import try_objective
from animator.problems.metrics import VALIDATION, Metric
from animator.problems.objective import Objective
from animator.problems.points import read_points

if TYPE_CHECKING:
    from animator.problems.points import Missing, Points

FitProblem = TypeVar("FitProblem")

_MEMORY = 1 << 28
"""The maximum memory of one evaluation of the loss, in bytes."""


def with_validation(
    caller: str, problem: FitProblem, points: Points | None, missing: Missing
) -> FitProblem:
    """Return a fit with validation points, if any are given.

    Args:
        caller: the name of the function in error messages.
        problem: a dataclass with `criterion`, `model` and `validation`.
        points: the validation points, in the form that `read_points` accepts.
        missing: ``"drop"`` to leave out points that lack a number.

    Raises:
        SceneError: the points are not valid, or the loss cannot be evaluated on them.
    """
    if points is None:
        return problem
    fit: Any = problem
    caller = f"{caller}: validation"
    given = read_points(points, caller, fit.data_x.dtype, missing)
    rows = tuple(
        torch.from_numpy(row.astype(fit.data_x.dtype))[:, None]
        for row in (given.x, given.y)
    )
    data = Data(rows, len(given.x), torch.device("cpu"))
    try:
        with preserved(fit.criterion), warnings.catch_warnings(), seeded():
            warnings.simplefilter("ignore")  # training repeats the warnings
            tried = try_objective(Objective(fit.criterion), fit.model(), rows)
            if isinstance(tried, Exception):
                raise tried
            evaluation = prepare(tried[0], fit.model(), data, _MEMORY)
    except Exception as error:
        text = message_of(error)
        raise SceneError(
            f"{caller}: {type(error).__name__}: {text}; give points of the same "
            "form as those of the fit"
        ) from error
    result: FitProblem = dataclasses.replace(fit, validation=evaluation)
    return result


def validation_loss(evaluation: Evaluation | None) -> tuple[Metric, ...]:
    """Return the metric ``"validation loss"``, if there are validation points."""
    if evaluation is None:
        return ()
    return (Metric(f"{VALIDATION}loss", evaluation),)
