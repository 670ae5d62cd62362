"""Creates the problem of training any model, its loss drawn on a plane of weights."""

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
from animator.problems.objective import Loss, Objective, initialize_lazy
from animator.problems.planes import CheckedPlane, PlaneMethod, pca
from animator.problems.pointwise import NO_NUMPY, uses_numpy
from animator.problems.trained_network import Network

EVALUATION_MEMORY = 1 << 28
"""The default maximum memory of one evaluation of the loss, in bytes."""


def network(
    model: torch.nn.Module,
    data: Any,
    loss: Loss,
    *,
    plane: PlaneMethod | None = None,
    device: str | torch.device = "cpu",
    memory: int = EVALUATION_MEMORY,
    name: str | None = None,
    names: tuple[str, str] | None = None,
    validation: Any = None,
    metrics: Mapping[str, Callable[..., Any]] | None = None,
    every: int = 1,
) -> Network:
    """Train a model, and draw its loss on a plane in the space of its weights.

    Every setting starts from the model's current weights and modes. The map shows the
    loss over all data with the model in evaluation mode. The model itself is not
    changed, except that one forward pass initializes lazy layers.

    Args:
        model: any module.
        data: the training data: arrays or tensors, or tuples and dicts of them, of
            shape (n, …) for n points, usually (inputs, labels); a `Dataset`; or a
            `DataLoader`, whose batches are used in its own order. Numbers are
            converted to the dtype of the model if it does not accept theirs. Data that
            require a gradient raise an error, unless the loss or the model
            differentiates with respect to them.
        loss: ``criterion(outputs, labels)``, such as `torch.nn.CrossEntropyLoss()`,
            with the last part of the data as labels; or ``loss(model, batch)``, such as
            for regularisers, data without labels, or outputs that are not tensors. The
            second form is used if the first parameter is named ``model``, ``net``,
            ``network`` or ``module``, or is annotated as a module. If neither this nor
            a name such as ``outputs`` or ``input`` decides, both forms are tried, and
            exactly one must succeed.
        plane: the method that chooses the plane: `pca`, `random_plane`, `through` or
            `weights`. Default: ``pca()``.
        device: the device for training and evaluation, such as ``"cuda"``.
        memory: the maximum memory of one evaluation of the loss, in bytes. The points
            are split into chunks if the loss can be computed from chunks.
        name: the name in titles and tables. Default: the class of the model.
        names: the labels of the x and y axes. Default: those of the plane.
        validation: data of the same form that are not used for training. Their loss is
            logged as ``"validation loss"``.
        metrics: functions by name, such as ``{"accuracy": f}``, whose values are
            logged. Each returns one number, and is called as ``f(outputs, labels)``,
            ``f(model, inputs, labels)``, ``f(model, batch)`` or ``f(model)``; see
            `bind_metrics`. With validation data, ``"validation accuracy"`` is logged
            too. Metrics are computed over all data in evaluation mode, and do not
            affect the training.
        every: the interval of the metrics and the validation loss, in steps. They are
            also computed at the last step.

    Returns:
        The problem.

    Raises:
        SceneError: the model cannot be evaluated on the data, the loss has no gradient
            or has parameters of its own, or another argument is not valid.
    """
    _check_arguments(model, loss, plane, memory)
    plane = pca() if plane is None else plane
    with _named_errors():
        given = read_data(data, device)
        with warnings.catch_warnings():  # training repeats the warnings
            warnings.simplefilter("ignore")
            _initialize_lazy(model, loss, given)
            with preserved(loss, model):
                base = _trainable_copy(model, device)
                if isinstance(plane, CheckedPlane):
                    plane.check(base)
                points, objective = fit_objective(loss, model, base, given)
                check_gradients(points.points, objective)
                evaluation = prepare(objective, base, points, memory)
    held_out = None
    if validation is not None:
        held_out = _prepare_validation(validation, base, points, objective, memory)
    return Network(
        original=model,
        base=base,
        data=points,
        objective=objective,
        plane=plane,
        name=name or type(model).__name__,
        evaluation=evaluation,
        names=check_names("network", names),
        metrics=_all_metrics(metrics, every, evaluation, held_out),
        validation=held_out,
    )


def _data_fix(text: str) -> str:
    """Return a fix for data that a model or a loss refuses, from the error message."""
    if "must be the same as input size" in text:
        return "give labels of the shape of the outputs, such as labels[:, None]"
    if "target dtype to be Long" in text or "expected scalar type Long" in text:
        return "give the labels as whole numbers, such as labels.long()"
    if "device type" in text or "not compiled with" in text or "No CUDA" in text:
        return "give device='cpu', or a device that torch can use here"
    return "give a model, inputs, labels and a loss that fit together"


def _all_metrics(
    metrics: Mapping[str, Callable[..., Any]] | None,
    every: int,
    evaluation: Evaluation,
    held_out: Evaluation | None,
) -> tuple[Metric, ...]:
    """Return the user's metrics, and those over validation data if there are any."""
    bound = bind_metrics("network", metrics or {}, every, evaluation.points, evaluation)
    if held_out is None:
        return bound
    loss = Metric(f"{VALIDATION}loss", held_out, every)
    return (*bound, loss, *validation_metrics(bound, held_out))


def _prepare_validation(
    validation: Any,
    base: torch.nn.Module,
    points: Data,
    objective: Objective,
    memory: int,
) -> Evaluation:
    """Return the loss over validation data, in the dtype of the training data."""
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
            f"network: validation: {text}; give data of the same form as the "
            "training data"
        ) from error
    return evaluation


@contextmanager
def _named_errors() -> Iterator[None]:
    """Prefix errors with the function's name, and suggest fixes for torch's errors."""
    try:
        yield
    except SceneError as error:
        raise SceneError(f"network: {error}") from error
    except Exception as error:
        text = message_of(error)
        fix = NO_NUMPY if uses_numpy(error) else _data_fix(text)
        raise SceneError(f"network: {type(error).__name__}: {text}; {fix}") from error


def _initialize_lazy(model: torch.nn.Module, loss: Loss, given: Data) -> None:
    """Initialize the lazy layers of a model by one forward pass."""
    if is_lazy(model):
        dtype = model_dtype(model)
        fitting = given.converted(dtype) if dtype else given
        initialize_lazy(model, loss, fitting.first(2))


def _trainable_copy(
    model: torch.nn.Module, device: str | torch.device
) -> torch.nn.Module:
    """Return a copy of a model on a device.

    Raises:
        SceneError: the model has no trainable parameter.
    """
    base = copy_module(model).to(device)
    if not any(p.requires_grad for p in base.parameters()):
        raise SceneError(
            f"{type(model).__name__} has no trainable parameter; give a model that has "
            "one with requires_grad=True"
        )
    return base


def _check_arguments(model: Any, loss: Any, plane: Any, memory: Any) -> None:
    if not isinstance(model, torch.nn.Module):
        raise SceneError(
            f"network: {quoted(model)} is not a model; give a torch.nn.Module"
        )
    if isinstance(loss, type) or not callable(loss):
        raise SceneError(
            f"network: {quoted(loss)} is not a loss; give one such as MSELoss()"
        )
    if not (isinstance(memory, int) and is_number(memory, 1)):
        raise SceneError(f"network: memory is {memory!r}; give a number of bytes")
    if plane is not None and not hasattr(plane, "fit"):
        raise SceneError(f"network: plane is {quoted(plane)}; give one such as pca()")
