"""Surfaces: functions of two variables that are minimised directly."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

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
from animator.problems.protocols import WithMinima

_CHANGES = ("x", "y", "start", "names")
"""The keyword arguments of `SurfaceProblem.at`."""

Function = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]


class Point(torch.nn.Module):
    """A model with two scalar parameters, ``x`` and ``y``."""

    def __init__(self, x: float, y: float, dtype: torch.dtype = torch.float32) -> None:
        """Create the parameters with initial values and a dtype."""
        super().__init__()
        self.x = torch.nn.Parameter(torch.tensor(float(x), dtype=dtype))
        self.y = torch.nn.Parameter(torch.tensor(float(y), dtype=dtype))


@dataclass(frozen=True, slots=True, eq=False)
class SurfaceProblem(WithMinima):
    """A function of x and y to minimise; created by `surface`.

    Attributes:
        function: maps tensors x and y of equal shape to a tensor of this shape.
        name: the name in titles and tables.
        x: the coordinate on the x axis.
        y: the coordinate on the y axis.
        start: the initial point, as (x, y).
        minima: the known global minima, each as (x, y).
        dtype: the dtype of x and y.
    """

    function: Function
    name: str
    x: Coordinate
    y: Coordinate
    start: tuple[float, float]
    minima: tuple[tuple[float, float], ...]
    dtype: torch.dtype = torch.float32

    def __repr__(self) -> str:
        return describe_problem(self)

    @property
    def known_minima(self) -> tuple[tuple[float, float], ...]:
        """The known global minima, each as (x, y)."""
        return self.minima

    def model(self) -> Point:
        """Create the model at the start."""
        return Point(*self.start, self.dtype)

    def loss(self, model: torch.nn.Module) -> torch.Tensor:
        """Return the function's value () at the model's point."""
        assert isinstance(model, Point)
        return self.function(model.x, model.y)

    def losses(self, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        """Return the function's values (N,) at x (N,) and y (N,)."""
        return self.function(x, y)

    at = drawn_at

    def __call__(self, *values: object, **changes: Any) -> SurfaceProblem:
        """Return a copy of the problem with other arguments; the same as `at`.

        Raises:
            SceneError: an argument is positional, unknown or not valid.
        """
        unknown = [name for name in changes if name not in _CHANGES]
        if values or unknown:
            wrong = quoted(values[0]) if values else unknown[0]
            raise SceneError(
                f"surface {self.name!r}: {wrong} is not an argument; give "
                f"{', '.join(_CHANGES)} by name, such as start=(0, 1)"
            )
        return self.at(**changes)


def surface(
    function: Function,
    *,
    x: tuple[float, float],
    y: tuple[float, float],
    start: tuple[float, float],
    minima: Sequence[tuple[float, float]] = (),
    name: str | None = None,
    dtype: torch.dtype | None = None,
    names: tuple[str, str] | None = None,
) -> SurfaceProblem:
    """Create a problem from a function of two variables.

    Args:
        function: maps tensors x and y of equal shape, such as (N,), to a tensor of the
            same shape, elementwise and differentiably.
        x: the range of the map's x axis, as (low, high).
        y: the range of the map's y axis, as (low, high).
        start: the initial point, as (x, y).
        minima: the known global minima, each as (x, y).
        name: the name in titles and tables. Default: the name of the function.
        dtype: the dtype of x and y, such as ``torch.float64``. Default: torch's default
            dtype.
        names: the labels of the x and y axes. Default: ``("x", "y")``.

    Returns:
        The problem.

    Raises:
        SceneError: `function` is not a function, raises an error, has no gradient or is
            not elementwise, or another argument is not valid.
    """
    if isinstance(function, type) or not callable(function):
        raise SceneError(
            f"surface: {quoted(function)} is not a function of two tensors; give "
            "one such as lambda x, y: x**2 + y**2"
        )
    if name is not None and not isinstance(name, str):
        raise SceneError(f"surface: name is {quoted(name)}; give a string")
    name = name or str(getattr(function, "__name__", type(function).__name__))
    caller = f"surface {name!r}"
    name = "surface" if name == "<lambda>" else name
    dtype = check_dtype(caller, dtype)
    for what, pair in (("x", x), ("y", y), ("start", start)):
        if not is_pair(pair):
            raise SceneError(f"{caller}: {what} is {quoted(pair)}; give two numbers")
    labels = check_names(caller, names)
    axes = coordinate("x", x, labels[0]), coordinate("y", y, labels[1])
    if not isinstance(minima, Sequence):
        raise SceneError(f"{caller}: minima is {quoted(minima)}; give [(x, y)]")
    for place in minima:
        if not is_pair(place):
            raise SceneError(f"{caller}: {quoted(place)} is not a minimum; give (x, y)")
    _check_function(caller, function, dtype)
    if _mixes_points(function, axes, start, dtype):
        raise SceneError(
            f"{caller}: the function is not elementwise: its value at a point depends "
            "on other points, as with max() or mean(); compute each value from one x "
            "and one y"
        )
    return SurfaceProblem(function, name, axes[0], axes[1], start, tuple(minima), dtype)


def _check_function(caller: str, function: Function, dtype: torch.dtype) -> None:
    """Raise `SceneError` unless a function returns one differentiable value a point."""
    try:
        zeros = torch.zeros(3, dtype=dtype, requires_grad=True)
        with seeded():
            value = function(zeros, zeros)
    except Exception as error:
        text = message_of(error)
        kind = str(dtype).removeprefix("torch.")
        fix = f"write it with torch's operations on tensors x and y of {kind}"
        if isinstance(error, TypeError) and "positional argument" in text:
            fix = "define it with two arguments, x and y"
        raise SceneError(f"{caller}: {type(error).__name__}: {text}; {fix}") from error
    if not isinstance(value, torch.Tensor) or value.shape != (3,):
        raise SceneError(
            f"{caller}: for x and y of shape (3,) it returns {quoted(value)}; "
            "return a tensor of the same shape"
        )
    if not value.requires_grad:
        raise SceneError(
            f"{caller}: its value has no gradient; write it with torch's "
            "operations on tensors x and y"
        )


def _mixes_points(
    function: Function,
    axes: tuple[Coordinate, Coordinate],
    start: tuple[float, float],
    dtype: torch.dtype,
) -> bool:
    """Return whether a function's value at a point depends on the other points."""
    shares = [(0.5, 0.5), (0.0, 0.0), (1.0, 0.1), (0.2, 1.0), (0.9, 0.8), (0.4, 0.3)]
    points = [(float(start[0]), float(start[1]))]
    for right, up in shares:
        place = [
            axis.low + share * (axis.high - axis.low)
            for axis, share in zip(axes, (right, up), strict=True)
        ]
        points.append((place[0], place[1]))
    x, y = torch.tensor(points, dtype=dtype).T

    def evaluate(some: slice) -> torch.Tensor:
        with torch.enable_grad(), seeded():  # the function may compute derivatives
            own = (t[some].clone().requires_grad_() for t in (x, y))
            return function(*own).detach()

    together = evaluate(slice(None))
    if together.shape != x.shape:
        return True
    tolerance = max(1e-6, 100 * torch.finfo(together.dtype).eps)
    for index in range(len(points)):
        try:
            alone = evaluate(slice(index, index + 1)).reshape(())
        except Exception:  # it needs several points
            return True
        if not torch.isclose(alone, together[index], rtol=tolerance, equal_nan=True):
            return not _is_random(function, x, y)
    return False


def _is_random(function: Function, x: torch.Tensor, y: torch.Tensor) -> bool:
    with torch.no_grad(), seeded():
        return not torch.equal(function(x, y), function(x, y))


def check_dtype(caller: str, dtype: object) -> torch.dtype:
    """Return a floating-point dtype; torch's default dtype for None.

    Raises:
        SceneError: `dtype` is not a real floating-point dtype.
    """
    if dtype is None:
        return torch.get_default_dtype()
    if isinstance(dtype, torch.dtype) and dtype.is_floating_point:
        return dtype
    raise SceneError(
        f"{caller}: dtype is {quoted(dtype)}; give one such as torch.float64"
    )
