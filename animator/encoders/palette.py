"""Chooses the colours that a GIF's picture may use.

They are the k-means of the picture's colours, weighted by how often they occur, which
minimises the mean square error. It starts from the colours that are missed most, one
after the other, so that a small marker in a colour of its own is not lost.

Colours are 24 bits, red in the lowest; what is above is left out of account.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_ROUNDS = 3
"""Of k-means; more change little."""


def palette_of(packed: NDArray[np.uint32], size: int) -> NDArray[np.uint8]:
    """Return `size` colours or fewer, (K, 3), that are nearest to others (N,)."""
    found, counts = np.unique(packed & 0xFFFFFF, return_counts=True)
    colors = _unpack(found)
    if len(found) <= size:
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


def index_of(
    packed: NDArray[np.uint32], colors: NDArray[np.uint8]
) -> NDArray[np.uint8]:
    """Return the index (N,) of the color (K, 3) nearest to each of others (N,)."""
    found, inverse = np.unique(packed & 0xFFFFFF, return_inverse=True)
    nearest = _nearest(_unpack(found), colors.astype(np.float64))
    return nearest.astype(np.uint8)[inverse]


def pack(colors: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """Return colours (K, 3) as 24 bits each, (K,)."""
    red, green, blue = colors.T.astype(np.uint32)
    return np.asarray(red | green << 8 | blue << 16)


def distances(
    ones: NDArray[np.uint32], others: NDArray[np.uint32]
) -> NDArray[np.int32]:
    """Return the square of the distance (N,) between colours (N,) and others (N,)."""
    total = np.zeros(len(ones), np.int32)
    for shift in (0, 8, 16):
        one, other = (colors >> shift & 255 for colors in (ones, others))
        total += np.square(one.astype(np.int32) - other.astype(np.int32))
    return total


def _nearest(
    colors: NDArray[np.float64], centers: NDArray[np.float64]
) -> NDArray[np.intp]:
    """Return the index (N,) of the center (K, 3) nearest to each color (N, 3)."""
    # |a - b|² without |a|², which is the same for all centers. No matrix product: its
    # threads would take the cores from the encoders for the little there is to do.
    square = np.square(centers).sum(axis=1)
    found = []
    for few in np.array_split(colors, len(colors) // 4096 + 1):
        distance = square - np.multiply.outer(few[:, 0], 2 * centers[:, 0])
        for channel in (1, 2):
            distance -= np.multiply.outer(few[:, channel], 2 * centers[:, channel])
        found.append(distance.argmin(axis=1))
    return np.concatenate(found)


def _unpack(packed: NDArray[np.uint32]) -> NDArray[np.float64]:
    """Return the colours (N, 3) of 24-bit colours (N,)."""
    channels = (packed & 255, packed >> 8 & 255, packed >> 16)
    return np.stack(channels, axis=1, dtype=np.float64, casting="unsafe")
