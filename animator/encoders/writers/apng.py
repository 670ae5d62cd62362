"""Animated PNG: every colour exact to the pixel, and transparent if asked for.

The file is written as "Portable Network Graphics Specification, Third Edition" (W3C,
2025) has it. A picture is the rectangle that changes, unchanged pixels in it
transparent; in a transparent clip it is all of the rectangle.
"""

from __future__ import annotations

import zlib
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from animator.encoders.format import ClipSpec
from animator.encoders.option import NoOptions
from animator.encoders.writers.changes import Change, Pictures

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LONGEST = 0xFFFF
"""The longest that a picture can be shown, in seconds."""
_REPLACE, _OVER = 0, 1


class _Apng:
    """Stores pictures as the chunks of a PNG file."""

    def __init__(self, path: Path, clip: ClipSpec[NoOptions]) -> None:
        self._loop = clip.loop
        self._transparent = clip.transparent
        self._pictures = self._numbers = 0
        self._began = False
        self._file = path.open("wb")
        width, height = clip.size
        eight_bit_rgba = bytes([8, 6, 0, 0, 0])
        self._file.write(
            b"\x89PNG\r\n\x1a\n"
            + _chunk(b"IHDR", _long(width, height) + eight_bit_rgba)
        )
        self._control = self._file.tell()
        self._file.write(self._animation())

    def _animation(self) -> bytes:
        return _chunk(b"acTL", _long(self._pictures, self._loop))

    def picture(self, change: Change) -> bytes:
        """Return where a picture lies, how it is laid there, and its data."""
        left, top, right, bottom = change.box
        whole = self._transparent or not self._began
        self._began = True
        pixels = change.frame[top:bottom, left:right]
        if not whole:
            pixels = change.patch(change.box)
        return (
            _long(right - left, bottom - top, left, top)
            + bytes([0, _REPLACE if whole else _OVER])
            + _deflated(pixels)
        )

    def write(self, picture: bytes, start: Fraction, stop: Fraction) -> None:
        """Write a picture and how long it is shown."""
        lasts = stop - start
        while lasts > 0:
            now = min(lasts, Fraction(_LONGEST))
            lasts -= now
            self._write(picture, now.limit_denominator(_LONGEST))

    def _write(self, picture: bytes, lasts: Fraction) -> None:
        if lasts.numerator > 0xFFFF:  # more than fits: as near as can be
            parts = int(0xFFFF / lasts)
            lasts = Fraction(round(lasts * parts), parts)
        where, how, data = picture[:16], picture[16:18], picture[18:]
        delay = lasts.numerator.to_bytes(2, "big") + lasts.denominator.to_bytes(
            2, "big"
        )
        self._file.write(_chunk(b"fcTL", self._number() + where + delay + how))
        if self._pictures:
            self._file.write(_chunk(b"fdAT", self._number() + data))
        else:
            self._file.write(_chunk(b"IDAT", data))
        self._pictures += 1

    def _number(self) -> bytes:
        """Return the next of the numbers that keep the chunks in order."""
        self._numbers += 1
        return _long(self._numbers - 1)

    def finish(self) -> None:
        """Write the end mark, and at the start how many pictures there are."""
        self._file.write(_chunk(b"IEND", b""))
        self._file.seek(self._control)
        self._file.write(self._animation())
        self._file.close()

    def abort(self) -> None:
        """Close the file as it is."""
        self._file.close()


def _deflated(pixels: NDArray[np.uint32]) -> bytes:
    """Return a picture's data (H, W), without filters: smallest on flat pictures."""
    height, width = pixels.shape
    rows = np.zeros((height, 1 + 4 * width), np.uint8)
    rows[:, 1:] = np.ascontiguousarray(pixels).view(np.uint8).reshape(height, -1)
    return zlib.compress(rows.tobytes(), 6)


def _long(*values: int) -> bytes:
    return b"".join(value.to_bytes(4, "big") for value in values)


def _chunk(name: bytes, data: bytes) -> bytes:
    return _long(len(data)) + name + data + _long(zlib.crc32(name + data))


def open_apng(path: Path, clip: ClipSpec[NoOptions]) -> Pictures:
    """Return an encoder of an APNG."""
    return Pictures(_Apng(path, clip), clip.size, clip.fps)
