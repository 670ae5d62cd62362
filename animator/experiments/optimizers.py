"""Access to the parameter groups, modes and schedulers of any optimizer."""

from __future__ import annotations

import fnmatch
import inspect
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import torch

from animator.base.errors import SceneError


def param_group(
    optimizers: Sequence[Any], parameter: torch.nn.Parameter
) -> dict[str, Any]:
    """Return the parameter group of a parameter; empty if there is none."""
    for group in groups(optimizers):
        if any(member is parameter for member in group["params"]):
            return group
    return {}


def learning_rate(group: dict[str, Any]) -> float:
    """Return the learning rate of a parameter group; NaN if it has none."""
    rate = group.get("lr")
    return math.nan if rate is None else float(rate)


def groups(optimizers: Sequence[Any]) -> Iterator[dict[str, Any]]:
    """Yield the parameter groups of all optimizers."""
    for optimizer in optimizers:
        yield from getattr(optimizer, "param_groups", ())


def has_modes(optimizer: Any) -> bool:
    """Return whether an optimizer has ``train()`` and ``eval()`` (schedulefree)."""
    modes = (getattr(optimizer, name, None) for name in ("train", "eval"))
    return all(map(callable, modes))


@contextmanager
def evaluation_weights(
    model: torch.nn.Module, optimizers: Sequence[Any], *, at_start: bool
) -> Iterator[None]:
    """Switch optimizers with modes to their evaluation weights for the body.

    An optimizer with ``train()`` and ``eval()`` computes gradients at other weights
    than those to evaluate; before the first step both are the start. The training
    weights are restored exactly.
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
    """Step a scheduler, with the loss if its ``step`` requires one."""
    if "metrics" in inspect.signature(scheduler.step).parameters:
        scheduler.step(loss)
    else:
        scheduler.step()


def match_parameters(
    model: torch.nn.Module, optimizers: Mapping[str, Any]
) -> list[tuple[Any, list[torch.nn.Parameter]]]:
    """Return each optimizer factory with the parameters of its pattern."""
    left = dict(model.named_parameters())
    parts = []
    for pattern, make in optimizers.items():
        names = fnmatch.filter(left, pattern)
        if not names:
            raise SceneError(
                f"no parameter is left for {pattern!r}; give one of "
                f"{', '.join(left) or 'the names that no other pattern matches'}"
            )
        parts.append((make, [left.pop(name) for name in names]))
    return parts
