"""Finds out what an optimizer's ``step`` needs: a closure, or the gradient's graph."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import torch

if TYPE_CHECKING:
    from animator.experiments.setting import Setting


@dataclass(frozen=True, slots=True)
class StepStyle:
    """How an optimizer's ``step`` is called.

    Attributes:
        closure: whether ``step`` gets a function that evaluates the loss again.
        backward_first: whether the gradient is computed before ``step`` is called, as
            sharpness-aware optimizers (SAM) expect; LBFGS does not.
        create_graph: whether ``backward`` keeps the graph of the gradient, which
            optimizers that use the Hessian (AdaHessian) differentiate.
    """

    closure: bool = False
    backward_first: bool = False
    create_graph: bool = False


def first_style(setting: Setting, optimizers: Sequence[Any]) -> StepStyle:
    """Return the style that a setting gives, or that ``step``'s signature asks for."""
    closure = setting.closure
    if closure is None:
        closure = any(map(requires_closure, optimizers))
    return StepStyle(closure, False, bool(setting.create_graph))


def requires_closure(optimizer: Any) -> bool:
    """Return whether ``step`` cannot be called without a closure, as that of LBFGS."""
    closure = inspect.signature(optimizer.step).parameters.get("closure")
    return closure is not None and closure.default is closure.empty


def next_style(
    style: StepStyle, error: Exception, setting: Setting
) -> StepStyle | None:
    """Return another style to try after an error, if the error asks for one.

    An error about a missing closure asks for it, and one about a missing graph asks for
    that. What a setting gives is kept.
    """
    text = f"{type(error).__name__} {error}".lower()
    graph = "does not require grad" in text or "create_graph" in text
    if "closure" in text and not style.closure and setting.closure is None:
        return replace(style, closure=True)
    if graph and not style.create_graph and setting.create_graph is None:
        return replace(style, create_graph=True)
    return None


def needs_backward_first(
    one_step: Callable[[StepStyle], list[torch.Tensor]], style: StepStyle
) -> bool:
    """Return whether an optimizer with a closure needs a gradient beforehand.

    Both orders are tried for one step, in evaluation mode. If they lead to the same
    weights, the closure is all that it needs.

    Args:
        one_step: makes a step from the start in a style, and returns the weights.
        style: with a closure.
    """
    ends: list[list[torch.Tensor] | None] = []
    for backward_first in (False, True):
        try:
            ends.append(one_step(replace(style, backward_first=backward_first)))
        except Exception:
            ends.append(None)
    alone, after = ends
    if alone is None or after is None:
        return alone is None
    return not all(map(torch.equal, alone, after))
