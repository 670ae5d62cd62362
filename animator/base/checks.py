"""Checks of arguments that several packages need."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeGuard

from animator.base.errors import SceneError
from animator.base.quoting import quoted as quoted

LARGEST = 1e30
"""The largest coordinate; single precision ends at 3e38."""
_NARROWEST = 1e-13
"""The smallest width of a range relative to its ends; float64 has 16 digits."""


def is_number(
    value: object, low: float = -math.inf, high: float = math.inf
) -> TypeGuard[float]:
    """Return whether a value is a finite number within some limits, and not a bool."""
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and low <= value <= high
        and math.isfinite(value)
    )


def is_integer(value: object, low: int, high: float = math.inf) -> TypeGuard[int]:
    """Return whether a value is an integer within some limits, and not a bool."""
    return (
        isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
    )


def is_range(value: Any) -> bool:
    """Return whether a value is a range that a map can have, as (low, high)."""
    if not (
        isinstance(value, Sequence)
        and len(value) == 2
        and all(is_number(end, -LARGEST, LARGEST) for end in value)
    ):
        return False
    low, high = map(float, value)
    return high - low > _NARROWEST * max(abs(low), abs(high))


def check_file(path: Path) -> None:
    """Raise `SceneError` if reading might never end: of a pipe, or a device."""
    if path.exists() and not (path.is_file() or path.is_dir()):
        raise SceneError(f"{path}: is no ordinary file; give one")
