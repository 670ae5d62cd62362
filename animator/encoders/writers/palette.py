"""Chooses the palette of a GIF picture.

The palette is the k-means clustering of the picture's colours, weighted by frequency,
which minimises the mean squared error. The initial means are chosen one after another:
each is the colour with the largest error so far, so that a small marker keeps its own
colour.

Colours have 24 bits, with red in the lowest eight; higher bits are ignored.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_ROUNDS = 2
"""The number of k-means iterations; more change little."""


def quantize(
    packed: NDArray[np.uint32], size: int
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Choose a palette for some pixels.

    Args:
        packed: the colours of the pixels (N,), packed into 24 bits.
        size: the largest number of colours, at most 256.

    Returns:
        The palette (K, 3), and for each pixel the index (N,) of the nearest colour.
    """
    unique, inverse, counts = np.unique(
        packed & 0xFFFFFF, return_inverse=True, return_counts=True
    )
    colors = _unpack(unique)
    if len(unique) <= size:
        return colors.astype(np.uint8), inverse.astype(np.uint8)
    chosen = np.rint(_means(colors, counts.astype(np.float64), size))
    return chosen.astype(np.uint8), _nearest(colors, chosen).astype(np.uint8)[inverse]


def _means(
    colors: NDArray[np.float64], weights: NDArray[np.float64], size: int
) -> NDArray[np.float64]:
    """Return the k-means (K, 3) of colours (N, 3) with weights (N,)."""
    # |a - b|² = |a|² - 2ab + |b|², times the weight. All terms are integers that
    # floats represent exactly, so the order of the sums does not matter.
    square = np.square(colors).sum(axis=1)
    one = np.ones_like(square)
    weighted = weights * np.vstack([colors.T, square, one])
    distance = np.column_stack([-2 * colors, one, square])
    chosen = [int(weights.argmax())]
    error = np.full(len(colors), np.inf)
    for _ in range(size - 1):
        np.minimum(error, distance[chosen[-1]] @ weighted, out=error)
        chosen.append(int(error.argmax()))
    centers = colors[chosen]
    for _ in range(_ROUNDS):
        owner = _nearest(colors, centers)
        total = np.bincount(owner, weights, size)
        for channel in range(3):
            mass = np.bincount(owner, weighted[channel], size)
            mean = mass / np.maximum(total, 1)
            # Round to multiples of 1/16, so that sums of products are exact everywhere.
            rounded = np.rint(16 * mean) / 16
            centers[:, channel] = np.where(total > 0, rounded, centers[:, channel])
    return centers


def pack(colors: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """Pack colours (K, 3) into 24 bits each (K,)."""
    red, green, blue = colors.T.astype(np.uint32)
    return np.asarray(red | green << 8 | blue << 16)


def distances(
    ones: NDArray[np.uint32], others: NDArray[np.uint32]
) -> NDArray[np.int32]:
    """Return the squared distances (N,) between packed colours (N,) and others (N,)."""
    total = np.zeros(len(ones), np.int32)
    for shift in (0, 8, 16):
        one, other = (colors >> shift & 255 for colors in (ones, others))
        total += np.square(one.astype(np.int32) - other.astype(np.int32))
    return total


def _nearest(
    colors: NDArray[np.float64], centers: NDArray[np.float64]
) -> NDArray[np.intp]:
    """Return for each colour (N, 3) the index (N,) of the nearest centre (K, 3)."""
    # |a - b|² without |a|², which is the same for all centers. The products are
    # multiples of 1/16, whose sums are exact on all machines.
    owners = []
    square = np.square(centers).sum(axis=1)
    for block in np.array_split(colors, len(colors) // 4096 + 1):
        owners.append((square - block @ (2 * centers.T)).argmin(axis=1))
    return np.concatenate(owners)


def _unpack(packed: NDArray[np.uint32]) -> NDArray[np.float64]:
    """Return the colours (N, 3) of 24-bit colours (N,)."""
    channels = (packed & 255, packed >> 8 & 255, packed >> 16)
    return np.stack(channels, axis=1, dtype=np.float64, casting="unsafe")
