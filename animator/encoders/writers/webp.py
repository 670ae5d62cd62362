"""Writes animated WebP files.

This module writes only the container, according to the "WebP Container Specification"
(Google); Pillow encodes the pictures. Each picture is the rectangle that contains all
changes. Unchanged pixels in it are transparent; but in a transparent clip, the
rectangle replaces the old pixels.
"""

from __future__ import annotations

from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image, features

from animator.encoders.format import ClipSpec
from animator.encoders.writers.changes import Change, PictureEncoder
from animator.encoders.writers.palette import pack, quantize

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LONGEST = 0xFFFFFF
"""The longest duration of a picture, in milliseconds."""
_HAS_ALPHA, _IS_ANIMATED = 0x10, 0x02
_OPAQUE = 0xFF000000


class _WebP:
    """Stores pictures as the chunks of a RIFF file."""

    def __init__(self, path: Path, clip: ClipSpec[Any], quality: float | None) -> None:
        self._transparent = clip.transparent
        self._quality = quality
        self._started = False
        self._file = path.open("wb")
        width, height = clip.size
        flags = _IS_ANIMATED | _HAS_ALPHA
        self._file.write(b"RIFF----WEBP")
        self._file.write(
            _chunk(
                b"VP8X",
                bytes([flags, 0, 0, 0]) + _uint24(width - 1) + _uint24(height - 1),
            )
            + _chunk(b"ANIM", bytes(4) + clip.loop.to_bytes(2, "little"))
        )

    def picture(self, change: Change) -> bytes:
        """Return the header of a frame, without its duration, and its picture."""
        left, top, right, bottom = change.box
        # The file stores half of each, so they must be even.
        left, top = left // 2 * 2, top // 2 * 2
        box = (left, top, right, bottom)
        replaces = self._transparent or not self._started
        quality = self._quality
        if replaces:
            pixels = change.frame[top:bottom, left:right]
        else:
            if quality is not None:
                change = _reduce_colors(change, quality)
            pixels = change.patch(box)
        lossless: dict[str, Any] = {"lossless": True, "quality": 20, "method": 1}
        lossy: dict[str, Any] = {"quality": quality, "method": 4}
        compression = lossless if quality is None or self._started else lossy
        self._started = True
        blend = 0b10 if replaces else 0b00
        return (
            _uint24(left // 2)
            + _uint24(top // 2)
            + _uint24(right - left - 1)
            + _uint24(bottom - top - 1)
            + bytes(3)  # the duration
            + bytes([blend])
            + _bitstream(pixels, compression)
        )

    def write(self, picture: bytes, start: Fraction, stop: Fraction) -> None:
        """Write a picture and its duration."""
        duration = round(1000 * stop) - round(1000 * start)
        while duration > _LONGEST:
            self._write(picture, _LONGEST)
            duration -= _LONGEST
        self._write(picture, duration)

    def _write(self, picture: bytes, duration: int) -> None:
        self._file.write(
            _chunk(b"ANMF", picture[:12] + _uint24(duration) + picture[15:])
        )

    def finish(self) -> None:
        """Write the file size into the header."""
        length = self._file.tell()
        self._file.seek(4)
        self._file.write((length - 8).to_bytes(4, "little"))
        self._file.close()

    def abort(self) -> None:
        """Close the unfinished file."""
        self._file.close()


def _reduce_colors(change: Change, quality: float) -> Change:
    """Reduce the colours: few colours without loss are smaller than all with loss."""
    colors, index = quantize(change.pixels, round(16 + 2.3 * quality))
    pixels = pack(colors)[index] | np.uint32(_OPAQUE)
    return Change(change.place, pixels, change.frame)


def _bitstream(pixels: NDArray[np.uint32], compression: dict[str, Any]) -> bytes:
    """Return the image chunks of pixels (H, W), without their container."""
    height, width = pixels.shape
    channels = np.ascontiguousarray(pixels).view(np.uint8).reshape(height, width, 4)
    image = Image.fromarray(channels)
    if (channels[..., 3] == 255).all():
        image = image.convert("RGB")
    file = BytesIO()
    image.save(file, "WEBP", **compression)
    data, at, chunks = file.getvalue(), 12, b""
    while at < len(data):
        name = data[at : at + 4]
        length = int.from_bytes(data[at + 4 : at + 8], "little")
        end = at + 8 + length + length % 2
        if name in (b"ALPH", b"VP8 ", b"VP8L"):
            chunks += data[at:end]
        at = end
    return chunks


def _uint24(value: int) -> bytes:
    return value.to_bytes(3, "little")


def _chunk(name: bytes, data: bytes) -> bytes:
    return name + len(data).to_bytes(4, "little") + data + bytes(len(data) % 2)


def missing() -> str:
    """Return what is missing to write this format; empty if nothing."""
    return "" if features.check("webp") else "this Pillow has no WebP; install it anew"


def open_webp(path: Path, clip: ClipSpec[Any], quality: float | None) -> PictureEncoder:
    """Return an encoder of a WebP; quality is 0 to 100, or None for lossless."""
    return PictureEncoder(_WebP(path, clip, quality), clip.size, clip.fps)
