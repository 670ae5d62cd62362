"""GIF with a palette made for the clip, storing only what changes.

A frame stores the rectangle in which it differs from the one before, unchanged pixels
in it as transparent; frames that do not differ at all lengthen the one before.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import GifImagePlugin, Image

from animator.encoders import Box, Size
from animator.encoders.palette import Palette
from animator.errors import SceneError

if TYPE_CHECKING:
    from numpy.typing import NDArray

_COLORS = 255
_TRANSPARENT = 255
_LONGEST = 0xFFFF
"""The longest delay that a frame can have, in hundredths of a second."""


class _Gif:
    """Writes a GIF frame by frame, holding one frame in memory."""

    def __init__(self, path: Path, size: Size, fps: float) -> None:
        self._size = size
        self._fps = fps
        self._scratch = np.empty(size[0] * size[1], np.uint8)
        self._shown = np.full(size[::-1], _TRANSPARENT, np.uint8)  # (H, W)
        self._pending = b""
        self._frames = 0
        self._since = 0  # the hundredth of a second at which the pending frame begins
        self._file = path.open("wb")

    def prepare(self, samples: Sequence[NDArray[np.uint8]]) -> None:
        """Choose the palette."""
        self._palette = Palette(samples, _COLORS)
        self._file.write(_header(self._size, self._palette.colors))

    def write(self, pixels: NDArray[np.uint8], changed: Sequence[Box]) -> None:
        """Take a frame; it is written when its length is known."""
        picture = self._update(pixels, changed)
        if picture:
            self._flush()
            self._pending = picture
        self._frames += 1

    def _update(self, pixels: NDArray[np.uint8], changed: Sequence[Box]) -> bytes:
        """Bring the shown picture up to date; return what to store, if anything."""
        if not changed:
            return b""
        # All boxes are looked up at once, which is quicker than one after the other.
        pixels = np.concatenate(
            [pixels[y0:y1, x0:x1].reshape(-1, 4) for x0, y0, x1, y1 in changed]
        )
        index = self._palette.index(pixels)
        parts, start = [], 0
        for left, top, right, bottom in changed:
            stop = start + (right - left) * (bottom - top)
            new = index[start:stop].reshape(bottom - top, right - left)
            old = self._shown[top:bottom, left:right]
            differ = new != old
            if differ.any():
                parts.append((left, top, np.where(differ, new, _TRANSPARENT)))
                old[...] = new
            start = stop
        if not parts:
            return b""
        x0, y0 = min(part[0] for part in parts), min(part[1] for part in parts)
        x1 = max(left + part.shape[1] for left, _, part in parts)
        y1 = max(top + part.shape[0] for _, top, part in parts)
        stored = self._scratch[: (y1 - y0) * (x1 - x0)].reshape(y1 - y0, x1 - x0)
        stored.fill(_TRANSPARENT)
        for left, top, part in parts:
            place = stored[top - y0 :, left - x0 :][: part.shape[0], : part.shape[1]]
            # Boxes may overlap: what an earlier one changed must stay.
            np.copyto(place, part, where=part != _TRANSPARENT)
        image = Image.frombuffer("P", (x1 - x0, y1 - y0), stored)
        return b"".join(GifImagePlugin.getdata(image, (x0, y0)))

    def _flush(self) -> None:
        """Write the pending frame, which lasts until now."""
        if self._pending:
            now = round(self._frames * 100 / self._fps)
            delay = now - self._since
            self._file.write(_control(min(delay, _LONGEST)) + self._pending)
            while (delay := delay - _LONGEST) > 0:  # go on with a frame of nothing
                self._file.write(_control(min(delay, _LONGEST)) + _nothing())
            self._since = now

    def close(self) -> None:
        """Write the last frame and the end mark."""
        self._flush()
        self._file.write(b";")
        self._file.close()

    def abort(self) -> None:
        """Close the file as it is."""
        self._file.close()


def _header(size: Size, colors: NDArray[np.uint8]) -> bytes:
    """Return all that comes before the first frame: size, palette, endless loop."""
    width, height = size
    table = np.zeros((256, 3), np.uint8)
    table[: len(colors)] = colors
    return (
        b"GIF89a"
        + width.to_bytes(2, "little")
        + height.to_bytes(2, "little")
        + b"\xf7\0\0"  # a palette of 256 colours, 8 bits each, for all frames
        + table.tobytes()
        + b"\x21\xff\x0bNETSCAPE2.0\x03\x01\0\0\0"
    )


def _nothing() -> bytes:
    """Return a picture of a single pixel that is transparent."""
    pixel = Image.new("P", (1, 1), _TRANSPARENT)
    return b"".join(GifImagePlugin.getdata(pixel))


def _control(delay: int) -> bytes:
    """Return what comes before a picture: leave the old one in place, and wait."""
    leave_and_transparent = (1 << 2) | 1
    return (
        bytes([0x21, 0xF9, 4, leave_and_transparent])
        + delay.to_bytes(2, "little")
        + bytes([_TRANSPARENT, 0])
    )


def make_encoder(path: Path, size: Size, fps: float) -> _Gif:
    """Start an encoder.

    Raises:
        SceneError: more frames a second than a GIF can show.
    """
    if fps > 50:
        raise SceneError(
            f"a GIF cannot show {fps:g} frames a second: browsers slow down "
            "what is faster than 50; give --fps 50 or less"
        )
    return _Gif(path, size, fps)
