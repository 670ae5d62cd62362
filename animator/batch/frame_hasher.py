"""Hashes all frames of a clip, so that two renderings can be compared."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from animator.base.geometry import Box, Size

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_DIGITS = 16
"""The number of hexadecimal digits of a frame's hash."""


class FrameHasher:
    """Hashes the frames of each pass of a rendering."""

    def __init__(self) -> None:
        self._hashes: dict[tuple[Size, float], list[str]] = {}

    def begin_pass(
        self, size: Size, fps: float
    ) -> Callable[[NDArray[np.uint8], Sequence[Box]], None]:
        """Return a function to call with each frame (H, W, 4) and its changed boxes."""
        hashes = self._hashes[size, fps] = []

        def add(pixels: NDArray[np.uint8], changed: Sequence[Box]) -> None:
            if changed or not hashes:
                hashes.append(hashlib.sha256(pixels.tobytes()).hexdigest()[:_DIGITS])
            else:
                hashes.append(hashes[-1])

        return add

    def hashes(self) -> list[dict[str, Any]]:
        """Return the hashes of all frames, by the size and the rate of their pass."""
        return [
            {"size": list(size), "fps": fps, "frames": hashes}
            for (size, fps), hashes in self._hashes.items()
        ]
