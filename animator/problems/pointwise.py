"""Evaluates a loss of two variables at many points, and checks its value."""

from __future__ import annotations

import traceback
from collections.abc import Callable

import torch

from animator.base.checks import quoted
from animator.base.errors import SceneError

LossAt = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]


def losses_at_each(at: LossAt, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Return the losses (N,) at x (N,) and y (N,), for a function of two scalars ().

    The points are evaluated together by `torch.func.vmap`. They are evaluated one by
    one if `vmap` does not support the function, for example because it draws random
    numbers or branches on values.
    """
    try:
        return torch.func.vmap(at)(x, y)
    except Exception:
        with torch.enable_grad():  # the function may compute derivatives
            return torch.stack(
                [at(*place).detach() for place in zip(x, y, strict=True)]
            )


NO_NUMPY = "write the loss with torch's operations, not with NumPy's"


def uses_numpy(error: BaseException) -> bool:
    """Return whether an error occurred in NumPy, or in a conversion to NumPy."""
    modules = (
        str(frame.f_globals.get("__name__"))
        for frame, _ in traceback.walk_tb(error.__traceback__)
    )
    return "numpy()" in str(error) or any(
        module.partition(".")[0] == "numpy" for module in modules
    )


def check_loss_value(caller: str, value: object) -> None:
    """Raise `SceneError` unless a loss's value is a differentiable scalar tensor."""
    if not isinstance(value, torch.Tensor):
        raise SceneError(
            f"{caller}: the loss returns {quoted(value)}, a {type(value).__name__}; "
            "write it with torch's operations"
        )
    if value.shape != ():
        raise SceneError(
            f"{caller}: the loss returns several numbers, of shape "
            f"{tuple(value.shape)}; average them, such as with reduction='mean'"
        )
    if not value.requires_grad:
        raise SceneError(
            f"{caller}: the loss has no gradient; write it with torch's operations, "
            "without item(), detach() or NumPy"
        )
