"""Determines how to call a loss: with outputs and labels, or a model and a batch."""

from __future__ import annotations

import functools
import inspect
import typing
from typing import Any

import torch

from animator.base.errors import SceneError
from animator.base.seeding import seeded
from animator.problems import trees
from animator.problems.data import Data, model_dtype
from animator.problems.modules import copy_module
from animator.problems.objective import Loss, Objective
from animator.problems.references import parameters_reached
from animator.problems.trees import Tree

_MODEL_NAMES = {"model", "net", "network", "module"}
_OUTPUT_NAMES = {
    "input", "inputs", "logits", "out", "output", "outputs", "pred", "prediction",
    "predictions", "preds", "scores", "y_hat", "y_pred", "yhat",
}  # fmt: skip


def fit_objective(
    loss: Loss, model: torch.nn.Module, base: torch.nn.Module, data: Data
) -> tuple[Data, Objective]:
    """Return the data, in a dtype that the loss accepts, and the objective."""
    try:
        return data, _objective_on(loss, model, base, data)
    except Exception:
        dtype = model_dtype(base)
        if dtype is None or all(
            tensor.dtype == dtype or not tensor.is_floating_point()
            for tensor in trees.tensors(data.points)
        ):
            raise
        converted = data.converted(dtype)
        try:
            return converted, _objective_on(loss, model, base, converted)
        except Exception as error:
            raise error from None


def _objective_on(
    loss: Loss, model: torch.nn.Module, base: torch.nn.Module, data: Data
) -> Objective:
    """Determine how to call the loss, on two points or, if that fails, on all."""
    try:
        objective, value = find_objective(loss, base, data.first(2))
    except SceneError:
        raise
    except Exception:
        objective, value = find_objective(loss, base, data.points)
    if value.shape != ():
        raise SceneError(
            f"the loss returns several numbers, of shape {tuple(value.shape)}; "
            "average them, such as with reduction='mean'"
        )
    if not value.requires_grad:  # it may have a gradient in training mode only
        with torch.enable_grad(), seeded():
            value = objective(copy_module(base), data.points)
    if not value.requires_grad:
        raise SceneError(
            "the loss has no gradient; compute it with torch's operations, without "
            "item(), detach() or NumPy"
        )
    own = trained_parameters(value, parameters_reached(loss, model))
    if own:
        shapes = ", ".join(str(tuple(parameter.shape)) for parameter in own)
        raise SceneError(
            f"the loss {getattr(loss, '__name__', type(loss).__name__)} has parameters "
            f"of its own (shapes {shapes}), which no optimizer would train; move them "
            "into the model and give loss(model, batch), or freeze them with "
            "requires_grad_(False)"
        )
    return objective


def find_objective(
    function: Loss, base: torch.nn.Module, batch: Tree
) -> tuple[Objective, torch.Tensor]:
    """Determine how to call a loss, from its first parameter or else by trying.

    Args:
        function: ``criterion(outputs, labels)`` or ``loss(model, batch)``.
        base: a model; it is not changed.
        batch: a batch of a few points.

    Returns:
        The objective, and its value () over the batch, with its graph.

    Raises:
        SceneError: both calls succeed, or the value is not a tensor.
        Exception: the error of the loss, if both calls fail.
    """
    forms = [Objective(function, of_model) for of_model in _forms(function)]
    tried = [try_objective(form, base, batch) for form in forms]
    good = [found for found in tried if not isinstance(found, Exception)]
    if len(good) == 2:
        raise SceneError(
            "the loss can be called with (outputs, labels) and with (model, batch); "
            "name its first parameter 'outputs' or 'model'"
        )
    if good:
        return _checked(*good[0])
    errors = [error for error in tried if isinstance(error, Exception)]
    if len(errors) == 1 or _called_alike(errors):
        raise errors[0]
    raise SceneError(
        f"loss(outputs, labels) fails with {_describe(errors[0])}; loss(model, batch) "
        f"with {_describe(errors[1])}; name its first parameter 'outputs' or 'model'"
    )


def try_objective(
    objective: Objective, base: torch.nn.Module, batch: Tree
) -> tuple[Objective, torch.Tensor] | Exception:
    """Return an objective and its value, or the exception that it raised.

    The objective needs gradients if its value changes under `torch.no_grad`.
    """
    try:
        with torch.enable_grad(), seeded():
            value = objective(copy_module(base).eval(), batch)
    except Exception as error:
        return error
    if not isinstance(value, torch.Tensor):
        return objective, value
    try:
        with seeded():
            without = objective.evaluate(copy_module(base).eval(), batch)
        same = torch.allclose(value.detach(), without, rtol=1e-3, equal_nan=True)
    except Exception:
        same = False
    return Objective(objective.function, objective.of_model, not same), value


def _checked(
    objective: Objective, value: torch.Tensor
) -> tuple[Objective, torch.Tensor]:
    """Return an objective and its value, after checking that this is a tensor."""
    if not isinstance(value, torch.Tensor):
        raise SceneError(
            f"the loss returns a {type(value).__name__}; write it with torch's "
            "operations"
        )
    return objective, value


def _describe(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())}"


def _called_alike(errors: list[Exception]) -> bool:
    """Return whether both calls failed with the same error, such as wrong data."""
    return len({_describe(error) for error in errors}) == 1


def _forms(function: Loss) -> tuple[bool, ...]:
    """Return the calls to try; True stands for ``loss(model, batch)``.

    The name or the annotation of the first parameter decides. If both are unknown, both
    calls are tried.
    """
    if type(function).__module__ == "torch.nn.modules.loss":
        return (False,)
    called = function.forward if isinstance(function, torch.nn.Module) else function
    try:
        parameters = inspect.signature(called).parameters.values()
        first = next(iter(parameters))
    except (TypeError, ValueError, StopIteration):
        return False, True
    kind = _annotation(called, first)
    if isinstance(kind, type) and issubclass(kind, torch.nn.Module | torch.Tensor):
        return (issubclass(kind, torch.nn.Module),)
    if first.name.lower() in _MODEL_NAMES or str(kind).endswith("Module"):
        return (True,)
    if first.name.lower() in _OUTPUT_NAMES:
        return (False,)
    return False, True


def takes_model(function: Any) -> bool:
    """Return whether a function's first parameter is known to be a model."""
    return _forms(function) == (True,)


def _annotation(function: Any, parameter: inspect.Parameter) -> Any:
    """Return a parameter's annotation, resolved to a type if possible."""
    while isinstance(function, functools.partial):
        function = function.func
    if not inspect.isroutine(function):
        function = type(function).__call__
    try:
        return typing.get_type_hints(function).get(parameter.name, "")
    except Exception:  # names that are imported for type checkers only
        return parameter.annotation


def trained_parameters(
    value: torch.Tensor, reached: list[torch.nn.Parameter]
) -> list[torch.nn.Parameter]:
    """Return those of the parameters `reached` that a loss depends on."""
    if not reached or not value.requires_grad:
        return []
    gradients = torch.autograd.grad(
        value, reached, allow_unused=True, retain_graph=True
    )
    return [
        parameter
        for parameter, gradient in zip(reached, gradients, strict=True)
        if gradient is not None
    ]
