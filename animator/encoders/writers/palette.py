"""Chooses the colours that a GIF's picture may use.

They are the k-means of the picture's colours, weighted by how often they occur: these
minimise the mean square error. The first means are chosen one after the other, each the
colour with the largest error so far, so that a small marker keeps a colour of its own.

Colours have 24 bits, red in the lowest eight; higher bits are ignored.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_ROUNDS = 2
"""How many rounds of k-means there are; more change little."""


def quantize(
    packed: NDArray[np.uint32], size: int
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Choose a palette for some pixels.

    Args:
        packed: the colours of the pixels, (N,).
        size: how many colours the palette may have, 256 at most.

    Returns:
        The chosen colours (K, 3), and for each pixel (N,) the nearest one's index.
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
    # |a - b|² = |a|² - 2ab + |b|², times the weight. All are integers that a float
    # holds exactly, so the order of the sums does not matter.
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
            # Multiples of 1/16, so that sums of products are exact on every machine.
            rounded = np.rint(16 * mean) / 16
            centers[:, channel] = np.where(total > 0, rounded, centers[:, channel])
    return centers


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
    # |a - b|² without |a|², which is the same for all centers. The products are
    # multiples of 1/16, whose sums are exact on every machine.
    owners = []
    square = np.square(centers).sum(axis=1)
    for block in np.array_split(colors, len(colors) // 4096 + 1):
        owners.append((square - block @ (2 * centers.T)).argmin(axis=1))
    return np.concatenate(owners)


def _unpack(packed: NDArray[np.uint32]) -> NDArray[np.float64]:
    """Return the colours (N, 3) of 24-bit colours (N,)."""
    channels = (packed & 255, packed >> 8 & 255, packed >> 16)
    return np.stack(channels, axis=1, dtype=np.float64, casting="unsafe")
