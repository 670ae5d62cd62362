"""Determines what ``step`` needs: a closure, or the graph of the gradient."""

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
        closure: whether ``step`` is called with a closure that evaluates the loss.
        backward_first: whether the gradient is computed before ``step`` is called, as
            sharpness-aware optimizers (SAM) expect; LBFGS does not.
        create_graph: whether ``backward`` keeps the graph of the gradient, which
            optimizers that use the Hessian (AdaHessian) differentiate.
    """

    closure: bool = False
    backward_first: bool = False
    create_graph: bool = False


def first_style(setting: Setting, optimizers: Sequence[Any]) -> StepStyle:
    """Return the style that the setting or the signature of ``step`` requires."""
    closure = setting.closure
    if closure is None:
        closure = any(map(requires_closure, optimizers))
    return StepStyle(closure, False, bool(setting.create_graph))


def requires_closure(optimizer: Any) -> bool:
    """Return whether ``step`` requires a closure, as in LBFGS."""
    closure = inspect.signature(optimizer.step).parameters.get("closure")
    return closure is not None and closure.default is closure.empty


def next_style(
    style: StepStyle, error: Exception, setting: Setting
) -> StepStyle | None:
    """Return the style to try after an error, or None.

    An error about a missing closure adds a closure, and an error about a missing graph
    adds ``create_graph``. Options that the setting specifies are not changed.
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
    """Return whether an optimizer with a closure needs the gradient before ``step``.

    One step is run with and without it, in evaluation mode. If both give the same
    weights, the closure suffices.

    Args:
        one_step: runs one step from the start with a style, and returns the weights.
        style: the style, with a closure.
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
