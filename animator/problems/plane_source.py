"""What a plane of weights needs of the network whose weights they are."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import torch

    from animator.problems.data import Data
    from animator.problems.evaluation import Evaluation
    from animator.problems.objective import Objective


class PlaneSource(Protocol):
    """A network as its planes use it; `Network` is one."""

    @property
    def base(self) -> torch.nn.Module:
        """The model at its start."""

    @property
    def data(self) -> Data:
        """The data that it is trained on."""

    @property
    def objective(self) -> Objective:
        """The loss over a batch."""

    @property
    def evaluation(self) -> Evaluation:
        """The loss over all points."""

    @property
    def name(self) -> str:
        """What the problem is called."""

    @property
    def names(self) -> tuple[str, str]:
        """What the axes of the map are called, if not as the plane says."""

    @property
    def stateful(self) -> tuple[Any, ...]:
        """What an evaluation changes besides the model."""

    def model(self) -> torch.nn.Module:
        """Build the model at its start."""

    def is_referred_to(self, setting: Any) -> bool:
        """Return whether the loss or a setting refers to the user's own model."""

    def borrowed(self) -> AbstractContextManager[torch.nn.Module]:
        """Lend the user's own model at its start."""

    def loss(self, model: torch.nn.Module) -> torch.Tensor:
        """Return the loss () over all points, as it is trained on."""

    def evaluate(self, model: torch.nn.Module) -> torch.Tensor:
        """Return the loss () over all points, without its graph."""
