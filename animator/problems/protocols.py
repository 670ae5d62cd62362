"""What an experiment, a map or a panel may ask of a problem."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from animator.problems.coordinate import Coordinate

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

    import numpy as np
    import torch
    from numpy.typing import NDArray

    from animator.problems.evaluation import Evaluation
    from animator.problems.metrics import Metric


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
    """What else a problem has if its loss is a mean over points."""

    @property
    def size(self) -> int:
        """How many points there are."""

    def batch_loss(self, model: torch.nn.Module, batch: torch.Tensor) -> torch.Tensor:
        """Return the loss () over some points, by their indices (B,)."""


@runtime_checkable
class PlaneProblem(Problem, Protocol):
    """The loss over a plane in weight space, as a problem that can be drawn."""

    def project(
        self, weights: NDArray[np.floating]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return where weights (K, P) lie, (K, 2), and how far off the plane, (K,)."""

    def packed(self) -> dict[str, Any]:
        """Return the parts of the plane as arrays, by name."""


@runtime_checkable
class ProjectedProblem(Protocol):
    """A problem of many weights; the plane that is drawn is known after recording."""

    @property
    def name(self) -> str:
        """What to call it in titles and tables."""

    def model(self) -> torch.nn.Module:
        """Build a fresh model at its start."""

    def loss(self, model: torch.nn.Module) -> torch.Tensor:
        """Return the loss () of the model, differentiable in its parameters."""

    def with_plane(
        self,
        paths: Sequence[NDArray[np.floating]],
        state: Mapping[str, torch.Tensor],
        *,
        calm: Sequence[bool] | None = None,
        others: Sequence[Mapping[str, torch.Tensor]] = (),
    ) -> PlaneProblem:
        """Return the plane through paths of weights, each (K, P), as a problem."""

    def unpacked(self, arrays: Mapping[str, Any]) -> PlaneProblem:
        """Return a plane whose parts were packed into arrays, by name."""


class BatchSource(ABC):
    """A problem that yields its batches itself; a class inherits to declare it."""

    __slots__ = ()

    @property
    @abstractmethod
    def has_own_batches(self) -> bool:
        """Whether the data fix the batches, so that settings have no batch size."""

    @abstractmethod
    def batches(self, batch_size: int | None, seed: int) -> Iterator[Any]:
        """Yield the batches of a run, for ever."""

    @abstractmethod
    def loss_on(self, model: torch.nn.Module, batch: Any) -> torch.Tensor:
        """Return the loss () over a batch."""


class Borrowed(ABC):
    """A problem that can train the user's own model in place, and restores it.

    This is needed if a loss, a hook or an optimizer refers to the model itself.
    """

    __slots__ = ()

    @abstractmethod
    def is_referred_to(self, setting: Any) -> bool:
        """Return whether the loss or a setting refers to the user's own model."""

    @abstractmethod
    def borrowed(self) -> AbstractContextManager[torch.nn.Module]:
        """Yield the user's own model at its start, and restore it afterwards."""


class Evaluated(ABC):
    """A problem that knows how to evaluate its loss over all points."""

    __slots__ = ()

    @property
    @abstractmethod
    def is_steady(self) -> bool:
        """Whether the loss is known to be the same in training and in evaluation mode.

        It is not where batch normalisation, dropout or random numbers have a part.
        """

    @property
    @abstractmethod
    def stateful(self) -> tuple[Any, ...]:
        """What changes, besides the model, when the loss is evaluated."""

    @abstractmethod
    def evaluate(self, model: torch.nn.Module) -> torch.Tensor:
        """Return the loss () over all points of the model as it is, without a graph."""


class Measured(ABC):
    """A problem with metrics of its own, such as its loss over validation data."""

    __slots__ = ()

    @property
    @abstractmethod
    def metrics(self) -> tuple[Metric, ...]:
        """What is measured during each run."""

    @property
    def validation(self) -> Evaluation | None:
        """The loss over data that are not trained on; None if there are none.

        An experiment's own metrics of the data are then measured over these, too.
        """
        return None

    @abstractmethod
    def without_metrics(self) -> Any:
        """Return the problem without them, for runs of which only the loss counts."""


class WithMinima(ABC):
    """A problem whose minima are known; a class inherits to declare it."""

    __slots__ = ()

    @property
    @abstractmethod
    def known_minima(self) -> Sequence[tuple[float, float]]:
        """Where the loss is lowest, each place as (x, y); empty if that is unknown."""


class CostlyMap(ABC):
    """A problem whose loss takes long to evaluate; a class inherits to declare it."""

    __slots__ = ()

    @property
    @abstractmethod
    def map_points(self) -> int:
        """How many points along each side a map has, if its panel does not say."""


class WithMapNote(ABC):
    """A problem with a remark about its map; a class inherits to declare it."""

    __slots__ = ()

    @property
    @abstractmethod
    def map_note(self) -> str:
        """What the scene's key says about the map; empty if there is nothing."""
