"""The loss of a model over a batch, in either form that the user may write."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch

from animator.base.errors import SceneError
from animator.base.seeding import seeded
from animator.problems.modules import evaluation_mode, is_lazy
from animator.problems.trees import Tree

Loss = Callable[..., torch.Tensor]


@dataclass(frozen=True, slots=True, eq=False)
class Objective:
    """A loss of a model over a batch.

    Attributes:
        function: ``criterion(outputs, labels)``, or ``loss(model, batch)``.
        of_model: whether the form is ``loss(model, batch)``.
        needs_grad: whether the loss computes derivatives, and so cannot be evaluated
            under `torch.no_grad`.
    """

    function: Loss
    of_model: bool = False
    needs_grad: bool = False

    def __call__(self, model: torch.nn.Module, batch: Tree) -> torch.Tensor:
        """Return the loss () of a model over a batch, differentiable in its weights."""
        if self.of_model:
            return self.function(model, batch)
        inputs, labels = split(batch)
        return self.function(outputs(model, inputs), labels)

    def evaluate(self, model: torch.nn.Module, batch: Tree) -> torch.Tensor:
        """Return the loss () without its graph."""
        with torch.set_grad_enabled(self.needs_grad):
            return self(model, batch).detach()

    @property
    def is_steady(self) -> bool:
        """Whether the loss is one of torch's criteria, which use no random numbers."""
        return is_torch_loss(self.function)


def is_torch_loss(function: Loss) -> bool:
    """Return whether a loss is one of torch's criteria."""
    kind = function if inspect.isroutine(function) else type(function)
    module = str(getattr(kind, "__module__", ""))
    return module in ("torch.nn.modules.loss", "torch.nn.functional")


def split(batch: Tree) -> tuple[Tree, Tree]:
    """Return the inputs and the labels of a batch; the labels are its last part.

    Raises:
        SceneError: the batch has no labels.
    """
    if not isinstance(batch, tuple | list) or len(batch) < 2:
        raise SceneError(
            "the data have no labels; give (inputs, labels), or a loss of the model "
            "and a batch: loss(model, batch)"
        )
    *inputs, labels = batch
    return inputs[0] if len(inputs) == 1 else tuple(inputs), labels


def outputs(model: torch.nn.Module, inputs: Tree) -> Any:
    """Return a model's outputs; several inputs are passed as separate arguments."""
    if isinstance(inputs, tuple | list) and _accepts(model, *inputs):
        return model(*inputs)
    if isinstance(inputs, Mapping) and all(isinstance(key, str) for key in inputs):
        named = {str(key): value for key, value in inputs.items()}
        if _accepts(model, **named):
            return model(**named)
    return model(inputs)


def _accepts(model: torch.nn.Module, *arguments: Any, **named: Any) -> bool:
    try:
        inspect.signature(model.forward).bind(*arguments, **named)
    except (TypeError, ValueError):
        return False
    return True


def initialize_lazy(model: torch.nn.Module, function: Loss, batch: Tree) -> None:
    """Initialize lazy layers by a forward pass of a few points.

    Raises:
        Exception: any error of the model.
    """
    calls: list[Callable[[], Any]] = [
        lambda: outputs(model, split(batch)[0]),
        lambda: outputs(model, batch),
        lambda: function(model, batch),
    ]
    errors = []
    for call in calls:
        try:
            with evaluation_mode(model), torch.no_grad(), seeded():
                call()
        except Exception as error:
            errors.append(error)
        if not is_lazy(model):
            return
    raise errors[0]
