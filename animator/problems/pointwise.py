"""Evaluates a loss of two numbers at many places, and checks what it gives."""

from __future__ import annotations

import traceback
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


NO_NUMPY = "write the loss with torch's operations, not with NumPy's"


def uses_numpy(error: BaseException) -> bool:
    """Return whether NumPy was called where an error occurred, or wanted a tensor."""
    modules = (
        str(frame.f_globals.get("__name__"))
        for frame, _ in traceback.walk_tb(error.__traceback__)
    )
    return "numpy()" in str(error) or any(
        module.partition(".")[0] == "numpy" for module in modules
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
            f"{caller}: the loss gives several numbers, of the shape "
            f"{tuple(value.shape)}; average them, such as with reduction='mean'"
        )
    if not value.requires_grad:
        raise SceneError(
            f"{caller}: the loss has no gradient; write it with torch's operations, "
            "without item(), detach() or NumPy"
        )
