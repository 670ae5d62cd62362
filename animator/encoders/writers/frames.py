"""Writes a folder of numbered PNGs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from animator.base.geometry import Box
from animator.encoders.writers.png import write_png

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class FrameFiles:
    """Writes each frame to its own file."""

    def __init__(self, folder: Path, *, transparent: bool) -> None:
        """Create a folder in place of the file of this name."""
        self._folder = folder
        self._channels = 4 if transparent else 3
        self._last: Path | None = None
        self._count = 0
        folder.unlink()
        folder.mkdir()

    def write(self, pixels: NDArray[np.uint8], changed: Sequence[Box]) -> None:
        """Write a frame, or copy the last file if nothing changed."""
        path = self._folder / f"{self._count:06}.png"
        if self._last is not None and not changed:
            path.write_bytes(self._last.read_bytes())
        else:
            write_png(path, pixels[..., : self._channels], compression=3)
        self._last = path
        self._count += 1

    def close(self) -> None:
        """Do nothing: all frames are already written."""

    def abort(self) -> None:
        """Do nothing: the caller removes the folder."""
