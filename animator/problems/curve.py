"""Any model fitted to points, two of its numbers drawn; the others stay as they are."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch.func import functional_call

from animator.base.errors import SceneError
from animator.problems.coordinate import Coordinate, coordinate
from animator.problems.line import article_points, check_loss
from animator.problems.points import numpy_dtype, read_points
from animator.problems.scalar import Scalar

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from animator.problems.line import Loss
    from animator.problems.points import Points


class Polynomial(torch.nn.Module):
    """``c[0] + c[1] x + c[2] x² + …``, whose coefficients are its parameter ``c``."""

    def __init__(self, *coefficients: float) -> None:
        """Start at some coefficients, that of the power 0 first."""
        super().__init__()
        dtype = torch.get_default_dtype()
        self.c = torch.nn.Parameter(torch.tensor(coefficients, dtype=dtype))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return the heights (n, 1) over x (n, 1), by Horner's rule."""
        height = torch.zeros_like(x)
        for index in range(len(self.c) - 1, -1, -1):
            height = height * x + self.c[index]
        return height


class _Drawn(torch.nn.Module):
    """A model of which nothing but two numbers is trained."""

    def __init__(
        self, base: torch.nn.Module, drawn: Sequence[Scalar], start: Sequence[float]
    ) -> None:
        super().__init__()
        self._base = [base]  # in a list, its parameters are not ours
        self._scalars = drawn
        for scalar, value in zip(drawn, start, strict=True):
            dtype = scalar.parameter.dtype
            parameter = torch.nn.Parameter(torch.tensor(float(value), dtype=dtype))
            self.register_parameter(scalar.label, parameter)

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        numbers = [self.get_parameter(scalar.label) for scalar in self._scalars]
        return evaluated(self._base[0], self._scalars, numbers, inputs)


def evaluated(
    base: torch.nn.Module,
    drawn: Sequence[Scalar],
    numbers: Sequence[torch.Tensor],
    inputs: torch.Tensor,
) -> torch.Tensor:
    """Return what a model makes of its inputs with other numbers () in some places."""
    replaced: dict[str, torch.Tensor] = {}
    for scalar, number in zip(drawn, numbers, strict=True):
        old = replaced.get(scalar.name, scalar.parameter.detach())
        replaced[scalar.name] = torch.where(scalar.mask(), number, old)
    output: torch.Tensor = functional_call(base, replaced, (inputs,))
    return output


@dataclass(frozen=True, slots=True, eq=False)
class CurveFit:
    """A model, its points and a loss; made by `curve_fit`."""

    base: torch.nn.Module
    drawn: tuple[Scalar, Scalar]
    criterion: Loss
    link: Callable[[torch.Tensor], torch.Tensor] | None
    data_x: NDArray[np.floating]  # (n,), in the precision of the model
    data_y: NDArray[np.floating]  # (n,)
    name: str
    x: Coordinate
    y: Coordinate
    start: tuple[float, float]

    @property
    def size(self) -> int:
        """How many points there are."""
        return len(self.data_x)

    def model(self) -> torch.nn.Module:
        """Build the model with its two drawn numbers at the start."""
        return _Drawn(self.base, self.drawn, self.start)

    def _points(self) -> tuple[torch.Tensor, torch.Tensor]:
        """Return inputs (n, 1) and labels (n, 1)."""
        x, y = torch.from_numpy(self.data_x), torch.from_numpy(self.data_y)
        return x[:, None], y[:, None]

    def loss(self, model: torch.nn.Module) -> torch.Tensor:
        """Return the loss () over all points."""
        inputs, labels = self._points()
        return self.criterion(model(inputs), labels)

    def batch_loss(self, model: torch.nn.Module, batch: torch.Tensor) -> torch.Tensor:
        """Return the loss () over some points, by their numbers (B,)."""
        inputs, labels = self._points()
        return self.criterion(model(inputs[batch]), labels[batch])

    def losses(self, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        """Return the loss (N,) with the drawn numbers at x (N,) and y (N,)."""
        inputs, labels = self._points()

        def at(*numbers: torch.Tensor) -> torch.Tensor:
            return self.criterion(
                evaluated(self.base, self.drawn, numbers, inputs), labels
            )

        return torch.func.vmap(at)(x, y)

    def predict(
        self, params: NDArray[np.floating], at: NDArray[np.floating]
    ) -> NDArray[np.floating]:
        """Return the curve's height (M,) over `at` (M,), for drawn params (2,)."""
        dtype = self.drawn[0].parameter.dtype
        numbers = [torch.tensor(float(value), dtype=dtype) for value in params]
        inputs = torch.from_numpy(np.asarray(at, self.data_x.dtype))[:, None]
        with torch.no_grad():
            height = evaluated(self.base, self.drawn, numbers, inputs)
            if self.link is not None:
                height = self.link(height)
        return np.asarray(height[:, 0].numpy())


def curve_fit(
    model: torch.nn.Module,
    loss: Loss,
    *,
    x: tuple[str, float, float],
    y: tuple[str, float, float],
    start: tuple[float, float] | None = None,
    points: Points | None = None,
    link: Callable[[torch.Tensor], torch.Tensor] | None = None,
    name: str | None = None,
) -> CurveFit:
    """Fit any model to points, two of its numbers drawn.

    The others stay as they are, so that the map is the loss that is minimised.

    Args:
        model: takes inputs (n, 1) and returns heights (n, 1), as
            ``Polynomial(2.0, 0.0, 0.0)`` or a `torch.nn.Sequential` does.
        loss: a loss such as `torch.nn.MSELoss()`, of prediction and target.
        x: the number drawn to the right and its range, such as ``("c[1]", -3, 3)``, or
            ``("0.weight[2, 0]", -1, 1)`` of a `Sequential`.
        y: the same of the one drawn upward.
        start: both at the start; if not given, what they are in the model.
        points: x (n,) and y (n,), or the path of a CSV file with columns x and y; the
            article's 50 points if not given.
        link: what makes of the model's output what is drawn, such as `torch.sigmoid`.
        name: what to call it; the class of the loss if not given.

    Raises:
        SceneError: the model has no such numbers or cannot be evaluated, the points
            are none, or `loss` is no loss.
    """
    if not isinstance(model, torch.nn.Module):
        raise SceneError(f"curve_fit: {model!r} is no model; give a torch.nn.Module")
    check_loss("curve_fit", loss)
    base = copy.deepcopy(model).requires_grad_(False)
    for which, drawn in (("x", x), ("y", y)):
        if not (
            isinstance(drawn, tuple) and len(drawn) == 3 and isinstance(drawn[0], str)
        ):
            raise SceneError(f"curve_fit: {which} is {drawn!r}; give (name, low, high)")
    scalars = Scalar(base, x[0]), Scalar(base, y[0])
    if scalars[0].label == scalars[1].label:
        raise SceneError(f"curve_fit: x and y are both {x[0]!r}; give two numbers")
    if start is None:
        start = scalars[0].value(), scalars[1].value()
    kind = numpy_dtype(scalars[0].parameter.dtype)
    data_x, data_y = (
        article_points() if points is None else read_points(points, "curve_fit", kind)
    )
    problem = CurveFit(
        base=base,
        drawn=scalars,
        criterion=loss,
        link=link,
        data_x=data_x.astype(kind),
        data_y=data_y.astype(kind),
        name=name or type(loss).__name__,
        x=coordinate(scalars[0].label, x[1:]),
        y=coordinate(scalars[1].label, y[1:]),
        start=start,
    )
    try:
        value = problem.loss(problem.model())
    except Exception as error:
        raise SceneError(
            f"curve_fit: {type(error).__name__}: {error}; give a model that takes "
            "inputs (n, 1), and a loss of its output and of labels (n, 1)"
        ) from error
    if value.shape != ():
        raise SceneError(
            f"curve_fit: the loss has the shape {tuple(value.shape)}; give one that is "
            "a single number, such as with reduction='mean'"
        )
    return problem


def _named(name: str, ends: Any) -> tuple[str, float, float]:
    """Return a name and the ends of a range, if it is one."""
    found = coordinate(name, ends)
    return name, found.low, found.high


def logistic_fit(
    *,
    points: Points | None = None,
    bias: tuple[float, float] = (-6.0, 6.0),
    weight: tuple[float, float] = (-2.0, 8.0),
    start: tuple[float, float] = (4.0, -1.0),
    loss: Loss | None = None,
    name: str | None = None,
) -> CurveFit:
    """Fit the probability ``σ(weight · x + bias)`` of a class: logistic regression.

    Args:
        points: x (n,) and labels (n,), 0 or 1, or the path of a CSV file; if not
            given, 40 points of two classes that overlap.
        bias: the map's range to the right.
        weight: the map's range upward.
        start: bias and weight at the start.
        loss: of logits and labels; ``BCEWithLogitsLoss()`` if not given.
        name: what to call it; the class of the loss if not given.

    Raises:
        SceneError: the points are none, or a label is neither 0 nor 1.
    """
    if points is None:
        random = np.random.RandomState(7)
        labels = np.repeat([0.0, 1.0], 20)
        points = random.randn(40) + 2.2 * labels - 1.1, labels
    x, y = read_points(points, "logistic_fit")
    wrong = y[(y != 0) & (y != 1)]
    if len(wrong):
        raise SceneError(f"logistic_fit: a label is {wrong[0]:g}; give 0 or 1")
    return curve_fit(
        torch.nn.utils.skip_init(torch.nn.Linear, 1, 1),
        torch.nn.BCEWithLogitsLoss() if loss is None else loss,
        x=_named("bias", bias),
        y=_named("weight", weight),
        start=start,
        points=(x, y),
        link=torch.sigmoid,
        name=name,
    )
