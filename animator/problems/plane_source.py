"""The protocol of a network whose loss is drawn on a plane of its weights."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import torch

    from animator.problems.data import Data
    from animator.problems.evaluation import Evaluation
    from animator.problems.objective import Objective


class PlaneSource(Protocol):
    """The members of a network that planes use; `Network` implements it."""

    @property
    def base(self) -> torch.nn.Module:
        """The model at the start."""

    @property
    def data(self) -> Data:
        """The training data."""

    @property
    def objective(self) -> Objective:
        """The loss over a batch."""

    @property
    def evaluation(self) -> Evaluation:
        """The loss over all points."""

    @property
    def name(self) -> str:
        """The name in titles and tables."""

    @property
    def names(self) -> tuple[str, str]:
        """The labels of the axes; empty strings for those of the plane."""

    @property
    def stateful(self) -> tuple[Any, ...]:
        """The objects besides the model that an evaluation may change."""

    def model(self) -> torch.nn.Module:
        """Create the model at the start."""

    def is_referred_to(self, setting: Any) -> bool:
        """Return whether the loss or a setting refers to the user's own model."""

    def borrowed(self) -> AbstractContextManager[torch.nn.Module]:
        """Yield the user's own model at the start, and restore it afterwards."""

    def loss(self, model: torch.nn.Module) -> torch.Tensor:
        """Return the loss () over all points, with its graph."""

    def evaluate(self, model: torch.nn.Module) -> torch.Tensor:
        """Return the loss () over all points, without a graph."""
