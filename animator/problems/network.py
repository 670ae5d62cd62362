"""Any model on any data, its loss drawn over a plane of all its weights."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from animator.base.checks import is_number, quoted
from animator.base.errors import SceneError
from animator.base.quoting import described
from animator.base.seeding import seeded
from animator.problems import trees
from animator.problems.coordinate import check_names
from animator.problems.data import Data, model_dtype, read_data
from animator.problems.evaluation import Evaluation, prepare
from animator.problems.hidden_state import evaluating, preserved
from animator.problems.lossform import fit_objective
from animator.problems.modules import (
    copy_module,
    is_lazy,
    is_steady,
    restore,
)
from animator.problems.objective import Loss, Objective, initialize, split
from animator.problems.planefit import fit_plane, unpack_plane
from animator.problems.planes import CheckedPlane, PlaneMethod, pca
from animator.problems.pointwise import NO_NUMPY, uses_numpy
from animator.problems.projected import Plane
from animator.problems.protocols import BatchSource, Borrowed, Evaluated
from animator.problems.references import (
    has_tensor_hooks,
    module_hooks,
    refers_to,
    restored_hooks,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

MEMORY = 1 << 28
"""Bytes that evaluating the loss once may take."""


@dataclass(frozen=True, slots=True, eq=False)
class Network(BatchSource, Borrowed, Evaluated):
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

    def __repr__(self) -> str:
        weights = sum(parameter.numel() for parameter in self.base.parameters())
        return described(
            self, repr(self.name), f"{weights:,} weights", f"{self.size:,} points"
        )

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


def network(
    model: torch.nn.Module,
    data: Any,
    loss: Loss,
    *,
    plane: PlaneMethod | None = None,
    device: str | torch.device = "cpu",
    memory: int = MEMORY,
    name: str | None = None,
    names: tuple[str, str] | None = None,
) -> Network:
    """Train a model, and draw the loss over a plane of all its weights.

    Every setting starts from the weights that the model has now, its parts in the modes
    that they have now. What is drawn is the loss over all data, of the model in
    evaluation mode. The model itself is left as it is; only lazy layers get their
    shapes, by one forward pass.

    Args:
        model: any module.
        data: arrays or tensors, or tuples and dicts of them, whose first dimension
            (n, …) is the points: usually inputs and labels. Also a `Dataset`, or a
            `DataLoader`, whose batches are then trained on, in its own order. Where
            the model refuses their precision, numbers are converted to its own.
        loss: ``criterion(outputs, labels)``, such as `torch.nn.CrossEntropyLoss()`,
            where the labels are the last part of the data; or ``loss(model, batch)``
            for all else: regularisers, no labels, outputs that are objects. It is
            called so if its first parameter is named ``model``, ``net``, ``network``
            or ``module``, or annotated as a module. If neither that nor a name such as
            ``outputs`` or ``input`` decides, both calls are tried, and one must fail.
        plane: which one: `pca` if not given, `random_plane`, `through` or `weights`.
        device: where to train and to evaluate, such as ``"cuda"``.
        memory: bytes that one evaluation of the loss may take; the points are split
            into chunks accordingly, if the loss can be computed from chunks.
        name: what to call it; the class of the model if not given.
        names: what the axes of the map are called, if not as the plane says.

    Raises:
        SceneError: the model cannot be evaluated on the data, the loss has no
            gradient or parameters of its own, or an argument is wrong.
    """
    _check_arguments(model, loss, plane, memory)
    try:
        given = read_data(data, device)
        with warnings.catch_warnings():  # what training warns of is said there
            warnings.simplefilter("ignore")
            if is_lazy(model):
                dtype = model_dtype(model)
                fitting = given.converted(dtype) if dtype else given
                initialize(model, loss, fitting.first(2))
            with preserved(loss, model):
                base = copy_module(model).to(device)
                if not any(p.requires_grad for p in base.parameters()):
                    raise SceneError(
                        f"{type(model).__name__} has no parameter to train; give a "
                        "model that has one with requires_grad"
                    )
                plane = pca() if plane is None else plane
                if isinstance(plane, CheckedPlane):
                    plane.check(base)
                points, objective = fit_objective(loss, model, base, given)
                evaluation = prepare(objective, base, points, memory)
    except SceneError as error:
        raise SceneError(f"network: {error}") from error
    except Exception as error:
        text = " ".join(str(error).split())
        fix = "give a model, its inputs and labels, and a loss that suit each other"
        raise SceneError(
            f"network: {type(error).__name__}: {text}; "
            f"{NO_NUMPY if uses_numpy(error) else fix}"
        ) from error
    return Network(
        original=model,
        base=base,
        data=points,
        objective=objective,
        plane=plane,
        name=name or type(model).__name__,
        evaluation=evaluation,
        names=check_names("network", names),
    )


def _check_arguments(model: Any, loss: Any, plane: Any, memory: Any) -> None:
    if not isinstance(model, torch.nn.Module):
        raise SceneError(
            f"network: {quoted(model)} is no model; give a torch.nn.Module"
        )
    if isinstance(loss, type) or not callable(loss):
        raise SceneError(
            f"network: {quoted(loss)} is no loss; give one such as MSELoss()"
        )
    if not (isinstance(memory, int) and is_number(memory, 1)):
        raise SceneError(f"network: memory is {memory!r}; give a number of bytes")
    if plane is not None and not hasattr(plane, "fit"):
        raise SceneError(f"network: plane is {quoted(plane)}; give one such as pca()")
