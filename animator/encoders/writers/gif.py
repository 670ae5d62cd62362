"""Writes GIF files with colours chosen for the clip; stores only the changed pixels.

The first picture contains the background, which accounts for most of the clip. The
clip's palette is chosen for this picture alone, and it is compressed with more effort
than the others. Each later picture has its own small palette for the moving artists.
"""

from __future__ import annotations

import math
from dataclasses import astuple, dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from animator.base.geometry import Size
from animator.encoders.format import ClipSpec
from animator.encoders.writers.changes import Change, PictureEncoder, box_around
from animator.encoders.writers.lzw import compress, similar_colors
from animator.encoders.writers.palette import distances, pack, quantize

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LONGEST = 0xFFFF
"""The longest delay of a picture, in hundredths of a second."""
_SHORTEST = 2
"""The shortest delay that browsers respect, in hundredths of a second."""
_FLAT = 0.02
"""A colour with at least this fraction of the pixels fills a large flat area."""
_NEVER = 3 * 255**2
"""The largest distance between two colours."""


@dataclass(frozen=True, slots=True)
class _Quality:
    """The parameters of a quality; distances are squared, in units of 1/255.

    Attributes:
        colors: the number of colours of the first picture.
        loss: the distance up to which one colour may replace another in it.
        own: the largest number of colours of a later picture.
        share: the number of pixels per colour in a later picture.
        skip: the distance up to which a changed pixel is not updated.
        refine: the distance up to which a background pixel is not updated when the
            first picture is refined.
    """

    colors: float
    loss: float
    own: float
    share: float
    skip: float
    refine: float


# Measured on the scenes with tests/benchmarks/gif.py: none of the other values tried
# gives files that are both smaller and nearer to the frames.
_QUALITIES = {
    0: _Quality(64, 128, 15, 64, 900, _NEVER),
    25: _Quality(128, 96, 31, 32, 500, _NEVER),
    50: _Quality(255, 48, 63, 16, 150, _NEVER),
    75: _Quality(255, 16, 63, 16, 100, _NEVER),
    84: _Quality(255, 0, 127, 8, 48, _NEVER),
    85: _Quality(255, 0, 127, 8, 48, 48),
    100: _Quality(255, 0, 255, 1, 3, 3),
}


def _interpolated(quality: float) -> _Quality:
    """Return the parameters of a quality, interpolated between `_QUALITIES`."""
    fields = zip(*map(astuple, _QUALITIES.values()), strict=True)
    return _Quality(*(float(np.interp(quality, list(_QUALITIES), f)) for f in fields))


class _Gif:
    """Stores pictures, each with its palette and delay."""

    def __init__(self, path: Path, clip: ClipSpec[Any], quality: float) -> None:
        self._size = clip.size
        self._quality = _interpolated(quality)
        self._loop = clip.loop
        self._shown = np.empty(0, np.uint32)  # 24-bit colours (H * W,)
        self._first: Change | None = None  # until it is refined
        self._file = path.open("wb")

    def picture(self, change: Change) -> bytes:
        """Return a picture, or a single transparent pixel if no pixel has to change."""
        if not len(self._shown):
            return self._first_picture(change)
        parameters = self._quality
        return self._patch(change, parameters.own, parameters.skip) or _empty_picture()

    def _first_picture(self, change: Change) -> bytes:
        colors, index = quantize(change.pixels, round(self._quality.colors))
        self._file.write(_header(self._size, _table(colors, 8), self._loop))
        picture = index.reshape(self._size[::-1])
        others = similar_colors(colors, self._quality.loss)
        for flat in np.flatnonzero(np.bincount(index) > _FLAT * len(index)).tolist():
            others[flat] = []  # noise would be visible on it
        data, index = compress(picture, others)
        self._shown = pack(colors)[index.ravel()]
        self._first = change if self._quality.refine < _NEVER else None
        return _control(255) + _descriptor((0, 0), self._size) + data

    def _patch(self, change: Change, most: float, skip: float) -> bytes:
        """Return a picture of the pixels that differ visibly; empty if none does."""
        far = distances(self._shown[change.place], change.pixels) > skip
        change = change.select(far)
        if not len(change.place):
            return b""
        # The size of a table is a power of two; one entry is the transparent colour.
        size = max(8.0, min(most + 1, len(change.place) / self._quality.share))
        colors, index = quantize(change.pixels, 2 ** round(math.log2(size)) - 1)
        self._shown[change.place] = pack(colors)[index]

        bits = max(2, len(colors).bit_length())
        transparent = (1 << bits) - 1
        left, top, right, bottom = box_around(change.place, self._size[0])
        picture = np.full((bottom - top, right - left), transparent, np.uint8)
        y, x = np.divmod(change.place, self._size[0])
        picture[y - top, x - left] = index
        image = Image.frombuffer("P", (right - left, bottom - top), picture)
        return (
            _control(transparent)
            + _descriptor((left, top), image.size, _table(colors, bits))
            + bytes([bits])
            + image.tobytes("gif", "P", bits, 0)
            + b"\0"
        )

    def write(self, picture: bytes, start: Fraction, stop: Fraction) -> None:
        """Write a picture; refine the first one while it is shown."""
        now, end = round(100 * start), round(100 * stop)
        first, self._first = self._first, None
        if first is not None and end - now >= 2 * _SHORTEST:
            refined = self._patch(first, 255, self._quality.refine)
            if refined:
                self._write(picture, _SHORTEST)
                picture, now = refined, now + _SHORTEST
        self._write(picture, end - now)

    def _write(self, picture: bytes, delay: int) -> None:
        while delay > _LONGEST:
            self._write(picture, _LONGEST)
            picture, delay = _empty_picture(), delay - _LONGEST
        self._file.write(picture[:4] + delay.to_bytes(2, "little") + picture[6:])

    def finish(self) -> None:
        """Write the trailer."""
        self._file.write(b";")
        self._file.close()

    def abort(self) -> None:
        """Close the unfinished file."""
        self._file.close()


def _uint16(*values: int) -> bytes:
    return b"".join(value.to_bytes(2, "little") for value in values)


def _table(colors: NDArray[np.uint8], bits: int) -> bytes:
    """Return a colour table of 2 ** bits colours."""
    return colors.tobytes().ljust(3 << bits, b"\0")


def _header(size: Size, table: bytes, loop: int) -> bytes:
    """Return the bytes before the first picture; `loop` 0 means for ever."""
    repeat = b"\x21\xff\x0bNETSCAPE2.0\x03\x01" + _uint16(max(loop - 1, 0)) + b"\0"
    return (
        b"GIF89a"
        + _uint16(*size)
        + b"\xf7\0\0"
        + table
        + (repeat if loop != 1 else b"")
    )


def _control(transparent: int) -> bytes:
    """Return the control block of a picture that is drawn over the others."""
    leave_and_transparent = (1 << 2) | 1
    return bytes([0x21, 0xF9, 4, leave_and_transparent, 0, 0, transparent, 0])


def _descriptor(corner: tuple[int, int], size: Size, table: bytes = b"") -> bytes:
    """Return the position of a picture, and its local colour table if it has one."""
    depth = (len(table) // 3).bit_length() - 2
    flags = 0x80 | depth if table else 0
    return b"," + _uint16(*corner, *size) + bytes([flags]) + table


def _empty_picture() -> bytes:
    """Return a picture of a single transparent pixel."""
    pixel = Image.new("P", (1, 1), 3)
    data = pixel.tobytes("gif", "P", 2, 0)
    return _control(3) + _descriptor((0, 0), (1, 1)) + b"\x02" + data + b"\0"


def open_gif(path: Path, clip: ClipSpec[Any], quality: float) -> PictureEncoder:
    """Return an encoder of a GIF; quality is 0 (smallest) to 100."""
    return PictureEncoder(_Gif(path, clip, quality), clip.size, clip.fps)
