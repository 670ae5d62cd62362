"""The seeds of a setting."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from animator.base.checks import is_integer, quoted
from animator.base.errors import SceneError

_MOST = 1000
"""The maximum number of seeds of a setting."""


def check_seeds(seeds: Any) -> None:
    """Raise `SceneError` unless `seeds` is a number of seeds or a list of seeds."""
    good = seeds is None or is_integer(seeds, 1, _MOST)
    if isinstance(seeds, Sequence) and not isinstance(seeds, str):
        good = (
            0 < len(seeds) <= _MOST
            and all(is_integer(seed, 0, 2**63 - 1) for seed in seeds)
            and len(set(seeds)) == len(seeds)
        )
    if not good:
        raise SceneError(
            f"Setting: seeds is {quoted(seeds)}; give how many, 1 to {_MOST}, or a "
            "list of different whole numbers, 0 or more"
        )


def seeds_from(first: int, seeds: int | Sequence[int] | None) -> Sequence[int]:
    """Return the listed seeds, or the given number of seeds from the first on."""
    if seeds is None:
        return [first]
    return range(first, first + seeds) if isinstance(seeds, int) else seeds
