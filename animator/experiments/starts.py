"""Moves a model to the start of its setting."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch

from animator.base.checks import is_number, quoted
from animator.base.errors import SceneError, message_of
from animator.problems import Problem, Scalar
from animator.problems.coordinate import Coordinate
from animator.problems.data import model_dtype

Start = Sequence[float] | Mapping[str, torch.Tensor] | Callable[[], Any]
"""Two numbers, a state dict, or a function that returns one of these or a model."""

_NARROW = 1e-6
"""The relative width of a range below which float32 has too few numbers."""


def check_start(caller: str, start: Any) -> Any:
    """Return the start to store in a setting; a state dict is copied.

    Raises:
        SceneError: the start has a wrong type.
    """
    if isinstance(start, torch.nn.Module):
        raise SceneError(
            f"{caller}: start is a {type(start).__name__}; give a function that makes "
            "a model, or its state_dict()"
        )
    try:
        if isinstance(start, Mapping):
            _check_tensors(start)
            return {name: value.detach().clone() for name, value in start.items()}
        return start if start is None or callable(start) else _pair(start)
    except SceneError as error:
        raise SceneError(f"{caller}: {error}") from None


def move_to_start(model: torch.nn.Module, problem: Any, start: Any) -> None:
    """Move a model in place to the start of a setting, if the setting has one.

    Args:
        model: the model at the start of the problem.
        problem: the problem.
        start: the start of the setting. A function is called; the caller has seeded the
            random generators.

    Raises:
        SceneError: the start does not fit the problem.
    """
    if start is None:
        return
    made = _called(start) if callable(start) else start
    if isinstance(problem, Problem):
        x, y = place = _pair(made)
        check_place(problem, place)
        Scalar(model, problem.x.name).assign(x)
        Scalar(model, problem.y.name).assign(y)
        return
    if isinstance(made, torch.nn.Module):
        made = made.state_dict()
    if not isinstance(made, Mapping):
        returned = " returns" if callable(start) else " is"
        raise SceneError(
            f"start{returned} {quoted(made)}; for a network give a state dict, or a "
            "function that makes a model"
        )
    _load_weights(model, made)


def _called(make: Callable[[], Any]) -> Any:
    """Call a function that returns a start."""
    try:
        return make()
    except Exception as error:
        text = message_of(error)
        raise SceneError(
            f"start: {type(error).__name__}: {text}; give a function without "
            "arguments that returns two numbers, or for a network a model"
        ) from error


def check_place(problem: Problem, place: Sequence[float]) -> None:
    """Raise `SceneError` unless a start lies on a problem's map."""
    x, y = place
    for axis, drawn, value in (("x", problem.x, x), ("y", problem.y, y)):
        if value not in drawn:
            called = "" if drawn.name == axis else f", the {drawn.name}"
            raise SceneError(
                f"start ({x:.10g}, {y:.10g}) lies outside {axis} = "
                f"({drawn.low:.10g}, {drawn.high:.10g}){called}; "
                f"move start or widen {drawn.name}"
            )


def check_resolution(problem: Problem) -> None:
    """Raise `SceneError` if a range is too narrow for the model's dtype."""
    narrow = [c for c in (problem.x, problem.y) if _relative_width(c) <= _NARROW]
    if not narrow:
        return
    dtype = model_dtype(problem.model())
    if dtype is None or torch.finfo(dtype).eps < _NARROW / 1000:
        return
    (drawn, *_) = narrow
    raise SceneError(
        f"the range {drawn.low:.10g} to {drawn.high:.10g} of {drawn.name} is too "
        f"narrow for {dtype}; give dtype=torch.float64, or a wider range"
    )


def _relative_width(drawn: Coordinate) -> float:
    return (drawn.high - drawn.low) / max(abs(drawn.low), abs(drawn.high))


def _check_tensors(state: Mapping[str, Any]) -> None:
    """Raise `SceneError` unless all values of a state dict are tensors."""
    for name, value in state.items():
        if not isinstance(value, torch.Tensor):
            raise SceneError(
                f"start contains {quoted(value)} as {quoted(name)}; give tensors by "
                "name, as model.state_dict() returns them"
            )


def _pair(start: Any) -> tuple[float, float]:
    """Return a start as two finite numbers."""
    if isinstance(start, Mapping):
        raise SceneError(
            "start is a state dict, which is for networks; give two numbers, such as "
            "(-3, 3)"
        )
    values = start.tolist() if hasattr(start, "tolist") else start
    if not (
        isinstance(values, Sequence)
        and not isinstance(values, str)
        and len(values) == 2
        and all(map(is_number, values))
    ):
        raise SceneError(
            f"start is {quoted(start)}; give two numbers, such as (-3, 3), or for a "
            "network a state dict or a function that makes a model"
        )
    return values[0], values[1]


def _load_weights(model: torch.nn.Module, state: Mapping[str, Any]) -> None:
    """Load the weights and buffers of a state dict into a model.

    Buffers that the state dict lacks are not changed.
    """
    _check_tensors(state)
    own = model.state_dict()
    missing = dict(model.named_parameters()).keys() - state.keys()
    if missing:
        raise SceneError(
            f"start has no {min(missing)!r}, which the model has; give the weights of "
            "the same architecture"
        )
    for name, value in state.items():
        if name not in own:
            raise SceneError(
                f"start has {name!r}, which the model lacks; give the weights of the "
                "same architecture"
            )
        if torch.nn.parameter.is_lazy(value):
            raise SceneError(
                f"start has {name!r} without a shape; call the model once in the "
                "function"
            )
        if value.shape != own[name].shape:
            raise SceneError(
                f"start has {name!r} of shape {tuple(value.shape)}, and the model "
                f"{tuple(own[name].shape)}; give the weights of the same architecture"
            )
    model.load_state_dict({**own, **state})
