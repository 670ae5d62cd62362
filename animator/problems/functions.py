"""A test surface: any function of two numbers, to be minimised over both."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from animator.base.checks import is_number, quoted
from animator.base.errors import SceneError
from animator.base.seeding import seeded
from animator.problems.coordinate import Coordinate, coordinate
from animator.problems.protocols import WithMinima

Function = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]


class Point(torch.nn.Module):
    """The model whose parameters are the two numbers themselves, ``x`` and ``y``."""

    def __init__(self, x: float, y: float, dtype: torch.dtype = torch.float32) -> None:
        """Start at a point, in a precision."""
        super().__init__()
        self.x = torch.nn.Parameter(torch.tensor(float(x), dtype=dtype))
        self.y = torch.nn.Parameter(torch.tensor(float(y), dtype=dtype))


@dataclass(frozen=True, slots=True, eq=False)
class SurfaceProblem(WithMinima):
    """A function of x and y, its range and its start; made by `surface`."""

    function: Function
    name: str
    x: Coordinate
    y: Coordinate
    start: tuple[float, float]
    minima: tuple[tuple[float, float], ...]
    dtype: torch.dtype = torch.float32

    @property
    def known_minima(self) -> tuple[tuple[float, float], ...]:
        """Where the function is known to be lowest."""
        return self.minima

    def model(self) -> Point:
        """Build the point at the start."""
        return Point(*self.start, self.dtype)

    def loss(self, model: torch.nn.Module) -> torch.Tensor:
        """Return the function's value () at the model's point."""
        assert isinstance(model, Point)
        return self.function(model.x, model.y)

    def losses(self, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        """Return the function's values (N,) at x (N,) and y (N,)."""
        return self.function(x, y)


def surface(
    function: Function,
    *,
    x: tuple[float, float],
    y: tuple[float, float],
    start: tuple[float, float],
    minima: Sequence[tuple[float, float]] = (),
    name: str | None = None,
    dtype: torch.dtype | None = None,
) -> SurfaceProblem:
    """Make a problem of a function of two tensors.

    Args:
        function: of x and y, tensors of any one shape, elementwise.
        x: the map's range to the right.
        y: the map's range upward.
        start: x and y at the start.
        minima: where the function is known to be lowest, each as (x, y).
        name: what to call it; the function's name if not given.
        dtype: the precision of x and y, such as ``torch.float64``; torch's default if
            not given.

    Raises:
        SceneError: `function` is none, or fails, or is not elementwise.
    """
    if not callable(function):
        raise SceneError(f"surface: {function!r} is no function of two tensors")
    if name is not None and not isinstance(name, str):
        raise SceneError(f"surface: name is {quoted(name)}; give a text")
    name = name or str(getattr(function, "__name__", type(function).__name__))
    try:
        zeros = torch.zeros(3, requires_grad=True)
        value = function(zeros, zeros)
    except Exception as error:
        raise SceneError(
            f"surface {name!r}: {type(error).__name__}: {error}; write it with torch's "
            "operations on tensors x and y"
        ) from error
    if not isinstance(value, torch.Tensor) or value.shape != (3,):
        raise SceneError(
            f"surface {name!r}: for x and y of 3 numbers it gives {quoted(value)}; "
            "let it give one for each"
        )
    if not value.requires_grad:
        raise SceneError(
            f"surface {name!r}: its value has no gradient; write it with torch's "
            "operations on tensors x and y"
        )
    if _mixes_points(function, start):
        raise SceneError(
            f"surface {name!r}: it is not elementwise: its value at one point depends "
            "on the other points of the call, as with max() or mean(); write it so "
            "that each value is made of one x and one y"
        )
    if not isinstance(minima, Sequence):
        raise SceneError(f"surface {name!r}: minima is {minima!r}; give [(x, y)]")
    for place in minima:
        if not _is_pair(place):
            raise SceneError(f"surface {name!r}: {place!r} is no minimum; give (x, y)")
    for what, pair in (("x", x), ("y", y), ("start", start)):
        if not _is_pair(pair):
            raise SceneError(f"surface {name!r}: {what} is {pair!r}; give two numbers")
    return SurfaceProblem(
        function=function,
        name=name,
        x=coordinate("x", x),
        y=coordinate("y", y),
        start=start,
        minima=tuple(minima),
        dtype=check_dtype(f"surface {name!r}", dtype),
    )


def _mixes_points(function: Function, start: Any) -> bool:
    """Tell whether a function gives other values at points alone than together."""
    points = [(0.3, -0.7), (1.1, 0.4), (-0.6, 0.9)]
    if _is_pair(start):
        points.append((float(start[0]), float(start[1])))
    x, y = torch.tensor(points, dtype=torch.float64).T
    with torch.no_grad(), seeded():
        together = function(x, y)
    if together.shape != x.shape:
        return True
    for index in range(len(points)):
        with torch.no_grad(), seeded():
            alone = function(x[index : index + 1], y[index : index + 1])
        both = torch.stack([alone.reshape(()), together[index]])
        if not torch.isclose(both[0], both[1], rtol=1e-6, equal_nan=True):
            return not _is_random(function, x, y)
    return False


def _is_random(function: Function, x: torch.Tensor, y: torch.Tensor) -> bool:
    with torch.no_grad(), seeded():
        return not torch.equal(function(x, y), function(x, y))


def check_dtype(whose: str, dtype: object) -> torch.dtype:
    """Return a floating-point dtype; torch's default for None.

    Raises:
        SceneError: it is something else.
    """
    if dtype is None:
        return torch.get_default_dtype()
    if isinstance(dtype, torch.dtype) and dtype.is_floating_point:
        return dtype
    raise SceneError(
        f"{whose}: dtype is {quoted(dtype)}; give one such as torch.float64"
    )


def _is_pair(value: Any) -> bool:
    pair = isinstance(value, Sequence) and len(value) == 2
    return pair and all(map(is_number, value))
