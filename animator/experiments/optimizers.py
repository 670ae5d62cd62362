"""What optimizers and schedulers of any kind have in common."""

from __future__ import annotations

import fnmatch
import inspect
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import torch

from animator.base.errors import SceneError


def group_of(
    optimizers: Sequence[Any], parameter: torch.nn.Parameter
) -> dict[str, Any]:
    """Return the group of hyperparameters of a parameter; empty if it has none."""
    for group in groups(optimizers):
        if any(member is parameter for member in group["params"]):
            return group
    return {}


def rate_of(group: dict[str, Any]) -> float:
    """Return the learning rate of a group; NaN if it has none."""
    rate = group.get("lr")
    return math.nan if rate is None else float(rate)


def groups(optimizers: Sequence[Any]) -> Iterator[dict[str, Any]]:
    """Yield the groups of hyperparameters of all optimizers."""
    for optimizer in optimizers:
        yield from getattr(optimizer, "param_groups", ())


def has_modes(optimizer: Any) -> bool:
    """Return whether an optimizer has ``train()`` and ``eval()``, as schedulefree's."""
    modes = (getattr(optimizer, name, None) for name in ("train", "eval"))
    return all(map(callable, modes))


@contextmanager
def evaluation_weights(
    model: torch.nn.Module, optimizers: Sequence[Any], *, at_start: bool
) -> Iterator[None]:
    """Switch to the weights that are meant to be evaluated, for the body.

    An optimizer with ``train()`` and ``eval()`` trains at one point and is evaluated at
    another; before its first step both are the start. Afterwards the weights in
    training are restored exactly.
    """
    if at_start:
        for optimizer in optimizers:
            optimizer.train()
        yield
        return
    trained = [parameter.detach().clone() for parameter in model.parameters()]
    for optimizer in optimizers:
        optimizer.eval()
    yield
    for optimizer in optimizers:
        optimizer.train()
    with torch.no_grad():
        for parameter, before in zip(model.parameters(), trained, strict=True):
            parameter.copy_(before)


def step_scheduler(scheduler: Any, loss: float) -> None:
    """Let a scheduler make its step, with the loss if it asks for it."""
    if "metrics" in inspect.signature(scheduler.step).parameters:
        scheduler.step(loss)
    else:
        scheduler.step()


def matched(
    model: torch.nn.Module, optimizers: Mapping[str, Any]
) -> list[tuple[Any, list[torch.nn.Parameter]]]:
    """Return each optimizer's maker with the parameters whose names match it first."""
    left = dict(model.named_parameters())
    parts = []
    for pattern, make in optimizers.items():
        names = fnmatch.filter(left, pattern)
        if not names:
            raise SceneError(
                f"no parameter is left for {pattern!r}; give one of "
                f"{', '.join(left) or 'those that no other pattern has'}"
            )
        parts.append((make, [left.pop(name) for name in names]))
    return parts
