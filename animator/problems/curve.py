"""Curve fits: any model fitted to points by two of its parameters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import torch

from animator.problems.coordinate import (
    Coordinate,
    check_names,
    coordinate,
    describe_problem,
)
from animator.problems.coordinate import at as drawn_at
from animator.problems.curve_checks import check_model, check_steady, drawn_scalars
from animator.problems.drawn_model import DrawnModel, evaluate_with
from animator.problems.held_out import validation_loss, with_validation
from animator.problems.line import check_criterion, points_or_article
from animator.problems.modules import copy_module
from animator.problems.points import numpy_dtype
from animator.problems.pointwise import losses_at_each
from animator.problems.protocols import Measured
from animator.problems.scalar import Scalar

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from animator.problems.evaluation import Evaluation
    from animator.problems.line import Loss
    from animator.problems.metrics import Metric
    from animator.problems.points import Missing, Points


@dataclass(frozen=True, slots=True, eq=False)
class CurveFit(Measured):
    """A model of which two scalar parameters are fitted to points; see `curve_fit`.

    Attributes:
        base: a copy of the user's model; its other parameters are constant.
        drawn: the two scalar parameters.
        criterion: the loss, ``criterion(prediction, target)``.
        link: applied to the model's output before it is drawn, if given.
        data_x: the inputs (n,), in the precision of the model.
        data_y: the targets (n,).
        name: the name in titles and tables.
        x: the coordinate on the x axis.
        y: the coordinate on the y axis.
        start: the initial point, as (x, y).
        data_names: the names of `data_x` and `data_y`.
        validation: the loss over the validation points, if given.
    """

    base: torch.nn.Module
    drawn: tuple[Scalar, Scalar]
    criterion: Loss
    link: Callable[[torch.Tensor], torch.Tensor] | None
    data_x: NDArray[np.floating]  # (n,)
    data_y: NDArray[np.floating]  # (n,)
    name: str
    x: Coordinate
    y: Coordinate
    start: tuple[float, float]
    data_names: tuple[str, str] = ("x", "y")
    validation: Evaluation | None = None

    def __repr__(self) -> str:
        kind = f"a {type(self.base).__name__}"
        return describe_problem(self, kind, f"{self.size} points")

    @property
    def size(self) -> int:
        """The number of points."""
        return len(self.data_x)

    def model(self) -> torch.nn.Module:
        """Create the model with its two drawn parameters at the start."""
        return DrawnModel(self.base, self.drawn, self.start)

    def _points(self) -> tuple[torch.Tensor, torch.Tensor]:
        """Return inputs (n, 1) and labels (n, 1)."""
        x, y = torch.from_numpy(self.data_x), torch.from_numpy(self.data_y)
        return x[:, None], y[:, None]

    def loss(self, model: torch.nn.Module) -> torch.Tensor:
        """Return the loss () over all points."""
        inputs, labels = self._points()
        return self.criterion(model(inputs), labels)

    def batch_loss(self, model: torch.nn.Module, batch: torch.Tensor) -> torch.Tensor:
        """Return the loss () over the points with the indices `batch` (B,)."""
        inputs, labels = self._points()
        return self.criterion(model(inputs[batch]), labels[batch])

    def losses(self, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        """Return the loss (N,) at the drawn parameters x (N,) and y (N,)."""
        inputs, labels = self._points()

        def at(*numbers: torch.Tensor) -> torch.Tensor:
            return self.criterion(
                evaluate_with(self.base, self.drawn, numbers, inputs), labels
            )

        return losses_at_each(at, x, y)

    def predict(
        self, params: NDArray[np.floating], at: NDArray[np.floating]
    ) -> NDArray[np.floating]:
        """Return the curve (M,) at the inputs `at` (M,), for drawn `params` (2,)."""
        dtype = self.drawn[0].parameter.dtype
        numbers = [torch.tensor(float(value), dtype=dtype) for value in params]
        inputs = torch.from_numpy(np.asarray(at, self.data_x.dtype))[:, None]
        with torch.no_grad():
            height = evaluate_with(self.base, self.drawn, numbers, inputs)
            if self.link is not None:
                height = self.link(height)
        return np.asarray(height[:, 0].numpy())

    @property
    def metrics(self) -> tuple[Metric, ...]:
        """The loss over the validation points, if there are any."""
        return validation_loss(self.validation)

    def without_metrics(self) -> CurveFit:
        """Return the problem without metrics."""
        return replace(self, validation=None)

    at = drawn_at


def curve_fit(
    model: torch.nn.Module,
    loss: Loss,
    *,
    x: tuple[str, float, float],
    y: tuple[str, float, float],
    start: tuple[float, float] | None = None,
    points: Points | None = None,
    missing: Missing = "error",
    link: Callable[[torch.Tensor], torch.Tensor] | None = None,
    name: str | None = None,
    names: tuple[str, str] | None = None,
    validation: Points | None = None,
) -> CurveFit:
    """Fit two scalar parameters of any model to points.

    The other parameters are constant, so the map shows exactly the loss that is
    minimised.

    Args:
        model: maps inputs (n, 1) to outputs (n, 1), such as
            ``Polynomial(2.0, 0.0, 0.0)`` or a `torch.nn.Sequential`. It is copied.
        loss: a function of prediction (n, 1) and target (n, 1) that returns a scalar,
            such as `torch.nn.MSELoss()`.
        x: the parameter on the x axis and its range, as (name, low, high), such as
            ``("c[1]", -3, 3)`` or, in a `Sequential`, ``("0.weight[2, 0]", -1, 1)``.
        y: the parameter on the y axis and its range.
        start: the initial values of both parameters. Default: their values in `model`.
        points: the data: x (n,) and y (n,); or a table and two of its columns, by name
            or by index from 0, such as ``("exam.csv", "hours", "score")``; or a table
            with columns x and y. A table is the path of a CSV or Parquet file, relative
            to the scene's file, a data frame, a dict of columns, or an array
            (n, columns). Default: the article's 50 points.
        missing: ``"error"`` raises if a number is missing; ``"drop"`` leaves out points
            that lack a number.
        link: applied to the model's output before it is drawn, such as `torch.sigmoid`.
        name: the name in titles and tables. Default: the class of the loss.
        names: the labels of the x and y axes. Default: the names of the parameters.
        validation: points that are not used for training, in the same form as `points`.
            Their loss is logged as ``"validation loss"``.

    Returns:
        The problem.

    Raises:
        SceneError: the model lacks one of the parameters or cannot be evaluated, the
            points are not valid, `loss` is not a loss or refers to the model, or the
            model behaves differently in training and in evaluation.
    """
    check_model(model, loss)
    base = copy_module(model).requires_grad_(False)
    drawn = drawn_scalars(base, x, y)
    dtype = numpy_dtype(drawn[0].parameter.dtype)
    data = points_or_article("curve_fit", points, dtype, missing)
    labels = check_names("curve_fit", names)
    problem = CurveFit(
        base=base,
        drawn=drawn,
        criterion=loss,
        link=link,
        data_x=data.x.astype(dtype),
        data_y=data.y.astype(dtype),
        data_names=data.names,
        name=name or type(loss).__name__,
        x=coordinate(drawn[0].label, x[1:], labels[0]),
        y=coordinate(drawn[1].label, y[1:], labels[1]),
        start=(drawn[0].value(), drawn[1].value()) if start is None else start,
    )
    check_criterion(
        "curve_fit",
        problem,
        "a model that takes inputs (n, 1), and a loss of its output and of labels "
        "(n, 1)",
    )
    check_steady(problem)
    return with_validation("curve_fit", problem, validation, missing)
