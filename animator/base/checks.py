"""Argument checks that several packages share."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeGuard

from animator.base.errors import SceneError
from animator.base.quoting import quoted as quoted

LARGEST = 1e30
"""The largest allowed coordinate; the largest float32 is about 3e38."""
_NARROWEST = 1e-13
"""The smallest relative width of a range; float64 has about 16 digits."""


def is_number(
    value: object, low: float = -math.inf, high: float = math.inf
) -> TypeGuard[float]:
    """Return whether a value is a finite number in [low, high], and not a bool."""
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and low <= value <= high
        and math.isfinite(value)
    )


def is_integer(value: object, low: int, high: float = math.inf) -> TypeGuard[int]:
    """Return whether a value is an integer in [low, high], and not a bool."""
    return (
        isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
    )


def is_range(value: Any) -> bool:
    """Return whether a value is a valid range of a map axis, as (low, high)."""
    if not (
        isinstance(value, Sequence)
        and len(value) == 2
        and all(is_number(end, -LARGEST, LARGEST) for end in value)
    ):
        return False
    low, high = map(float, value)
    return high - low > _NARROWEST * max(abs(low), abs(high))


def check_file(path: Path) -> None:
    """Raise `SceneError` for a pipe or a device, which may never end."""
    if path.exists() and not (path.is_file() or path.is_dir()):
        raise SceneError(f"{path}: is not a regular file; give one")
