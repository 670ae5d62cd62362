"""Opens the encoder of a clip, and writes its file atomically."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from animator.base.errors import SceneError
from animator.base.files import atomic_write, naming_errors
from animator.base.geometry import Box
from animator.base.interrupts import defer_signals
from animator.encoders.format import ClipSpec, Encoder, MeasuredEncoder
from animator.encoders.registry import check_transparent, format_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class TooLarge(Exception):
    """A clip exceeds its size limit; its file is removed."""


class NamedEncoder:
    """An encoder whose errors name its clip, because several may be open at once."""

    def __init__(self, path: Path, encoder: Encoder) -> None:
        self._path, self._encoder = path, encoder
        self.abort = encoder.abort

    @property
    def stored(self) -> int:
        """The size of the frames so far, in bytes; only for formats with `smaller`."""
        return cast(MeasuredEncoder, self._encoder).stored

    def write(self, pixels: NDArray[np.uint8], changed: Sequence[Box]) -> None:
        """Add a frame, as `Encoder.write` does."""
        with naming_errors(self._path):
            self._encoder.write(pixels, changed)

    def close(self) -> None:
        """Finish the file."""
        with naming_errors(self._path):
            self._encoder.close()


@contextmanager
def open_encoder(
    path: Path, clip: ClipSpec[Any], limit: float = math.inf
) -> Iterator[NamedEncoder]:
    """Open the encoder of a clip, and write its file atomically.

    The file appears only when it is complete.

    Args:
        path: the path of the clip; its suffix determines the format.
        clip: the properties of the clip.
        limit: the largest size of the file, in bytes; None for no limit.

    Yields:
        An encoder. It is closed if the body succeeds, and aborted otherwise.

    Raises:
        SceneError: the suffix is unknown, or the format does not support the clip.
        WriteError: the file could not be written.
        TooLarge: the file exceeds the limit.
    """
    format = format_of(path)
    if clip.transparent:
        check_transparent(format)
    if format.open is None:
        raise SceneError(f"{path}: {format.name} is a still; give the suffix of a clip")
    format.check_place(path)
    with atomic_write(path) as part:
        encoder: NamedEncoder | None = None
        try:
            with defer_signals():
                encoder = NamedEncoder(path, format.open(part, clip))
            yield encoder
            encoder.close()
        except BaseException:
            if encoder is not None:
                encoder.abort()
            raise
        if part.stat().st_size > limit:
            raise TooLarge
