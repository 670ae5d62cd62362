"""Converts the changed parts of frames to the planes of video encoders.

ffmpeg would convert every frame completely, which takes as long as encoding it. This
module converts only the boxes that changed. It uses the matrix of ITU-R BT.709
(Recommendation BT.709-6, 2015, item 3) with limited range (item 5.6). The arithmetic
uses integers, so that all machines compute the same planes:

    Y  = 16 + 219 (0.2126 R + 0.7152 G + 0.0722 B)
    Cb = 128 + 224 (B - Y') / 1.8556,   Cr = 128 + 224 (R - Y') / 1.5748

R, G and B are from 0 to 1, and Y' is the term in brackets in the first line. Cb and Cr
are computed from the mean of four pixels.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from animator.base.geometry import Box, Size

if TYPE_CHECKING:
    from numpy.typing import NDArray

_BITS = 16
_LUMA = np.array([0.2126, 0.7152, 0.0722])
_WEIGHTS = (
    np.stack(
        [
            219 * _LUMA,
            224 * (np.array([0, 0, 1]) - _LUMA) / 1.8556,
            224 * (np.array([1, 0, 0]) - _LUMA) / 1.5748,
        ]
    )
    / 255
)
_Y, _CB, _CR = np.rint(_WEIGHTS * 2**_BITS).astype(int).tolist()


class Yuv420:
    """A frame as planes Y (H, W), Cb and Cr (H / 2, W / 2), one after the other."""

    def __init__(self, size: Size, *, alpha: bool = False) -> None:
        """Allocate the planes of frames of an even width and height.

        With `alpha`, there is a fourth plane (H, W).
        """
        width, height = size
        pixels = width * height
        color = pixels * 3 // 2
        self.buffer = np.empty(color + alpha * pixels, np.uint8)
        """All planes, in the order of ffmpeg's yuv420p or yuva420p."""
        self._y = self.buffer[:pixels].reshape(height, width)
        self._cb, self._cr = self.buffer[pixels:color].reshape(
            2, height // 2, width // 2
        )
        self._alpha = self.buffer[color:].reshape(-1, width)

    def update(self, pixels: NDArray[np.uint8], changed: Sequence[Box]) -> None:
        """Convert the changed boxes of a frame, RGBA (H, W, 4)."""
        for left, top, right, bottom in changed:
            left, top = left // 2 * 2, top // 2 * 2
            right, bottom = right + right % 2, bottom + bottom % 2
            if len(self._alpha):
                box = np.s_[top:bottom, left:right]
                self._alpha[box] = pixels[..., 3][box]
            for first in range(top, bottom, 64):  # these rows fit into the cache
                rows = slice(first, min(first + 64, bottom))
                self._convert(pixels[rows, left:right], rows.start, left)

    def _convert(self, pixels: NDArray[np.uint8], top: int, left: int) -> None:
        height, width, _ = pixels.shape
        red, green, blue = (pixels[..., i].astype(np.int32) for i in range(3))
        luma = _Y[0] * red + _Y[1] * green + _Y[2] * blue
        luma += (16 << _BITS) + (1 << (_BITS - 1))
        self._y[top : top + height, left : left + width] = luma >> _BITS
        red, green, blue = (_block_sums(channel) for channel in (red, green, blue))
        for plane, (r, g, b) in ((self._cb, _CB), (self._cr, _CR)):
            chroma = r * red + g * green + b * blue  # sums over four pixels
            chroma += (128 << (_BITS + 2)) + (1 << (_BITS + 1))
            plane[top // 2 : (top + height) // 2, left // 2 : (left + width) // 2] = (
                chroma >> (_BITS + 2)
            )


def _block_sums(channel: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return the sums of all blocks of 2 × 2 pixels, (H / 2, W / 2)."""
    rows = channel[::2] + channel[1::2]
    return np.asarray(rows[:, ::2] + rows[:, 1::2])
