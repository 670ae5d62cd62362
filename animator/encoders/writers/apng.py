"""Writes animated PNG files.

The files follow the "Portable Network Graphics Specification, Third Edition" (W3C,
2025). Each picture is the rectangle that contains all changes. Unchanged pixels in it
are transparent; but in a transparent clip, the rectangle replaces the old pixels.
"""

from __future__ import annotations

import zlib
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from animator.encoders.format import ClipSpec
from animator.encoders.option import NoOptions
from animator.encoders.writers.changes import Change, PictureEncoder

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LONGEST = 0xFFFF
"""The longest duration of a picture, in seconds."""
_REPLACE, _OVER = 0, 1


class _Apng:
    """Stores pictures as the chunks of a PNG file."""

    def __init__(self, path: Path, clip: ClipSpec[NoOptions]) -> None:
        self._loop = clip.loop
        self._transparent = clip.transparent
        self._pictures = self._numbers = 0
        self._started = False
        self._file = path.open("wb")
        width, height = clip.size
        eight_bit_rgba = bytes([8, 6, 0, 0, 0])
        self._file.write(
            b"\x89PNG\r\n\x1a\n"
            + _chunk(b"IHDR", _uint32(width, height) + eight_bit_rgba)
        )
        self._control = self._file.tell()
        self._file.write(self._animation())

    def _animation(self) -> bytes:
        return _chunk(b"acTL", _uint32(self._pictures, self._loop))

    def picture(self, change: Change) -> bytes:
        """Return the position of a picture, its blend operation, and its data."""
        left, top, right, bottom = change.box
        replaces = self._transparent or not self._started
        self._started = True
        pixels = change.frame[top:bottom, left:right]
        if not replaces:
            pixels = change.patch(change.box)
        return (
            _uint32(right - left, bottom - top, left, top)
            + bytes([0, _REPLACE if replaces else _OVER])
            + _deflated(pixels)
        )

    def write(self, picture: bytes, start: Fraction, stop: Fraction) -> None:
        """Write a picture and its duration."""
        rest = stop - start
        while rest > 0:
            duration = min(rest, Fraction(_LONGEST))
            rest -= duration
            self._write(picture, duration.limit_denominator(_LONGEST))

    def _write(self, picture: bytes, duration: Fraction) -> None:
        if duration.numerator > 0xFFFF:  # the nearest duration that fits
            parts = int(0xFFFF / duration)
            duration = Fraction(round(duration * parts), parts)
        place, blending, data = picture[:16], picture[16:18], picture[18:]
        delay = b"".join(v.to_bytes(2, "big") for v in duration.as_integer_ratio())
        self._file.write(_chunk(b"fcTL", self._number() + place + delay + blending))
        if self._pictures:
            self._file.write(_chunk(b"fdAT", self._number() + data))
        else:
            self._file.write(_chunk(b"IDAT", data))
        self._pictures += 1

    def _number(self) -> bytes:
        """Return the next sequence number of a chunk."""
        self._numbers += 1
        return _uint32(self._numbers - 1)

    def finish(self) -> None:
        """Write the end chunk, and the number of pictures at the start."""
        self._file.write(_chunk(b"IEND", b""))
        self._file.seek(self._control)
        self._file.write(self._animation())
        self._file.close()

    def abort(self) -> None:
        """Close the unfinished file."""
        self._file.close()


def _deflated(pixels: NDArray[np.uint32]) -> bytes:
    """Compress pixels (H, W) without filters, which is smallest for flat pictures."""
    height, width = pixels.shape
    rows = np.zeros((height, 1 + 4 * width), np.uint8)
    rows[:, 1:] = np.ascontiguousarray(pixels).view(np.uint8).reshape(height, -1)
    return zlib.compress(rows.tobytes(), 6)


def _uint32(*values: int) -> bytes:
    return b"".join(value.to_bytes(4, "big") for value in values)


def _chunk(name: bytes, data: bytes) -> bytes:
    return _uint32(len(data)) + name + data + _uint32(zlib.crc32(name + data))


def open_apng(path: Path, clip: ClipSpec[NoOptions]) -> PictureEncoder:
    """Return an encoder of an APNG."""
    return PictureEncoder(_Apng(path, clip), clip.size, clip.fps)
