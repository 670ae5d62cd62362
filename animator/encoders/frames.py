"""A folder of numbered PNGs, for other tools."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from animator.base.errors import WriteError
from animator.base.geometry import Box, Size
from animator.encoders import Options

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_NAME = re.compile(r"\d{6,}\.png")


class _Frames:
    """Writes each frame as a file."""

    def __init__(self, folder: Path, options: Options) -> None:
        self._folder = folder
        self._mode = "RGBA" if options.transparent else "RGB"
        self._last: Path | None = None
        self._count = 0
        folder.unlink()
        folder.mkdir()

    def write(self, pixels: NDArray[np.uint8], changed: Sequence[Box]) -> None:
        """Write a frame, or copy the last one if it is the same."""
        path = self._folder / f"{self._count:06}.png"
        if self._last is not None and not changed:
            path.write_bytes(self._last.read_bytes())
        else:
            image = Image.fromarray(pixels).convert(self._mode)
            image.save(path, compress_level=3)
        self._last = path
        self._count += 1

    def close(self) -> None:
        """Do nothing: all is written."""

    def abort(self) -> None:
        """Do nothing: the folder goes."""


def check_place(path: Path) -> None:
    """Raise `WriteError` unless a folder can be replaced: it has nothing but frames."""
    if not path.exists():
        return
    if not path.is_dir():
        raise WriteError(f"{path}: is a file, but frames go into a folder; rename it")
    for file in path.iterdir():
        if not (_NAME.fullmatch(file.name) and file.is_file()):
            raise WriteError(
                f"{path}: holds {file.name!r}, which is no frame; give another folder"
            )


def make_encoder(path: Path, size: Size, fps: float, options: Options) -> _Frames:
    """Start an encoder."""
    return _Frames(path, options)
