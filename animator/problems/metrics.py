"""Metrics: numbers of a model and its data that are measured while it is trained."""

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
"""How a metric is called.

``"model"``: ``f(model)``; ``"outputs"``: ``f(outputs, labels)``; ``"batch"``:
``f(model, batch)``; ``"inputs"``: ``f(model, inputs, labels)``.
"""
RESERVED = ("step", "loss", "lr", "gradient norm", "validation loss")
"""Names of series that are always logged, or of their axis."""
VALIDATION = "validation "
"""What the name of a series over the validation data begins with."""


@dataclass(frozen=True, slots=True, eq=False)
class Metric:
    """A number of a model and its data, which is measured at some steps of a run.

    Attributes:
        name: of its series.
        function: the user's own.
        every: it is measured at each step that is a multiple of this, and at the last.
        form: how the function is called.
        points: all points, as one batch; None if the function sees the model alone.
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
        """What the user has written: of the validation loss, that is the loss."""
        if isinstance(self.function, Evaluation):
            return self.function.objective.function
        return self.function

    def measure(self, model: torch.nn.Module) -> float:
        """Return its value for a model as it is now.

        Raises:
            SceneError: the function fails, or does not give a number.
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
        """Return the outputs for all points, in bounded memory if that is exact."""
        if self.evaluation is not None and self.evaluation.splitting == "outputs":
            try:
                return trees.concatenate(
                    [outputs(model, split(c)[0]) for c in self.evaluation.chunks()]
                )
            except ValueError:  # the outputs of the chunks differ in shape
                pass
        return outputs(model, inputs)


_CALLS: dict[Form, str] = {
    "model": "f(model)",
    "outputs": "f(outputs, labels)",
    "batch": "f(model, batch)",
    "inputs": "f(model, inputs, labels)",
}


def as_number(what: str, value: Any) -> float:
    """Return a number, or the only element of a tensor or an array, as a float.

    Raises:
        SceneError: it is something else.
    """
    if isinstance(value, torch.Tensor | np.ndarray | np.generic):
        if math.prod(value.shape) != 1:
            raise SceneError(
                f"{what} has the shape {tuple(value.shape)}; give a single number, "
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
    """Return the metrics of a user's functions, by the names of their series.

    The number of a function's parameters without a default decides how it is called:
    ``f(model)``, ``f(model, inputs, labels)``, or with two ``f(outputs, labels)``. A
    function of two is called ``f(model, batch)`` if the first one is named ``model``,
    ``net``, ``network`` or ``module``, or annotated as a module, as for a loss.

    Args:
        caller: what to name in errors.
        metrics: the functions.
        every: they are measured at each step that is a multiple of this.
        points: all points, as one batch; None if there are none.
        evaluation: of these points, if there is one.

    Raises:
        SceneError: a name is taken, something is no function, or it asks for data that
            the problem does not have.
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
            raise SceneError(f"{caller}: {name!r} is no name of a metric; use a text")
        if name in RESERVED:
            raise SceneError(
                f"{caller}: a metric is named {name!r}, which is logged already; give "
                "it another name"
            )
        form = _form(f"{caller}: metric {name!r}", function)
        if form != "model" and points is None:
            raise SceneError(
                f"{caller}: metric {name!r} asks for data, as {_CALLS[form]}, but the "
                "problem has none; write it as a function of the model alone"
            )
        if form == "model":
            bound.append(Metric(name, function, every))
        else:
            bound.append(Metric(name, function, every, form, points, evaluation))
    return tuple(bound)


def check_every(caller: str, every: object) -> None:
    """Raise `SceneError` unless a metric can be measured every so many steps."""
    if not is_integer(every, 1):
        raise SceneError(
            f"{caller}: every is {quoted(every)}; give a whole number of steps, at "
            "least 1"
        )


def _form(what: str, function: Any) -> Form:
    """Return how a metric is called, by its signature."""
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
    """Yield each metric that sees data, over validation data instead.

    One whose name is taken is left out.
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
    """Return the inputs (n, 1) and labels (n, 1) of a problem of points, if it is one.

    They are its arrays `data_x` (n,) and `data_y` (n,).
    """
    columns = [getattr(problem, name, None) for name in ("data_x", "data_y")]
    if not all(isinstance(column, np.ndarray) for column in columns):
        return None
    inputs, labels = (torch.from_numpy(np.array(column))[:, None] for column in columns)
    return inputs, labels
