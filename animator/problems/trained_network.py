"""The problem of training a network: its loss, its batches and its plane."""

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
    """The problem of training a model on data; created by `network`.

    Attributes:
        original: the user's model.
        base: a copy of the model, from the creation of the problem.
        data: the training data.
        objective: the loss over a batch.
        plane: the method that chooses the plane.
        name: the name in titles and tables.
        evaluation: evaluates the loss over all points.
        names: the labels of the axes; empty strings for those of the plane.
        metrics: the metrics that are measured during each run.
        validation: the loss over the validation data, if given.
    """

    original: torch.nn.Module
    base: torch.nn.Module
    data: Data
    objective: Objective
    plane: PlaneMethod
    name: str
    evaluation: Evaluation
    names: tuple[str, str] = ("", "")
    metrics: tuple[Metric, ...] = ()
    validation: Evaluation | None = None

    def __repr__(self) -> str:
        weights = sum(parameter.numel() for parameter in self.base.parameters())
        return described(
            self, repr(self.name), f"{weights:,} weights", f"{self.size:,} points"
        )

    def without_metrics(self) -> Network:
        """Return the problem without metrics."""
        return replace(self, metrics=(), validation=None) if self.metrics else self

    @property
    def criterion(self) -> Loss:
        """The loss function that the user gave."""
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
        """The number of points."""
        return self.data.size

    @property
    def has_own_batches(self) -> bool:
        """Whether the data are a `DataLoader`, which determines the batches."""
        return self.data.loader is not None

    @property
    def is_steady(self) -> bool:
        """Whether the loss certainly does not depend on the training mode."""
        return (
            self.data.loader is None
            and self.objective.is_steady
            and is_steady(self.base)
        )

    def model(self) -> torch.nn.Module:
        """Create the model at the start."""
        return copy_module(self.base)

    def is_referred_to(self, setting: Any) -> bool:
        """Return whether the loss or a setting refers to the user's own model."""
        if has_tensor_hooks(self.original):
            return True  # copies of tensors lose their hooks
        used = (self.objective.function, setting, module_hooks(self.original))
        return refers_to(used, self.original)

    @contextmanager
    def borrowed(self) -> Iterator[torch.nn.Module]:
        """Yield the user's own model at the start, and restore it afterwards."""
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
        """Yield the training batches, without end."""
        return self.data.batches(batch_size, seed)

    def loss_on(self, model: torch.nn.Module, batch: Any) -> torch.Tensor:
        """Return the loss () over a batch."""
        return self.objective(model, batch)

    def loss(self, model: torch.nn.Module) -> torch.Tensor:
        """Return the loss () over all points, with its graph."""
        return self.objective(model, self.data.points)

    def batch_loss(self, model: torch.nn.Module, batch: torch.Tensor) -> torch.Tensor:
        """Return the loss () over the points with the indices `batch` (B,)."""
        return self.objective(model, trees.select(self.data.points, batch))

    def measured_loss(self, model: torch.nn.Module) -> torch.Tensor:
        """Return the loss () over all points in evaluation mode, without a graph.

        Modes and buffers of the model are not changed.
        """
        with evaluating(model, *self.stateful), seeded():
            return self.evaluate(model)

    @property
    def stateful(self) -> tuple[Any, ...]:
        """The loss, if evaluating it changes its state or the model's."""
        return (self.criterion,) if self.evaluation.has_state else ()

    def evaluate(self, model: torch.nn.Module) -> torch.Tensor:
        """Return the loss () over all points, in the model's modes, without a graph.

        The points are evaluated in chunks of bounded size if the loss allows it.
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
        chosen = [
            path for path, is_calm in zip(paths, calm or [], strict=False) if is_calm
        ] or list(paths)
        return fit_plane(self, self.plane, chosen, state, others)

    def unpacked(self, arrays: Mapping[str, Any]) -> Plane:
        """Return the plane that `Plane.packed` converted to arrays."""
        return unpack_plane(self, arrays)
