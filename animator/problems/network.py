"""Any model on any data, its loss drawn over a plane of all its weights."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch

from animator.base.checks import is_number, quoted
from animator.base.errors import SceneError, message_of
from animator.base.seeding import seeded
from animator.problems.coordinate import check_names
from animator.problems.data import Data, model_dtype, read_data
from animator.problems.data_checks import check_gradients
from animator.problems.evaluation import Evaluation, prepare
from animator.problems.hidden_state import preserved
from animator.problems.lossform import fit_objective
from animator.problems.metrics import (
    VALIDATION,
    Metric,
    bind_metrics,
    validation_metrics,
)
from animator.problems.modules import (
    copy_module,
    is_lazy,
)
from animator.problems.objective import Loss, Objective, initialize
from animator.problems.planes import CheckedPlane, PlaneMethod, pca
from animator.problems.pointwise import NO_NUMPY, uses_numpy
from animator.problems.trained_network import Network

MEMORY = 1 << 28
"""Bytes that evaluating the loss once may take."""


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
    validation: Any = None,
    metrics: Mapping[str, Callable[..., Any]] | None = None,
    every: int = 1,
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
            the model refuses their precision, numbers are converted to its own. Only
            the model is trained: data that require a gradient are refused, unless the
            loss or the model takes derivatives by them.
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
        validation: other data of the same kind, which are not trained on. The loss over
            all of them is logged as ``"validation loss"``.
        metrics: functions by name, such as ``{"accuracy": f}``, which are logged, too;
            each gives one number: ``f(outputs, labels)``, ``f(model, inputs,
            labels)``, ``f(model, batch)`` or ``f(model)``; see `bind_metrics`. With
            validation data, ``"validation accuracy"`` is logged as well. They are
            computed over all of the data in evaluation mode, and change nothing.
        every: metrics and validation loss are computed at each step that is a multiple
            of this, and at the last one.

    Raises:
        SceneError: the model cannot be evaluated on the data, the loss has no
            gradient or parameters of its own, or an argument is wrong.
    """
    _check_arguments(model, loss, plane, memory)
    plane = pca() if plane is None else plane
    with _named_errors():
        given = read_data(data, device)
        with warnings.catch_warnings():  # training gives the same warnings again
            warnings.simplefilter("ignore")
            _initialize_lazy(model, loss, given)
            with preserved(loss, model):
                base = _trainable_copy(model, device)
                if isinstance(plane, CheckedPlane):
                    plane.check(base)
                points, objective = fit_objective(loss, model, base, given)
                check_gradients(points.points, objective)
                evaluation = prepare(objective, base, points, memory)
    measured = bind_metrics("network", metrics or {}, every, points.points, evaluation)
    held_out = None
    if validation is not None:
        held_out = _prepare_validation(validation, base, points, objective, memory)
        measured += (
            Metric(f"{VALIDATION}loss", held_out, every),
            *validation_metrics(measured, held_out),
        )
    return Network(
        original=model,
        base=base,
        data=points,
        objective=objective,
        plane=plane,
        name=name or type(model).__name__,
        evaluation=evaluation,
        names=check_names("network", names),
        metrics=measured,
        validation=held_out,
    )


def _data_fix(text: str) -> str:
    """Return how to correct data that a model or a loss refuses, by the error."""
    if "must be the same as input size" in text:
        return "give labels of the shape of the outputs, such as labels[:, None]"
    if "target dtype to be Long" in text or "expected scalar type Long" in text:
        return "give the labels as whole numbers, such as labels.long()"
    if "device type" in text or "not compiled with" in text or "No CUDA" in text:
        return "give device='cpu', or a device that torch can use here"
    return "give a model, its inputs and labels, and a loss that suit each other"


def _prepare_validation(
    validation: Any,
    base: torch.nn.Module,
    points: Data,
    objective: Objective,
    memory: int,
) -> Evaluation:
    """Return the loss over validation data, in the precision of the training data."""
    try:
        with preserved(objective.function), warnings.catch_warnings(), seeded():
            warnings.simplefilter("ignore")
            data = read_data(validation, points.device)
            if points.dtype is not None:
                data = data.converted(points.dtype)
            evaluation = prepare(objective, base, data, memory)
            evaluation(copy_module(base).eval())
    except Exception as error:
        text = message_of(error)
        raise SceneError(
            f"network: validation: {text}; give data of the same kind as the "
            "training data"
        ) from error
    return evaluation


@contextmanager
def _named_errors() -> Iterator[None]:
    """Name the function in any error, and suggest a fix for torch's own errors."""
    try:
        yield
    except SceneError as error:
        raise SceneError(f"network: {error}") from error
    except Exception as error:
        text = message_of(error)
        fix = NO_NUMPY if uses_numpy(error) else _data_fix(text)
        raise SceneError(f"network: {type(error).__name__}: {text}; {fix}") from error


def _initialize_lazy(model: torch.nn.Module, loss: Loss, given: Data) -> None:
    """Give lazy layers of a model their shapes, by one forward pass."""
    if is_lazy(model):
        dtype = model_dtype(model)
        fitting = given.converted(dtype) if dtype else given
        initialize(model, loss, fitting.first(2))


def _trainable_copy(
    model: torch.nn.Module, device: str | torch.device
) -> torch.nn.Module:
    """Return a copy of a model on a device.

    Raises:
        SceneError: it has no parameter to train.
    """
    base = copy_module(model).to(device)
    if not any(p.requires_grad for p in base.parameters()):
        raise SceneError(
            f"{type(model).__name__} has no parameter to train; give a model that has "
            "one with requires_grad"
        )
    return base


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
