"""Compresses the pictures of a GIF, lossily if similar colours save bytes.

This is the LZW compression of GIF89a (CompuServe, 1990, appendix F): a string of pixels
that occurred before becomes one code. If the next colour would end a known string, a
similar colour may continue it. This shrinks a smooth loss map, whose bands of colour
are never quite the same, to three fifths of its size. The idea is from
`gifsicle --lossy`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_CLEAR, _END = 256, 257
_CODE = -1
_FULL = 4096
"""The largest number of codes, which have at most 12 bits."""


def similar_colors(colors: NDArray[np.uint8], tolerance: float) -> list[list[int]]:
    """Return for each colour the indices of similar colours, nearest first.

    Args:
        colors: the palette (K, 3).
        tolerance: the largest squared distance between similar colours, in units of
            1/255.
    """
    wide = colors.astype(np.int32)
    others = []
    for index, color in enumerate(wide):
        distance = np.square(wide - color).sum(axis=1)
        order = np.argsort(distance, kind="stable")
        near = order[distance[order] <= tolerance]
        others.append(near[near != index].tolist())
    return others


def compress(
    picture: NDArray[np.uint8], others: Sequence[Sequence[int]]
) -> tuple[bytes, NDArray[np.uint8]]:
    """Return the compressed data, and the picture (H, W) that a decoder gets from it.

    Args:
        picture: palette indices, (H, W).
        others: for each index, the indices that may replace it.
    """
    pixels = picture.tobytes()
    stored = bytearray(pixels)
    codes = [_CLEAR]
    strings = _initial_strings()
    free = _END + 1
    string = strings[pixels[0]]
    for place, pixel in enumerate(pixels[1:], 1):
        longer = string.get(pixel)
        if longer is None:
            for other in others[pixel]:
                if other in string:
                    longer = string[other]
                    stored[place] = other
                    break
            else:
                codes.append(string[_CODE])
                if free < _FULL:
                    string[pixel] = {_CODE: free}
                    free += 1
                else:
                    codes.append(_CLEAR)
                    strings = _initial_strings()
                    free = _END + 1
                longer = strings[pixel]
        string = longer
    codes += [string[_CODE], _END]
    data = b"\x08" + _blocks(_pack_bits(np.array(codes))) + b"\0"
    return data, np.frombuffer(stored, np.uint8).reshape(picture.shape)


def _initial_strings() -> list[dict[int, Any]]:
    """Return the strings of one pixel.

    A string is a dict. It maps each pixel that may follow to the extended string, and
    _CODE to the code of the string itself.
    """
    return [{_CODE: pixel} for pixel in range(256)]


def _pack_bits(codes: NDArray[np.int_]) -> bytes:
    """Pack codes into bits; the number of codes so far determines their width."""
    number = np.arange(len(codes))
    cleared = np.maximum.accumulate(np.where(codes == _CLEAR, number, 0))
    # A clear code has the width of the codes before it.
    since = number - np.concatenate([[0], cleared[:-1]])
    highest = _END - 1 + since
    width = np.clip(np.frexp(highest)[1], 9, 12)
    bits = codes[:, None] >> np.arange(12) & 1
    return np.packbits(
        bits[np.arange(12) < width[:, None]], bitorder="little"
    ).tobytes()


def _blocks(data: bytes) -> bytes:
    """Split data into blocks of at most 255 bytes, each preceded by its length."""
    return b"".join(
        bytes([len(block)]) + block
        for block in (data[at : at + 255] for at in range(0, len(data), 255))
    )
