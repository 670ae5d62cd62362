"""What is minimised: a model, its data and a loss, seen over two coordinates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from animator.problems.coordinate import Coordinate
from animator.problems.curve import CurveFit, Polynomial, curve_fit, logistic_fit
from animator.problems.line import LineFit, line_fit
from animator.problems.network import Network, Plane, network
from animator.problems.planes import pca, random_plane, through, weights
from animator.problems.scalar import Scalar
from animator.problems.surface import SurfaceProblem, surface
from animator.problems.testsurfaces import (
    ackley,
    beale,
    booth,
    easom,
    goldstein_price,
    himmelblau,
    matyas,
    mccormick,
    monkey_saddle,
    rastrigin,
    ravine,
    rosenbrock,
    saddle,
    six_hump_camel,
    sphere,
    styblinski_tang,
    three_hump_camel,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    import torch
    from numpy.typing import NDArray

__all__ = [
    "Batched",
    "Coordinate",
    "CurveFit",
    "LineFit",
    "Network",
    "Plane",
    "Polynomial",
    "Problem",
    "Scalar",
    "SurfaceProblem",
    "Unlaid",
    "ackley",
    "beale",
    "booth",
    "curve_fit",
    "easom",
    "goldstein_price",
    "himmelblau",
    "line_fit",
    "logistic_fit",
    "matyas",
    "mccormick",
    "monkey_saddle",
    "network",
    "pca",
    "random_plane",
    "rastrigin",
    "ravine",
    "rosenbrock",
    "saddle",
    "six_hump_camel",
    "sphere",
    "styblinski_tang",
    "surface",
    "three_hump_camel",
    "through",
    "weights",
]


@runtime_checkable
class Problem(Protocol):
    """What an experiment needs of a problem; write your own with these members.

    The two drawn coordinates are numbers among the model's parameters: `x.name` and
    `y.name` are names in `model.named_parameters()`, such as ``"bias"``, or elements of
    what these name, such as ``"weight[0, 1]"``.
    """

    @property
    def name(self) -> str:
        """What to call it in titles and tables, such as ``"MSELoss"``."""

    @property
    def x(self) -> Coordinate:
        """The coordinate drawn to the right."""

    @property
    def y(self) -> Coordinate:
        """The coordinate drawn upward."""

    @property
    def start(self) -> tuple[float, float]:
        """Where every setting starts, as (x, y)."""

    def model(self) -> torch.nn.Module:
        """Build a fresh model whose drawn parameters are at the start."""

    def loss(self, model: torch.nn.Module) -> torch.Tensor:
        """Return the loss () of the model, differentiable in its parameters."""

    def losses(self, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        """Return the loss (N,) at the drawn coordinates x (N,) and y (N,)."""


@runtime_checkable
class Batched(Protocol):
    """What a problem has besides if its loss is a mean over points."""

    @property
    def size(self) -> int:
        """How many points there are."""

    def batch_loss(self, model: torch.nn.Module, batch: torch.Tensor) -> torch.Tensor:
        """Return the loss () over some points, by their numbers (B,)."""


@runtime_checkable
class Unlaid(Protocol):
    """A problem of many weights: what is drawn is known when it has been recorded."""

    @property
    def name(self) -> str:
        """What to call it in titles and tables."""

    def model(self) -> torch.nn.Module:
        """Build a fresh model at its start."""

    def loss(self, model: torch.nn.Module) -> torch.Tensor:
        """Return the loss () of the model, differentiable in its parameters."""

    def laid(
        self, paths: Sequence[NDArray[np.floating]], trained: torch.nn.Module
    ) -> Plane:
        """Return the plane through paths of weights, each (K, P), as a problem."""

    def unpacked(self, arrays: Mapping[str, Any]) -> Plane:
        """Return a plane that was taken apart into arrays, by name."""
