"""Metrics: numbers that are measured on a model and its data during training."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import torch

from animator.base.checks import is_integer, quoted
from animator.base.errors import SceneError, message_of
from animator.problems import trees
from animator.problems.evaluation import Evaluation
from animator.problems.lossform import takes_model
from animator.problems.objective import outputs, split
from animator.problems.trees import Tree

Form = Literal["model", "outputs", "batch", "inputs"]
"""How a metric is called:

``"model"``: ``f(model)``; ``"outputs"``: ``f(outputs, labels)``; ``"batch"``:
``f(model, batch)``; ``"inputs"``: ``f(model, inputs, labels)``.
"""
RESERVED = ("step", "loss", "lr", "gradient norm", "validation loss")
"""Names of series that are always logged, or of their axes."""
VALIDATION = "validation "
"""The prefix of the names of series over the validation data."""


@dataclass(frozen=True, slots=True, eq=False)
class Metric:
    """A number that is measured on a model and its data at some steps of a run.

    Attributes:
        name: the name of the series.
        function: the user's function.
        every: the interval in steps; the last step is always measured.
        form: how the function is called.
        points: all points as one batch; None if the function takes only the model.
        evaluation: evaluates the outputs for these points in chunks, if that is exact.
    """

    name: str
    function: Callable[..., Any]
    every: int = 1
    form: Form = "model"
    points: Tree = None
    evaluation: Evaluation | None = None

    @property
    def user_function(self) -> Callable[..., Any]:
        """The function that the user wrote; for the validation loss, the loss."""
        if isinstance(self.function, Evaluation):
            return self.function.objective.function
        return self.function

    def measure(self, model: torch.nn.Module) -> float:
        """Return the metric's value for a model in its current state.

        Raises:
            SceneError: the function raises an error, or does not return a number.
        """
        try:
            value = self._evaluate(model)
        except SceneError as error:
            raise SceneError(f"metric {self.name!r}: {error}") from error
        except Exception as error:
            text = message_of(error)
            raise SceneError(
                f"metric {self.name!r}: {type(error).__name__}: {text}; "
                f"it is called as {_CALLS[self.form]}"
            ) from error
        return as_number(f"metric {self.name!r}", value)

    def _evaluate(self, model: torch.nn.Module) -> Any:
        if self.form == "model":
            return self.function(model)
        if self.form == "batch":
            return self.function(model, self.points)
        inputs, labels = split(self.points)
        if self.form == "inputs":
            return self.function(model, inputs, labels)
        with torch.no_grad():
            return self.function(self._outputs(model, inputs), labels)

    def _outputs(self, model: torch.nn.Module, inputs: Tree) -> Any:
        """Return the outputs for all points, in chunks if that is exact."""
        if self.evaluation is not None and self.evaluation.splitting == "outputs":
            try:
                return trees.concatenate(
                    [outputs(model, split(c)[0]) for c in self.evaluation.chunks()]
                )
            except ValueError:  # outputs of chunks differ in shape
                pass
        return outputs(model, inputs)


_CALLS: dict[Form, str] = {
    "model": "f(model)",
    "outputs": "f(outputs, labels)",
    "batch": "f(model, batch)",
    "inputs": "f(model, inputs, labels)",
}


def as_number(what: str, value: Any) -> float:
    """Convert a number, or a tensor or array with one element, to a float.

    Raises:
        SceneError: the value is not a single number; the message begins with `what`.
    """
    if isinstance(value, torch.Tensor | np.ndarray | np.generic):
        if math.prod(value.shape) != 1:
            raise SceneError(
                f"{what} has shape {tuple(value.shape)}; give a single number, "
                "such as its mean"
            )
        value = value.item()
    if not isinstance(value, int | float):
        raise SceneError(f"{what} is {quoted(value)}; give a number")
    return float(value)


def bind_metrics(
    caller: str,
    metrics: Mapping[str, Callable[..., Any]],
    every: int,
    points: Tree = None,
    evaluation: Evaluation | None = None,
) -> tuple[Metric, ...]:
    """Create metrics from a user's functions.

    The number of parameters without a default determines the call: ``f(model)``,
    ``f(outputs, labels)`` or ``f(model, inputs, labels)``. A function of two is called
    ``f(model, batch)`` if its first parameter is named ``model``, ``net``, ``network``
    or ``module``, or is annotated as a module.

    Args:
        caller: the name of the function or experiment in error messages.
        metrics: the functions by the names of their series.
        every: the interval of the measurements, in steps.
        points: all points as one batch; None if the problem has no data.
        evaluation: evaluates these points in chunks, if given.

    Raises:
        SceneError: a name is reserved, a value is not a function, or a function needs
            data that the problem does not have.
    """
    check_every(caller, every)
    if not isinstance(metrics, Mapping):
        raise SceneError(
            f"{caller}: metrics are {quoted(metrics)}; give functions by name, such as "
            '{"accuracy": f}'
        )
    bound = []
    for name, function in metrics.items():
        if not isinstance(name, str) or not name:
            raise SceneError(
                f"{caller}: {name!r} is not a name of a metric; use a string"
            )
        if name in RESERVED:
            raise SceneError(
                f"{caller}: a metric is named {name!r}, which is logged already; give "
                "it another name"
            )
        form = _form(f"{caller}: metric {name!r}", function)
        if form != "model" and points is None:
            raise SceneError(
                f"{caller}: metric {name!r} needs data, as {_CALLS[form]}, but the "
                "problem has none; write it as a function of the model only"
            )
        if form == "model":
            bound.append(Metric(name, function, every))
        else:
            bound.append(Metric(name, function, every, form, points, evaluation))
    return tuple(bound)


def check_every(caller: str, every: object) -> None:
    """Raise `SceneError` unless `every` is a valid number of steps."""
    if not is_integer(every, 1):
        raise SceneError(
            f"{caller}: every is {quoted(every)}; give a whole number of steps, at "
            "least 1"
        )


def _form(what: str, function: Any) -> Form:
    """Return how a metric is called, from its signature."""
    if isinstance(function, type) or not callable(function):
        raise SceneError(
            f"{what} is {quoted(function)}; give a function such as f(model), "
            "f(outputs, labels) or f(model, inputs, labels)"
        )
    called = function.forward if isinstance(function, torch.nn.Module) else function
    try:
        parameters = inspect.signature(called).parameters.values()
    except (TypeError, ValueError):  # builtins may have no signature
        return "outputs"
    count = sum(
        p.default is p.empty and p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)
        for p in parameters
    )
    if not count and any(p.kind is p.VAR_POSITIONAL for p in parameters):
        return "outputs"
    if count == 2:
        return "batch" if takes_model(function) else "outputs"
    if count not in (1, 3):
        raise SceneError(
            f"{what} has {count} parameters without a default; give f(model), "
            "f(outputs, labels), f(model, batch) or f(model, inputs, labels)"
        )
    return "model" if count == 1 else "inputs"


def validation_metrics(
    metrics: Collection[Metric], evaluation: Evaluation
) -> Iterator[Metric]:
    """Yield a copy of each metric that takes data, for the validation data.

    A metric is skipped if a metric with the new name exists.
    """
    names = {metric.name for metric in metrics}
    for metric in metrics:
        if metric.form != "model" and VALIDATION + metric.name not in names:
            yield Metric(
                VALIDATION + metric.name,
                metric.function,
                metric.every,
                metric.form,
                evaluation.points,
                evaluation,
            )


def points_of(problem: Any) -> tuple[torch.Tensor, torch.Tensor] | None:
    """Return the inputs (n, 1) and labels (n, 1) of a fit; None for other problems.

    They come from its arrays `data_x` (n,) and `data_y` (n,).
    """
    columns = [getattr(problem, name, None) for name in ("data_x", "data_y")]
    if not all(isinstance(column, np.ndarray) for column in columns):
        return None
    inputs, labels = (torch.from_numpy(np.array(column))[:, None] for column in columns)
    return inputs, labels
