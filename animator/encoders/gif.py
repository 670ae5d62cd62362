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
from animator.errors import SceneError

if TYPE_CHECKING:
    from numpy.typing import NDArray

_COLORS = 255
_TRANSPARENT = 255


class _Gif:
    """Writes a GIF frame by frame, holding one frame in memory."""

    def __init__(
        self,
        path: Path,
        size: Size,
        fps: float,
        samples: Sequence[NDArray[np.uint8]],
    ) -> None:
        if fps > 50:
            raise SceneError(
                f"a GIF cannot show {fps:g} frames a second: browsers slow down "
                "what is faster than 50; give --fps 50 or less"
            )
        self._fps = fps
        self._palette = _Palette(samples)
        self._shown = np.full(size[::-1], _TRANSPARENT, np.uint8)  # (H, W)
        self._pending: tuple[Image.Image, tuple[int, int]] | None = None
        self._frames = 0
        self._since = 0  # the hundredth of a second at which the pending frame begins
        self._file = path.open("wb")
        self._file.write(_header(size, self._palette.colors))

    def write(self, pixels: NDArray[np.uint8], changed: Sequence[Box]) -> None:
        """Take a frame; it is written when its length is known."""
        rectangle = self._update(pixels, changed)
        if rectangle is not None:
            self._flush()
            self._pending = rectangle
        self._frames += 1

    def _update(
        self, pixels: NDArray[np.uint8], changed: Sequence[Box]
    ) -> tuple[Image.Image, tuple[int, int]] | None:
        """Bring the shown picture up to date; return the part to store, and where."""
        if not changed:
            return None
        left, top = (min(box[side] for box in changed) for side in (0, 1))
        right, bottom = (max(box[side] for box in changed) for side in (2, 3))
        stored = np.full((bottom - top, right - left), _TRANSPARENT, np.uint8)
        for x0, y0, x1, y1 in changed:
            new = self._palette.index(pixels[y0:y1, x0:x1])
            old = self._shown[y0:y1, x0:x1]
            part = stored[y0 - top : y1 - top, x0 - left : x1 - left]
            np.copyto(part, new, where=new != old)
            old[...] = new
        rows = np.flatnonzero((stored != _TRANSPARENT).any(axis=1))
        columns = np.flatnonzero((stored != _TRANSPARENT).any(axis=0))
        if not len(rows):
            return None
        crop = stored[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        image = Image.frombytes("P", crop.shape[::-1], crop.tobytes())
        return image, (int(left + columns[0]), int(top + rows[0]))

    def _flush(self) -> None:
        """Write the pending frame, which lasts until now."""
        if self._pending is None:
            return
        now = round(self._frames * 100 / self._fps)
        image, offset = self._pending
        for chunk in GifImagePlugin.getdata(
            image,
            offset,
            duration=10 * (now - self._since),
            transparency=_TRANSPARENT,
            disposal=1,
        ):
            self._file.write(chunk)
        self._since = now
        self._pending = None

    def close(self) -> None:
        """Write the last frame and the end mark."""
        self._flush()
        self._file.write(b";")
        self._file.close()

    def abort(self) -> None:
        """Close the file as it is."""
        self._file.close()


class _Palette:
    """At most 255 colours, and for every colour the nearest of them."""

    def __init__(self, samples: Sequence[NDArray[np.uint8]]) -> None:
        """Choose the colours for some pictures, each RGBA (H, W, 4)."""
        picture = Image.fromarray(np.concatenate([s[..., :3] for s in samples]))
        quantized = picture.quantize(_COLORS, Image.Quantize.MEDIANCUT, kmeans=2)
        self.colors = np.array(quantized.getpalette(), np.uint8).reshape(-1, 3)
        # The nearest colour by 24-bit colour, found when first asked for; -1: not yet.
        self._nearest = np.full(1 << 24, -1, np.int16)

    def index(self, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return the palette's index (H, W) of the colour nearest to each pixel."""
        packed = (
            pixels[..., 0].astype(np.int32) << 16
            | pixels[..., 1].astype(np.int32) << 8
            | pixels[..., 2]
        )
        index: NDArray[np.int16] = self._nearest[packed]
        unknown = np.unique(packed[index < 0])
        if len(unknown):
            for few in np.array_split(unknown, len(unknown) // 4096 + 1):
                rgb = np.stack([few >> 16, few >> 8 & 255, few & 255], axis=1)
                distance = np.square(rgb[:, None] - self.colors.astype(np.int32))
                self._nearest[few] = distance.sum(axis=2).argmin(axis=1)
            index = self._nearest[packed]
        return index.astype(np.uint8)


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


def make_encoder(
    path: Path,
    size: Size,
    fps: float,
    samples: Sequence[NDArray[np.uint8]],
) -> _Gif:
    """Start an encoder whose palette suits the samples."""
    return _Gif(path, size, fps, samples)
