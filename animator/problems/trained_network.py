"""A network on its data, as a problem: what it loses, and the planes of its weights."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from animator.base.quoting import described
from animator.base.seeding import seeded
from animator.problems import trees
from animator.problems.data import Data
from animator.problems.evaluation import Evaluation
from animator.problems.hidden_state import evaluating
from animator.problems.metrics import (
    Metric,
)
from animator.problems.modules import (
    copy_module,
    is_steady,
    restore,
)
from animator.problems.objective import Loss, Objective, split
from animator.problems.planefit import fit_plane, unpack_plane
from animator.problems.planes import PlaneMethod
from animator.problems.projected import Plane
from animator.problems.protocols import BatchSource, Borrowed, Evaluated, Measured
from animator.problems.references import (
    has_tensor_hooks,
    module_hooks,
    refers_to,
    restored_hooks,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Network(BatchSource, Borrowed, Evaluated, Measured):
    """A model, its data and a loss; made by `network`."""

    original: torch.nn.Module
    """The user's own."""
    base: torch.nn.Module
    """A copy of it, made together with the problem."""
    data: Data
    objective: Objective
    plane: PlaneMethod
    name: str
    evaluation: Evaluation
    """The loss over all points."""
    names: tuple[str, str] = ("", "")
    """What the axes of the map are called, if not as the plane says."""
    metrics: tuple[Metric, ...] = ()
    """What is measured during each run."""
    validation: Evaluation | None = None
    """The loss over data that are not trained on."""

    def __repr__(self) -> str:
        weights = sum(parameter.numel() for parameter in self.base.parameters())
        return described(
            self, repr(self.name), f"{weights:,} weights", f"{self.size:,} points"
        )

    def without_metrics(self) -> Network:
        """Return the problem without them."""
        return replace(self, metrics=(), validation=None) if self.metrics else self

    @property
    def criterion(self) -> Loss:
        """The loss, as it was given."""
        return self.objective.function

    @property
    def inputs(self) -> Any:
        """The inputs of all points."""
        return split(self.data.points)[0]

    @property
    def labels(self) -> Any:
        """The labels of all points."""
        return split(self.data.points)[1]

    @property
    def size(self) -> int:
        """How many points there are."""
        return self.data.size

    @property
    def has_own_batches(self) -> bool:
        """Whether the data are a loader, which gives the batches."""
        return self.data.loader is not None

    @property
    def is_steady(self) -> bool:
        """Whether the loss is known to be the same in training and in evaluation."""
        return (
            self.data.loader is None
            and self.objective.is_steady
            and is_steady(self.base)
        )

    def model(self) -> torch.nn.Module:
        """Build the model at its start."""
        return copy_module(self.base)

    def is_referred_to(self, setting: Any) -> bool:
        """Return whether the loss or a setting refers to the user's own model."""
        if has_tensor_hooks(self.original):
            return True  # as copies of tensors have none
        used = (self.objective.function, setting, module_hooks(self.original))
        return refers_to(used, self.original)

    @contextmanager
    def borrowed(self) -> Iterator[torch.nn.Module]:
        """Yield the user's own model at its start, and restore it afterwards."""
        before = copy_module(self.original)
        gradients = [parameter.grad for parameter in self.original.parameters()]
        restore(self.original, self.base)
        try:
            with restored_hooks(self.original):
                yield self.original
        finally:
            restore(self.original, before)
            parameters = self.original.parameters()
            for parameter, gradient in zip(parameters, gradients, strict=True):
                parameter.grad = gradient

    def batches(self, batch_size: int | None, seed: int) -> Iterator[Any]:
        """Yield the batches that a run is trained on."""
        return self.data.batches(batch_size, seed)

    def loss_on(self, model: torch.nn.Module, batch: Any) -> torch.Tensor:
        """Return the loss () of the model over a batch."""
        return self.objective(model, batch)

    def loss(self, model: torch.nn.Module) -> torch.Tensor:
        """Return the loss () over all points, as it is trained on."""
        return self.objective(model, self.data.points)

    def batch_loss(self, model: torch.nn.Module, batch: torch.Tensor) -> torch.Tensor:
        """Return the loss () over some points, by their indices (B,)."""
        return self.objective(model, trees.select(self.data.points, batch))

    def measured_loss(self, model: torch.nn.Module) -> torch.Tensor:
        """Return the loss () over all points in evaluation mode, without its graph.

        The modes of the model's parts and its buffers are left as they are.
        """
        with evaluating(model, *self.stateful), seeded():
            return self.evaluate(model)

    @property
    def stateful(self) -> tuple[Any, ...]:
        """The loss, if evaluating it changes what it or the model holds."""
        return (self.criterion,) if self.evaluation.has_state else ()

    def evaluate(self, model: torch.nn.Module) -> torch.Tensor:
        """Return the loss () over all points of the model as it is, without its graph.

        The memory that it takes is bounded if the loss allows it.
        """
        return self.evaluation(model)

    def with_plane(
        self,
        paths: Sequence[NDArray[np.floating]],
        state: Mapping[str, torch.Tensor],
        *,
        calm: Sequence[bool] | None = None,
        others: Sequence[Mapping[str, torch.Tensor]] = (),
    ) -> Plane:
        """Return the plane through paths of weights, each (K, P), as a problem.

        Args:
            paths: of all settings.
            state: what the model holds besides its weights at the end of the first
                one; it is used at all points of the plane.
            calm: which of the paths the plane and its ranges are made for; a run that
                diverges would flatten the others. All of them if not given.
            others: what the model holds at the ends of the other settings; the plane
                says so if that changes the loss.
        """
        chosen = [
            path for path, is_calm in zip(paths, calm or [], strict=False) if is_calm
        ] or list(paths)
        return fit_plane(self, self.plane, chosen, state, others)

    def unpacked(self, arrays: Mapping[str, Any]) -> Plane:
        """Return the plane whose parts `Plane.packed` returned."""
        return unpack_plane(self, arrays)
