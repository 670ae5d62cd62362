"""Saves a value, an attribute or the items of a container, and restores them."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

Restore = Callable[[], bool]
"""Restores a saved value, and returns whether it had changed."""


def save_value(read: Callable[[], Any], write: Callable[[Any], object]) -> Restore:
    """Save a value, and return a function that writes it back if it has changed."""
    before = read()

    def restore() -> bool:
        if _is_same(read(), before):
            return False
        write(before)
        return True

    return restore


def _is_same(one: Any, other: Any) -> bool:
    """Return whether two values are equal, or two containers hold the same objects."""
    if isinstance(one, torch.Tensor):
        return isinstance(other, torch.Tensor) and torch.equal(one, other)
    if isinstance(one, np.ndarray):
        return np.array_equal(one, other)
    return bool(one == other)


def save_attribute(owner: Any, name: str) -> Restore:
    """Save an attribute, and return a function that restores it."""
    before = getattr(owner, name)

    def restore() -> bool:
        if getattr(owner, name) is before:
            return False
        object.__setattr__(owner, name, before)
        return True

    return restore


def save_items(container: Any) -> Restore:
    """Save the items of a container, and return a function that restores them."""
    is_dict = isinstance(container, dict)
    fill = (
        container.update if is_dict or isinstance(container, set) else container.extend
    )

    def read() -> list[Any]:
        return list(container.items() if is_dict else container)

    before = read()

    def restore() -> bool:
        now = read()
        pairs = zip(now, before, strict=False)
        if len(now) == len(before) and all(_is_same_item(*pair) for pair in pairs):
            return False
        container.clear()
        fill(before)
        return True

    return restore


def _is_same_item(one: Any, other: Any) -> bool:
    """Return whether two items, or two (key, value) pairs, are the same objects."""
    if isinstance(one, tuple) and isinstance(other, tuple) and len(one) == len(other):
        return all(map(operator.is_, one, other))
    return one is other
