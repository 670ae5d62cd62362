"""Evaluates a loss of two numbers at many places, and checks what it gives."""

from __future__ import annotations

from collections.abc import Callable

import torch

from animator.base.checks import quoted
from animator.base.errors import SceneError

LossAt = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]


def losses_at_each(at: LossAt, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Return the losses (N,) at x (N,) and y (N,), of a function of two numbers ().

    They are evaluated together by `torch.func.vmap`, or one after the other if it
    refuses the function, for example because that draws random numbers or branches on
    values.
    """
    try:
        return torch.func.vmap(at)(x, y)
    except Exception:
        with torch.enable_grad():  # the function may take derivatives itself
            return torch.stack(
                [at(*place).detach() for place in zip(x, y, strict=True)]
            )


def check_loss_value(caller: str, value: object) -> None:
    """Raise `SceneError` unless a loss's value can be trained on."""
    if not isinstance(value, torch.Tensor):
        raise SceneError(
            f"{caller}: the loss gives {quoted(value)}, a {type(value).__name__}; "
            "write it with torch's operations"
        )
    if value.shape != ():
        raise SceneError(
            f"{caller}: the loss has the shape {tuple(value.shape)}; give one that is "
            "a single number, such as with reduction='mean'"
        )
    if not value.requires_grad:
        raise SceneError(
            f"{caller}: the loss has no gradient; write it with torch's operations, "
            "without item(), detach() or NumPy"
        )
