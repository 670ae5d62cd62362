"""H.264 in MP4, as every player and every slide program takes it."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from imageio_ffmpeg import get_ffmpeg_exe

from animator.encoders import Box, Size
from animator.encoders.process import Process
from animator.encoders.yuv import Yuv420

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# The planes are BT.709's already; this tells it to players, in all ffmpeg's versions.
_COLOURS = (
    "-vf setparams=range=tv:colorspace=bt709:color_primaries=bt709:color_trc=bt709 "
    "-color_range tv -colorspace bt709 -color_primaries bt709 -color_trc bt709"
)
# Measured on the scenes: a faster preset makes twice the bytes, a slower one takes up
# to twice the time, and B frames cost more time than their bytes are worth. The number
# of threads is fixed, as the bytes depend on it.
CODEC = (
    "-c:v libx264 -profile:v high -preset veryfast -crf 25 "
    "-x264-params bframes=0:weightp=0 -threads 2"
)
_FILE = "-movflags +faststart+write_colr -fflags +bitexact -flags:v +bitexact -f mp4"


class _Mp4:
    """Hands the planes of frames to ffmpeg."""

    def __init__(self, path: Path, size: Size, fps: float) -> None:
        width, height = size
        rate = Fraction(fps).limit_denominator(1000)
        self._planes = Yuv420(size)
        self._process = Process(
            [
                *(get_ffmpeg_exe(), "-v", "error", "-y"),
                *("-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", f"{width}x{height}"),
                *("-r", str(rate), "-i", "pipe:0", "-an"),
                *_COLOURS.split(),
                *CODEC.split(),
                *_FILE.split(),
                str(path),
            ]
        )
        self.close = self._process.close
        self.abort = self._process.abort

    def prepare(self, samples: Sequence[NDArray[np.uint8]]) -> None:
        """Do without: video has no palette."""

    def write(self, pixels: NDArray[np.uint8], changed: Sequence[Box]) -> None:
        """Send a frame."""
        self._planes.update(pixels, changed)
        self._process.send(self._planes.buffer.tobytes())


def make_encoder(path: Path, size: Size, fps: float) -> _Mp4:
    """Start an encoder."""
    return _Mp4(path, size, fps)
