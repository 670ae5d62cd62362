"""Sends frames to ffmpeg, which encodes them as a video."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from animator.base.geometry import Box, Size
from animator.encoders.writers.ffmpeg import ffmpeg
from animator.encoders.writers.process import Process
from animator.encoders.writers.yuv import Yuv420

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# The planes are BT.709 already. All versions of ffmpeg then store this in the file.
_COLOURS = (
    "-vf setparams=range=tv:colorspace=bt709:color_primaries=bt709:color_trc=bt709 "
    "-color_range tv -colorspace bt709 -color_primaries bt709 -color_trc bt709"
)
_EXACT = "-fflags +bitexact -flags:v +bitexact"


class Video:
    """An encoder that sends the planes of frames to ffmpeg."""

    def __init__(
        self, path: Path, size: Size, fps: float, codec: str, *, alpha: bool = False
    ) -> None:
        """Start ffmpeg; `codec` contains its arguments for the codec and the file."""
        width, height = size
        rate = Fraction(fps).limit_denominator(1000)
        self._planes = Yuv420(size, alpha=alpha)
        layout = "yuva420p" if alpha else "yuv420p"
        self._process = Process(
            [
                *(ffmpeg(), "-v", "error", "-y"),
                *("-f", "rawvideo", "-pix_fmt", layout, "-s", f"{width}x{height}"),
                *("-r", str(rate), "-i", "pipe:0", "-an"),
                *_COLOURS.split(),
                *codec.split(),
                *_EXACT.split(),
                f"file:{path}",  # "file:", because the path may contain a colon
            ]
        )
        self.close = self._process.close
        self.abort = self._process.abort

    def write(self, pixels: NDArray[np.uint8], changed: Sequence[Box]) -> None:
        """Send a frame."""
        self._planes.update(pixels, changed)
        self._process.send(self._planes.buffer.tobytes())
