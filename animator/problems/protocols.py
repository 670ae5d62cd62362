"""The protocols of problems that experiments, maps and panels use."""

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
    """The protocol of a problem; a class with these members can be used as a problem.

    The two drawn coordinates are scalars among the model's parameters: `x.name` and
    `y.name` are names in `model.named_parameters()`, such as ``"bias"``, or elements of
    such parameters, such as ``"weight[0, 1]"``.
    """

    @property
    def name(self) -> str:
        """The name in titles and tables, such as ``"MSELoss"``."""

    @property
    def x(self) -> Coordinate:
        """The coordinate on the x axis."""

    @property
    def y(self) -> Coordinate:
        """The coordinate on the y axis."""

    @property
    def start(self) -> tuple[float, float]:
        """The initial point of every setting, as (x, y)."""

    def model(self) -> torch.nn.Module:
        """Create a new model with its drawn parameters at the start."""

    def loss(self, model: torch.nn.Module) -> torch.Tensor:
        """Return the loss () of the model, differentiable in its parameters."""

    def losses(self, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        """Return the loss (N,) at the drawn coordinates x (N,) and y (N,)."""


@runtime_checkable
class Batched(Protocol):
    """The additional members of a problem whose loss is a mean over points."""

    @property
    def size(self) -> int:
        """The number of points."""

    def batch_loss(self, model: torch.nn.Module, batch: torch.Tensor) -> torch.Tensor:
        """Return the loss () over the points with the indices `batch` (B,)."""


@runtime_checkable
class PlaneProblem(Problem, Protocol):
    """A loss on a plane in weight space, as a problem to draw."""

    def project(
        self, weights: NDArray[np.floating]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Project weights (K, P): return coordinates (K, 2) and distances (K,)."""

    def packed(self) -> dict[str, Any]:
        """Return the plane's data as arrays, by name."""


@runtime_checkable
class ProjectedProblem(Protocol):
    """A problem of many weights, whose plane is fitted after the recording."""

    @property
    def name(self) -> str:
        """The name in titles and tables."""

    def model(self) -> torch.nn.Module:
        """Create a new model at the start."""

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
        """Fit a plane to paths of weights, each (K, P), and return it as a problem.

        Args:
            paths: the weights of each setting at its logged steps.
            state: the model's tensors besides its weights, by name, at the end of the
                first setting; they are used at all points of the plane.
            calm: for each path, whether the plane and its ranges are fitted to it; runs
                that diverge should be left out. Default: all paths.
            others: the same tensors at the ends of the other settings. If they change
                the loss, the plane has a note about it.
        """

    def unpacked(self, arrays: Mapping[str, Any]) -> PlaneProblem:
        """Return the plane that `PlaneProblem.packed` converted to arrays, by name."""


class BatchSource(ABC):
    """A base class for problems that yield their own batches."""

    __slots__ = ()

    @property
    @abstractmethod
    def has_own_batches(self) -> bool:
        """Whether the data determine the batches; settings then have no batch size."""

    @abstractmethod
    def batches(self, batch_size: int | None, seed: int) -> Iterator[Any]:
        """Yield the training batches, without end; all points if the size is None."""

    @abstractmethod
    def loss_on(self, model: torch.nn.Module, batch: Any) -> torch.Tensor:
        """Return the loss () over a batch."""


class Borrowed(ABC):
    """A base class for problems that can train the user's own model and restore it.

    This is necessary if a loss, a hook or an optimizer refers to that model.
    """

    __slots__ = ()

    @abstractmethod
    def is_referred_to(self, setting: Any) -> bool:
        """Return whether the loss or a setting refers to the user's own model."""

    @abstractmethod
    def borrowed(self) -> AbstractContextManager[torch.nn.Module]:
        """Yield the user's own model at the start, and restore it afterwards."""


class Evaluated(ABC):
    """A base class for problems that evaluate the loss over all points themselves."""

    __slots__ = ()

    @property
    @abstractmethod
    def is_steady(self) -> bool:
        """Whether the loss certainly does not depend on the training mode.

        It is False for models with batch normalisation, dropout or random numbers.
        """

    @property
    @abstractmethod
    def stateful(self) -> tuple[Any, ...]:
        """The objects besides the model that evaluating the loss may change."""

    @abstractmethod
    def evaluate(self, model: torch.nn.Module) -> torch.Tensor:
        """Return the loss () over all points, in the model's modes, without a graph."""


class Measured(ABC):
    """A base class for problems with metrics, such as a validation loss."""

    __slots__ = ()

    @property
    @abstractmethod
    def metrics(self) -> tuple[Metric, ...]:
        """The metrics that are measured during each run."""

    @property
    def validation(self) -> Evaluation | None:
        """The loss over the validation data; None if there are none.

        An experiment's own metrics of the data are then measured on these data too.
        """
        return None

    @abstractmethod
    def without_metrics(self) -> Any:
        """Return the problem without metrics, for runs that only need the loss."""


class WithMinima(ABC):
    """A base class for problems with known minima."""

    __slots__ = ()

    @property
    @abstractmethod
    def known_minima(self) -> Sequence[tuple[float, float]]:
        """The known global minima, each as (x, y); may be empty."""


class CostlyMap(ABC):
    """A base class for problems whose loss is slow to evaluate."""

    __slots__ = ()

    @property
    @abstractmethod
    def map_points(self) -> int:
        """The default number of points along each side of a map."""


class WithMapNote(ABC):
    """A base class for problems with a note about their map."""

    __slots__ = ()

    @property
    @abstractmethod
    def map_note(self) -> str:
        """The note about the map in the legend; may be empty."""
