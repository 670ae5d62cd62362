"""Finds the pixels that change between frames, for formats that store only those."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Protocol

import numpy as np

from animator.base.geometry import Box, Size

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Change:
    """The pixels in which a frame differs from the previous frame.

    Attributes:
        place: the indices of the pixels, row by row from the top left corner.
        pixels: their new colours, 32 bits each, with red in the lowest eight bits.
        frame: the complete new frame; valid until the next frame.
    """

    place: NDArray[np.intp]  # (N,)
    pixels: NDArray[np.uint32]  # (N,)
    frame: NDArray[np.uint32]  # (H, W)

    @property
    def box(self) -> Box:
        """The smallest box (left, top, right, bottom) around all changed pixels."""
        return box_around(self.place, self.frame.shape[1])

    def select(self, chosen: NDArray[np.bool_]) -> Change:
        """Return the change restricted to the pixels in a mask (N,)."""
        return Change(self.place[chosen], self.pixels[chosen], self.frame)

    def patch(self, box: Box) -> NDArray[np.uint32]:
        """Return the pixels in a box (H, W); unchanged ones are 0, transparent."""
        left, top, right, bottom = box
        y, x = np.divmod(self.place, self.frame.shape[1])
        patch = np.zeros((bottom - top, right - left), np.uint32)
        patch[y - top, x - left] = self.pixels
        return patch


def box_around(place: NDArray[np.intp], width: int) -> Box:
    """Return the smallest box around pixels with indices (N,), in rows of a width."""
    x = place % width
    top, bottom = int(place[0]) // width, int(place[-1]) // width
    if (place[:-1] > place[1:]).any():  # boxes that lie one above the other
        top, bottom = int(place.min()) // width, int(place.max()) // width
    return int(x.min()), top, int(x.max()) + 1, bottom + 1


class Container(Protocol):
    """A file of pictures with durations, each drawn over those before it."""

    def picture(self, change: Change) -> bytes:
        """Return the bytes of a change; the first change is a complete frame."""

    def write(self, picture: bytes, start: Fraction, stop: Fraction) -> None:
        """Write a picture that is shown from `start` to `stop`, in seconds."""

    def finish(self) -> None:
        """Complete and close the file."""

    def abort(self) -> None:
        """Close the unfinished file."""


class PictureEncoder:
    """An encoder for formats that store pictures; it keeps one frame in memory."""

    def __init__(self, container: Container, size: Size, fps: float) -> None:
        self._container = container
        self._frame = np.zeros(size[::-1], np.uint32)
        self._picture = b""
        self._rate = Fraction(fps).limit_denominator(1000)
        self._frames = self._since = 0
        self.stored = 0
        """The size of the pictures so far, in bytes."""
        self.abort = container.abort

    def write(self, pixels: NDArray[np.uint8], changed: Sequence[Box]) -> None:
        """Add a frame; it is written as soon as its duration is known."""
        change = self._update(pixels, changed)
        if change is not None:
            self._flush()
            self._picture = self._container.picture(change)
            self.stored += len(self._picture)
        self._frames += 1

    def close(self) -> None:
        """Write the last picture, and complete the file."""
        self._flush()
        self._container.finish()

    def _update(
        self, pixels: NDArray[np.uint8], changed: Sequence[Box]
    ) -> Change | None:
        width = self._frame.shape[1]
        frame = pixels.view(np.uint32)[..., 0]
        if not self._frames:
            self._frame[...] = frame
            place = np.arange(self._frame.size)
            return Change(place, self._frame.flatten(), self._frame)
        places = []
        for left, top, right, bottom in changed:
            new, old = (
                frame[top:bottom, left:right],
                self._frame[top:bottom, left:right],
            )
            y, x = np.nonzero(new != old)
            places.append((y + top) * width + (x + left))
            old[...] = new
        place = np.concatenate(places) if places else np.empty(0, np.intp)
        if not len(place):
            return None
        return Change(place, self._frame.ravel()[place], self._frame)

    def _flush(self) -> None:
        if self._frames > self._since:
            self._container.write(
                self._picture, self._since / self._rate, self._frames / self._rate
            )
            self._since = self._frames
