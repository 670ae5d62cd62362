"""Validation points of a fit: points that it is not trained on."""

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

Fit = TypeVar("Fit")

_MEMORY = 1 << 28
"""Bytes that evaluating the loss once may take."""


def with_validation(
    caller: str, problem: Fit, points: Points | None, missing: Missing
) -> Fit:
    """Return a fit with validation points, if there are any.

    Args:
        caller: the function to name in an error.
        problem: a fit with `criterion`, `model` and `validation`, a dataclass.
        points: the points, as `read_points` takes them.
        missing: ``"drop"`` to leave out points that lack a number.

    Raises:
        SceneError: they are no points, or the loss cannot be evaluated over them.
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
            warnings.simplefilter("ignore")  # training repeats these
            tried = try_objective(Objective(fit.criterion), fit.model(), rows)
            if isinstance(tried, Exception):
                raise tried
            evaluation = prepare(tried[0], fit.model(), data, _MEMORY)
    except Exception as error:
        text = message_of(error)
        raise SceneError(
            f"{caller}: {type(error).__name__}: {text}; give points of the same kind "
            "as those of the fit"
        ) from error
    result: Fit = dataclasses.replace(fit, validation=evaluation)
    return result


def validation_loss(evaluation: Evaluation | None) -> tuple[Metric, ...]:
    """Return the metric of a loss over validation points, if there is one."""
    if evaluation is None:
        return ()
    return (Metric(f"{VALIDATION}loss", evaluation),)
