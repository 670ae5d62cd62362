"""The clips that `render` has written."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from animator.base.geometry import Size
from animator.rendering.notebook import clip_html


@dataclass(frozen=True, slots=True)
class Clip:
    """A written file; a notebook shows it inline.

    Attributes:
        path: the path of the file.
        size: width and height in pixels.
        frames: the number of frames.
        seconds: the duration.
        bytes: the size of the file.
    """

    path: Path
    size: Size
    frames: int
    seconds: float
    bytes: int

    def __str__(self) -> str:
        width, height = self.size
        moves = f"{self.frames} frames  {self.seconds:.2f} s  " if self.seconds else ""
        return f"{self.path}  {width}x{height}  {moves}{self.bytes:,} bytes"

    def _repr_html_(self) -> str:
        return clip_html(self.path, self.size)


class Clips(tuple[Clip, ...]):
    """The clips that one call of `render` wrote; a notebook shows the first one."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        return self[0]._repr_html_()
