"""The article's problem: a straight line fitted to noisy points of a parabola."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from animator.base.checks import quoted
from animator.base.errors import SceneError, message_of
from animator.base.seeding import seeded
from animator.problems.coordinate import (
    Coordinate,
    check_names,
    coordinate,
    describe_problem,
    is_pair,
)
from animator.problems.coordinate import at as drawn_at
from animator.problems.functions import check_dtype
from animator.problems.held_out import validation_loss, with_validation
from animator.problems.hidden_state import preserved
from animator.problems.points import PointData, numpy_dtype, read_points
from animator.problems.pointwise import (
    NO_NUMPY,
    check_loss_value,
    losses_at_each,
    uses_numpy,
)
from animator.problems.protocols import Measured

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from animator.problems.evaluation import Evaluation
    from animator.problems.metrics import Metric
    from animator.problems.points import Missing, Points

    Loss = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]


@dataclass(frozen=True, slots=True, eq=False)
class LineFit(Measured):
    """A `torch.nn.Linear(1, 1)` that is fitted to points; created by `line_fit`.

    Attributes:
        criterion: the loss, ``criterion(prediction, target)``.
        data_x: the inputs (n,), in the precision of the model.
        data_y: the targets (n,).
        name: the name in titles and tables.
        x: the bias, on the x axis.
        y: the weight, on the y axis.
        start: the initial values, as (bias, weight).
        data_names: the names of `data_x` and `data_y`.
        validation: the loss over the validation points, if given.
    """

    criterion: Loss
    data_x: NDArray[np.floating]  # (n,)
    data_y: NDArray[np.floating]  # (n,)
    name: str
    x: Coordinate
    y: Coordinate
    start: tuple[float, float]
    data_names: tuple[str, str] = ("x", "y")
    validation: Evaluation | None = None

    def __repr__(self) -> str:
        return describe_problem(self, f"{self.size} points")

    def model(self) -> torch.nn.Linear:
        """Create the linear layer with its bias and weight at the start."""
        dtype = torch.from_numpy(self.data_x[:0]).dtype
        # The initial values are overwritten, so the caller's random state must not
        # change. (torch.nn.utils.skip_init would import sympy, which is slow.)
        with torch.random.fork_rng(devices=()), torch.no_grad():
            model = torch.nn.Linear(1, 1, dtype=dtype)
            model.bias.fill_(self.start[0])
            model.weight.fill_(self.start[1])
        return model

    def loss(self, model: torch.nn.Module) -> torch.Tensor:
        """Return the loss () over all points."""
        inputs = torch.from_numpy(self.data_x).reshape(-1, 1)
        labels = torch.from_numpy(self.data_y).reshape(-1, 1)
        return self.criterion(model(inputs), labels)

    @property
    def size(self) -> int:
        """The number of points."""
        return len(self.data_x)

    def batch_loss(self, model: torch.nn.Module, batch: torch.Tensor) -> torch.Tensor:
        """Return the loss () over the points with the indices `batch` (B,)."""
        inputs = torch.from_numpy(self.data_x)[batch].reshape(-1, 1)
        labels = torch.from_numpy(self.data_y)[batch].reshape(-1, 1)
        return self.criterion(model(inputs), labels)

    def losses(self, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        """Return the loss (N,) at biases x (N,) and weights y (N,)."""
        inputs = torch.from_numpy(self.data_x).reshape(-1, 1)
        labels = torch.from_numpy(self.data_y).reshape(-1, 1)

        def at(bias: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
            return self.criterion(torch.addcmul(bias, weight, inputs), labels)

        return losses_at_each(at, x, y)

    def predict(
        self, params: NDArray[np.floating], at: NDArray[np.floating]
    ) -> NDArray[np.floating]:
        """Return the line (M,) at the inputs `at` (M,), for drawn `params` (2,)."""
        bias, weight = params
        return np.asarray(bias + weight * at)

    @property
    def metrics(self) -> tuple[Metric, ...]:
        """The loss over the validation points, if there are any."""
        return validation_loss(self.validation)

    def without_metrics(self) -> LineFit:
        """Return the problem without metrics."""
        return replace(self, validation=None)

    at = drawn_at


def article_points() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the article's 50 points, x (50,) and y (50,), as float32.

    ``y = 0.75 x² + 1.0 x + 2.0 + 0.3 ε`` with x and ε standard normal, drawn in this
    order from NumPy's legacy generator seeded with 20240215.
    """
    random = np.random.RandomState(20240215)
    x = random.randn(50).astype(np.float32)
    y = 0.75 * x**2 + 1.0 * x + 2.0 + 0.3 * random.randn(50)
    return x, y.astype(np.float32)


def line_fit(
    loss: Loss,
    *,
    points: Points | None = None,
    missing: Missing = "error",
    bias: tuple[float, float] = (-5.0, 8.0),
    weight: tuple[float, float] = (-5.0, 8.0),
    start: tuple[float, float] = (-3.0, 6.0),
    name: str | None = None,
    dtype: torch.dtype | None = None,
    names: tuple[str, str] | None = None,
    validation: Points | None = None,
) -> LineFit:
    """Fit the line ``y = weight · x + bias`` to points.

    Args:
        loss: a function of prediction (n, 1) and target (n, 1) that returns a scalar,
            such as `torch.nn.MSELoss()`.
        points: the data: x (n,) and y (n,); or a table and two of its columns, by name
            or by index from 0, such as ``("exam.csv", "hours", "score")``; or a table
            with columns x and y. A table is the path of a CSV or Parquet file, relative
            to the scene's file, a data frame, a dict of columns, or an array
            (n, columns). Default: the article's 50 points.
        missing: ``"error"`` raises if a number is missing; ``"drop"`` leaves out points
            that lack a number.
        bias: the range of the map's x axis, as (low, high).
        weight: the range of the map's y axis, as (low, high).
        start: the initial values, as (bias, weight).
        name: the name in titles and tables. Default: the class of the loss.
        dtype: the dtype of points and parameters, such as ``torch.float64``. Default:
            torch's default dtype.
        names: the labels of the x and y axes. Default: ``("bias", "weight")``.
        validation: points that are not used for training, in the same form as `points`.
            Their loss is logged as ``"validation loss"``.

    Returns:
        The problem.

    Raises:
        SceneError: the points are not finite numbers of equal length, or `loss` is not
            a loss or has no gradient.
    """
    check_loss("line_fit", loss)
    kind = numpy_dtype(check_dtype("line_fit", dtype))
    data = points_or_article("line_fit", points, kind, missing)
    if not is_pair(start):
        raise SceneError(
            f"line_fit: start is {quoted(start)}; give two numbers, bias and weight"
        )
    labels = check_names("line_fit", names)
    problem = LineFit(
        criterion=loss,
        data_x=data.x.astype(kind),
        data_y=data.y.astype(kind),
        data_names=data.names,
        name=name or str(getattr(loss, "__name__", type(loss).__name__)),
        x=coordinate("bias", bias, labels[0]),
        y=coordinate("weight", weight, labels[1]),
        start=start,
    )
    check_criterion("line_fit", problem, "a loss of a prediction and a target, (n, 1)")
    return with_validation("line_fit", problem, validation, missing)


def points_or_article(
    caller: str, points: Points | None, dtype: np.dtype[Any], missing: Missing
) -> PointData:
    """Return the points that the user gave, or by default the article's."""
    if points is None:
        return PointData(*article_points())
    return read_points(points, caller, dtype, missing)


def check_criterion(caller: str, problem: Any, fitting: str) -> None:
    """Raise `SceneError` unless a problem's loss is a differentiable scalar."""
    try:
        with warnings.catch_warnings(), seeded(), preserved(problem.criterion):
            warnings.simplefilter("ignore")  # training repeats the warnings
            value = problem.loss(problem.model())
    except Exception as error:
        text = message_of(error)
        fix = NO_NUMPY if uses_numpy(error) else f"give {fitting}"
        raise SceneError(f"{caller}: {type(error).__name__}: {text}; {fix}") from error
    check_loss_value(caller, value)


def check_loss(caller: str, loss: object) -> None:
    """Raise `SceneError` unless an object can be a loss of prediction and target."""
    if isinstance(loss, type) or not callable(loss):
        raise SceneError(
            f"{caller}: {quoted(loss)} is not a loss; give one such as MSELoss()"
        )
