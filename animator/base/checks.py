"""What arguments may be, where several rooms ask for the same."""

from __future__ import annotations

import math
import reprlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from animator.base.errors import SceneError

LARGEST = 1e30
"""Up to which a coordinate may reach; single precision ends at 3e38."""
_FINE = 1e-6
"""How narrow a range may be beside its ends; single precision has seven digits."""

_SHORT = reprlib.Repr()
_SHORT.maxstring = _SHORT.maxother = 80


def quoted(value: object) -> str:
    """Return a value as it is written in code, cut where it is long."""
    try:
        return _SHORT.repr(value)
    except Exception:  # not even that works
        return f"a {type(value).__name__}"


def is_number(value: object, low: float = -math.inf, high: float = math.inf) -> bool:
    """Tell whether a value is a finite number within some limits."""
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and low <= value <= high
        and math.isfinite(value)
    )


def is_integer(value: object, low: int, high: float = math.inf) -> bool:
    """Tell whether a value is an integer within some limits, and not a bool."""
    return (
        isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
    )


def is_range(value: Any) -> bool:
    """Tell whether a value is a range that a map can have, as (low, high)."""
    if not (
        isinstance(value, Sequence)
        and len(value) == 2
        and all(is_number(end, -LARGEST, LARGEST) for end in value)
    ):
        return False
    low, high = map(float, value)
    return high - low > _FINE * max(abs(low), abs(high))


def check_file(path: Path) -> None:
    """Raise `SceneError` if reading a file might never end: a pipe, or a device."""
    if path.exists() and not (path.is_file() or path.is_dir()):
        raise SceneError(f"{path}: is no ordinary file; give one")
