"""Chooses the few colours of a palette, and finds the nearest one for any colour.

The colours are found by k-means (Lloyd, "Least squares quantization in PCM", 1982) over
the colours of some frames, weighted by how often they occur, which minimises the mean
square error of the picture. It starts from the colours that are missed most, one after
the other, so that a small marker in a colour of its own is not lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SAMPLES = 600_000
_ROUNDS = 6


class Palette:
    """At most 255 colours, and for every colour the nearest of them."""

    def __init__(self, pictures: Sequence[NDArray[np.uint8]], size: int) -> None:
        """Choose `size` colours or fewer for some pictures, each RGBA (H, W, 4)."""
        packed = np.concatenate([_pack(picture).ravel() for picture in pictures])
        every = max(1, len(packed) // _SAMPLES)
        found, counts = np.unique(packed[::every], return_counts=True)
        self.colors = _choose(_unpack(found), counts, size)  # (K, 3) uint8
        # By 24-bit colour the index of the nearest one, plus 1; 0: not yet looked for.
        self._nearest = np.zeros(1 << 24, np.uint8)
        self._learn(found)

    def index(self, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return the index (N,) of the colour nearest to each pixel, RGBA (N, 4)."""
        packed = _pack(pixels)
        index = self._nearest[packed]
        if not index.all():
            self._learn(np.unique(packed[index == 0]))
            index = self._nearest[packed]
        index -= 1
        return index

    def _learn(self, packed: NDArray[np.uint32]) -> None:
        colors = self.colors.astype(np.float64)
        for few in np.array_split(packed, len(packed) // 4096 + 1):
            self._nearest[few] = _nearest(_unpack(few), colors) + 1


def _choose(
    colors: NDArray[np.float64], counts: NDArray[np.int_], size: int
) -> NDArray[np.uint8]:
    """Choose the colours (K, 3) that are nearest to all colors (N, 3) in the mean."""
    if len(colors) <= size:
        return colors.astype(np.uint8)
    weights = counts.astype(np.float64)
    centers = np.empty((size, 3), np.float64)
    error = np.full(len(colors), np.inf, np.float64)
    worst = int(weights.argmax())
    for index in range(size):
        centers[index] = colors[worst]
        error = np.minimum(error, np.square(colors - centers[index]).sum(axis=1))
        worst = int((error * weights).argmax())
    for _ in range(_ROUNDS):
        owner = _nearest(colors, centers)
        total = np.bincount(owner, weights, size)
        for channel in range(3):
            mass = np.bincount(owner, weights * colors[:, channel], size)
            mean = mass / np.maximum(total, 1)
            # Rounded to what sums of products hold exactly, on every machine.
            rounded = np.rint(16 * mean) / 16
            centers[:, channel] = np.where(total > 0, rounded, centers[:, channel])
    return np.rint(centers).astype(np.uint8)


def _nearest(
    colors: NDArray[np.float64], centers: NDArray[np.float64]
) -> NDArray[np.intp]:
    """Return the index (N,) of the center (K, 3) nearest to each color (N, 3)."""
    # |a - b|² without |a|², which is the same for all centers. No matrix product: its
    # threads would take the cores from the encoders for the little there is to do.
    distance = np.square(centers).sum(axis=1) - np.multiply.outer(
        colors[:, 0], 2 * centers[:, 0]
    )
    for channel in (1, 2):
        distance -= np.multiply.outer(colors[:, channel], 2 * centers[:, channel])
    return np.asarray(distance.argmin(axis=1))


def _pack(pixels: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """Return the 24-bit colour (H, W) of pixels, RGBA (H, W, 4)."""
    return np.asarray(pixels.view("<u4")[..., 0] & 0xFFFFFF)


def _unpack(packed: NDArray[np.uint32]) -> NDArray[np.float64]:
    """Return the colours (N, 3) of 24-bit colours (N,)."""
    return np.stack(
        [packed & 255, packed >> 8 & 255, packed >> 16],
        axis=1,
        dtype=np.float64,
        casting="unsafe",
    )
