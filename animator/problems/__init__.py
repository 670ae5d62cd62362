"""What is minimised: a model, its data and a loss, seen over two coordinates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

from animator.problems.coordinate import Coordinate
from animator.problems.line import LineFit, line_fit
from animator.problems.surface import Surface, surface

if TYPE_CHECKING:
    import torch

__all__ = ["Coordinate", "LineFit", "Problem", "Surface", "line_fit", "surface"]


@runtime_checkable
class Problem(Protocol):
    """What an experiment needs of a problem; write your own with these members.

    The two drawn coordinates are scalar parameters of the model, and `x.name` and
    `y.name` are their names in `model.named_parameters()`.
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
