"""Encodes arrays without loss, so that gzip makes them small.

Floats are mapped to integers of the same order, integers are replaced by their
differences along some axes, signed differences are mapped to natural numbers, and their
bytes are sorted by significance. `document.d.ts` describes the decoding.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from animator.player.prediction import predict

_ALONG = ((), (0,), (0, 0))
"""The axes of differences to try for an array of one dimension."""
_ACROSS = (*_ALONG, (0, 1), (1,), (1, 1))
"""The axes of differences to try for a table."""
_TABLE = 8
"""The least numbers of rows and columns of a table for which predictions are tried."""
_FEW = 8
"""The size up to which arrays are stored without differences."""


@dataclass(frozen=True, slots=True)
class Coded:
    """An encoded array.

    Attributes:
        dtype: the type of its values, such as ``"f4"``.
        shape: the shape of the array.
        differences: the axes along which differences were taken, in this order.
        content: the encoded bytes.
        predicted: whether predictions were subtracted instead.
    """

    dtype: str
    shape: tuple[int, ...]
    differences: tuple[int, ...]
    content: bytes
    predicted: bool = False


def narrow(values: NDArray[np.generic]) -> NDArray[np.generic]:
    """Convert an array to the smallest type that represents all values exactly.

    Raises:
        TypeError: its values are neither numbers nor bytes.
    """
    if values.dtype.kind == "b":
        return values.astype(np.uint8)
    if values.dtype.kind == "f":
        if values.dtype.itemsize <= 4:
            return values.astype(np.float32)
        wide = values.astype(np.float64)
        with np.errstate(over="ignore", under="ignore"):
            single = wide.astype(np.float32)
        same = np.array_equal(_bits(single.astype(np.float64)), _bits(wide))
        return single if same else wide
    if values.dtype.kind not in "iu":
        raise TypeError(f"an array of {values.dtype} is no array of numbers")
    low, high = (int(values.min()), int(values.max())) if values.size else (0, 0)
    for name in ("u1", "i1", "u2", "i2", "i4", "u4"):
        kind: Any = np.iinfo(np.dtype(name))
        if kind.min <= low and high <= kind.max:
            return values.astype(name)
    return values.astype(np.float64)


def encode(values: NDArray[np.generic]) -> Coded:
    """Encode an array with the differences that make it smallest.

    Raises:
        TypeError: its values are neither numbers nor bytes.
    """
    values = np.ascontiguousarray(narrow(values))
    name = f"{values.dtype.kind}{values.dtype.itemsize}"
    choices = [()] if values.size <= _FEW else _ALONG if values.ndim < 2 else _ACROSS
    results: list[tuple[bytes, tuple[int, ...] | None]] = [
        (_content(values, axes), axes) for axes in choices
    ]
    if name == "f4" and values.ndim == 2 and min(values.shape) >= _TABLE:
        results.append((_residuals(values.astype(np.float32)), None))
    content, axes = min(results, key=lambda found: len(zlib.compress(found[0], 6)))
    return Coded(name, values.shape, axes or (), content, axes is None)


def keep_bytes(content: bytes) -> Coded:
    """Return bytes that are already compressed, such as an image's, unchanged."""
    return Coded("u1", (len(content),), (), content)


def _content(values: NDArray[np.generic], axes: Sequence[int]) -> bytes:
    """Return the bytes of an array's differences along some axes."""
    bits = _bits(values)
    if axes:
        signed = bits.astype(bits.dtype.str.replace("u", "i"))
        if values.dtype.kind == "f":
            signed = _in_order(signed)
        for axis in axes:
            first = np.take(signed, [0], axis)
            signed = np.concatenate([first, np.diff(signed, axis=axis)], axis=axis)
        bits = _zigzag(signed)
    return _byte_planes(bits)


def _residuals(values: NDArray[np.float32]) -> bytes:
    """Return the bytes of a table's differences from its predictions."""
    ones, others = (
        _in_order(_bits(each).astype("<i4")) for each in (values, predict(values))
    )
    with np.errstate(over="ignore"):
        return _byte_planes(_zigzag(ones - others))


def _in_order(signed: NDArray[Any]) -> NDArray[Any]:
    """Map floats to integers of the same order."""
    return np.where(signed >= 0, signed, signed ^ np.iinfo(signed.dtype).max)


def _zigzag(signed: NDArray[Any]) -> NDArray[Any]:
    """Map integers to natural numbers: 0, -1, 1 and -2 become 0, 1, 2 and 3."""
    width = 8 * signed.dtype.itemsize
    bits = (signed << 1) ^ (signed >> (width - 1))
    return bits.astype(signed.dtype.str.replace("i", "u"))


def _byte_planes(bits: NDArray[Any]) -> bytes:
    """Return the bytes of natural numbers, first the lowest byte of each number."""
    size = bits.dtype.itemsize
    flat = np.ascontiguousarray(bits).reshape(-1)
    return flat.view(np.uint8).reshape(-1, size).T.tobytes()


def _bits(values: NDArray[np.generic]) -> NDArray[np.unsignedinteger]:
    """Return the bits of numbers as unsigned little-endian integers."""
    return np.ascontiguousarray(values).view(f"<u{values.dtype.itemsize}")
