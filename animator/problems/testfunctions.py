"""Test functions for optimization, each with its source, range and minima.

The formulas, ranges and minima are from M. Jamil and X.-S. Yang, A Literature Survey of
Benchmark Functions for Global Optimisation Problems, 2013, unless another source is
named. Some ranges are narrower here, to show the region around the minima.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from animator.base.checks import is_number
from animator.base.errors import SceneError
from animator.problems.functions import SurfaceProblem, surface


def _sphere(x: Tensor, y: Tensor) -> Tensor:
    return x**2 + y**2


def _booth(x: Tensor, y: Tensor) -> Tensor:
    return (x + 2 * y - 7) ** 2 + (2 * x + y - 5) ** 2


def _matyas(x: Tensor, y: Tensor) -> Tensor:
    return 0.26 * (x**2 + y**2) - 0.48 * x * y


def _beale(x: Tensor, y: Tensor) -> Tensor:
    parts = (1.5 - x + x * y, 2.25 - x + x * y**2, 2.625 - x + x * y**3)
    return parts[0] ** 2 + parts[1] ** 2 + parts[2] ** 2


def _himmelblau(x: Tensor, y: Tensor) -> Tensor:
    return (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2


def _rosenbrock(x: Tensor, y: Tensor) -> Tensor:
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


def _rastrigin(x: Tensor, y: Tensor) -> Tensor:
    waves = torch.cos(2 * math.pi * x) + torch.cos(2 * math.pi * y)
    return 20 + x**2 + y**2 - 10 * waves


def _ackley(x: Tensor, y: Tensor) -> Tensor:
    bowl = -20 * torch.exp(-0.2 * torch.sqrt((x**2 + y**2) / 2))
    waves = torch.cos(2 * math.pi * x) + torch.cos(2 * math.pi * y)
    return bowl - torch.exp(waves / 2) + math.e + 20


def _styblinski_tang(x: Tensor, y: Tensor) -> Tensor:
    return (x**4 - 16 * x**2 + 5 * x + y**4 - 16 * y**2 + 5 * y) / 2


def _three_hump_camel(x: Tensor, y: Tensor) -> Tensor:
    return 2 * x**2 - 1.05 * x**4 + x**6 / 6 + x * y + y**2


def _six_hump_camel(x: Tensor, y: Tensor) -> Tensor:
    return (4 - 2.1 * x**2 + x**4 / 3) * x**2 + x * y + (4 * y**2 - 4) * y**2


def _mccormick(x: Tensor, y: Tensor) -> Tensor:
    return torch.sin(x + y) + (x - y) ** 2 - 1.5 * x + 2.5 * y + 1


def _goldstein_price(x: Tensor, y: Tensor) -> Tensor:
    one = 19 - 14 * x + 3 * x**2 - 14 * y + 6 * x * y + 3 * y**2
    two = 18 - 32 * x + 12 * x**2 + 48 * y - 36 * x * y + 27 * y**2
    return (1 + (x + y + 1) ** 2 * one) * (30 + (2 * x - 3 * y) ** 2 * two)


def _easom(x: Tensor, y: Tensor) -> Tensor:
    hole = torch.exp(-((x - math.pi) ** 2) - (y - math.pi) ** 2)
    return -torch.cos(x) * torch.cos(y) * hole


def _saddle(x: Tensor, y: Tensor) -> Tensor:
    return x**2 - y**2


def _monkey_saddle(x: Tensor, y: Tensor) -> Tensor:
    return x**3 - 3 * x * y**2


sphere = surface(
    _sphere, x=(-5.12, 5.12), y=(-5.12, 5.12), start=(-4.0, 3.0), minima=[(0, 0)],
    name="sphere",
)  # fmt: skip
booth = surface(
    _booth, x=(-10, 10), y=(-10, 10), start=(-8.0, 5.0), minima=[(1, 3)], name="Booth",
)  # fmt: skip
matyas = surface(
    _matyas, x=(-10, 10), y=(-10, 10), start=(-8.0, 4.0), minima=[(0, 0)],
    name="Matyas",
)  # fmt: skip
beale = surface(
    _beale, x=(-4.5, 4.5), y=(-4.5, 4.5), start=(1.0, 1.5), minima=[(3, 0.5)],
    name="Beale",
)  # fmt: skip
himmelblau = surface(
    _himmelblau, x=(-6, 6), y=(-6, 6), start=(0.0, 0.0),
    minima=[
        (3.0, 2.0),
        (-2.805118086952745, 3.131312518250573),
        (-3.779310253377747, -3.2831859912861696),
        (3.5844283403304917, -1.8481265269644036),
    ],
    name="Himmelblau",
)  # fmt: skip
rosenbrock = surface(
    _rosenbrock, x=(-2, 2), y=(-1, 3), start=(-1.5, 2.0), minima=[(1, 1)],
    name="Rosenbrock",
)  # fmt: skip
rastrigin = surface(
    _rastrigin, x=(-5.12, 5.12), y=(-5.12, 5.12), start=(-3.6, 2.7), minima=[(0, 0)],
    name="Rastrigin",
)  # fmt: skip
ackley = surface(
    _ackley, x=(-5, 5), y=(-5, 5), start=(-3.6, 2.7), minima=[(0, 0)], name="Ackley",
)  # fmt: skip
"""The minimum is the tip of a cone, where the function is not differentiable."""
styblinski_tang = surface(
    _styblinski_tang, x=(-5, 5), y=(-5, 5), start=(0.0, 4.0),
    minima=[(-2.903534027771177, -2.903534027771177)], name="Styblinski–Tang",
)  # fmt: skip
three_hump_camel = surface(
    _three_hump_camel, x=(-2.5, 2.5), y=(-2.5, 2.5), start=(-2.2, 1.5),
    minima=[(0, 0)], name="three-hump camel",
)  # fmt: skip
six_hump_camel = surface(
    _six_hump_camel, x=(-2, 2), y=(-1.2, 1.2), start=(-1.9, 1.0),
    minima=[
        (0.08984201310031806, -0.7126564030207396),
        (-0.08984201310031806, 0.7126564030207396),
    ],
    name="six-hump camel",
)  # fmt: skip
mccormick = surface(
    _mccormick, x=(-1.5, 4), y=(-3, 4), start=(3.5, 3.5),
    minima=[(0.5 - math.pi / 3, -0.5 - math.pi / 3)], name="McCormick",
)  # fmt: skip
goldstein_price = surface(
    _goldstein_price, x=(-2, 2), y=(-2, 2), start=(-1.5, 0.5), minima=[(0, -1)],
    name="Goldstein–Price",
)  # fmt: skip
easom = surface(
    _easom, x=(0, 2 * math.pi), y=(0, 2 * math.pi), start=(1.9, 4.2),
    minima=[(math.pi, math.pi)], name="Easom",
)  # fmt: skip
saddle = surface(
    _saddle, x=(-2, 2), y=(-2, 2), start=(-1.8, 0.001), name="saddle",
)  # fmt: skip
"""x² - y²: a saddle without a minimum, unbounded below."""
monkey_saddle = surface(
    _monkey_saddle, x=(-1.5, 1.5), y=(-1.5, 1.5), start=(1.2, 0.01),
    name="monkey saddle",
)  # fmt: skip
"""x³ - 3xy²: three valleys and three ridges meet at the origin; no minimum. Source:
D. Hilbert and S. Cohn-Vossen, Anschauliche Geometrie, 1932."""


def ravine(
    condition: float = 100.0,
    *,
    name: str | None = None,
    names: tuple[str, str] | None = None,
) -> SurfaceProblem:
    """Create the ravine ``(x² + κ y²) / 2``, with the condition number κ.

    Gradient descent diverges for learning rates above 2/κ. With the optimal learning
    rate the error is multiplied by ``(κ - 1) / (κ + 1)`` in each step, and with the
    optimal momentum by ``(√κ - 1) / (√κ + 1)``.

    Source: B. Polyak, Some methods of speeding up the convergence of iteration methods,
    1964.

    Args:
        condition: the condition number κ, at least 1.
        name: the name in titles and tables. Default: ``"ravine, κ = …"``.
        names: the labels of the x and y axes. Default: ``("x", "y")``.

    Returns:
        The problem.

    Raises:
        SceneError: `condition` is not a number of at least 1.
    """
    if not is_number(condition, 1):
        raise SceneError(
            f"ravine: condition is {condition!r}; give a number, 1 or more"
        )

    def valley(x: Tensor, y: Tensor) -> Tensor:
        return (x**2 + condition * y**2) / 2

    high = 10 / math.sqrt(condition)
    return surface(
        valley,
        x=(-10, 10),
        y=(-high, high),
        start=(-9.0, 0.8 * high),
        minima=[(0, 0)],
        name=name or f"ravine, κ = {condition:g}",
        names=names,
    )
