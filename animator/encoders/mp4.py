"""H.264 in MP4, as every player and every slide program takes it."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from imageio_ffmpeg import get_ffmpeg_exe

from animator.encoders import Box, Size

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_COLOURS = (
    # sRGB pictures, truly converted to BT.709 and tagged as such.
    "-vf scale=in_range=full:out_range=limited:out_color_matrix=bt709"
    ":flags=accurate_rnd+full_chroma_int+area,format=yuv420p,"
    "setparams=range=tv:colorspace=bt709:color_primaries=bt709:color_trc=bt709"
)
_CODEC = "-c:v libx264 -profile:v high -preset veryfast -crf 18 -threads 2"
_FILE = "-movflags +faststart -fflags +bitexact -flags:v +bitexact -f mp4"


class _Mp4:
    """Hands raw frames to ffmpeg, which runs beside us."""

    def __init__(self, path: Path, size: Size, fps: float) -> None:
        width, height = size
        rate = Fraction(fps).limit_denominator(1000)
        command = [
            *(get_ffmpeg_exe(), "-v", "error", "-nostdin", "-y"),
            *("-f", "rawvideo", "-pix_fmt", "rgba", "-s", f"{width}x{height}"),
            *("-r", str(rate), "-i", "pipe:0", "-an"),
            *_COLOURS.split(),
            *_CODEC.split(),
            *_FILE.split(),
            str(path),
        ]
        self._log = tempfile.TemporaryFile()
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=self._log,
            bufsize=0,
            # Ctrl-C is ours to handle: it must not reach ffmpeg, too.
            start_new_session=True,
        )

    def write(self, pixels: NDArray[np.uint8], changed: Sequence[Box]) -> None:
        """Send a frame."""
        assert self._process.stdin is not None
        rest = pixels.data.cast("B")
        try:
            while rest:
                rest = rest[self._process.stdin.write(rest) :]
        except BrokenPipeError:
            self._process.wait()
            raise OSError(self._fault()) from None

    def close(self) -> None:
        """Wait until ffmpeg has finished the file."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        if self._process.wait() != 0:
            raise OSError(self._fault())
        self._log.close()

    def abort(self) -> None:
        """Stop ffmpeg at once."""
        assert self._process.stdin is not None
        self._process.kill()
        self._process.stdin.close()
        self._process.wait()
        self._log.close()

    def _fault(self) -> str:
        self._log.seek(0)
        lines = self._log.read().decode(errors="replace").strip().splitlines()
        return (
            f"ffmpeg stopped with status {self._process.returncode}: "
            f"{lines[-1] if lines else 'it said nothing'}"
        )


def make_encoder(
    path: Path,
    size: Size,
    fps: float,
    samples: Sequence[NDArray[np.uint8]],
) -> _Mp4:
    """Start an encoder; it needs no samples."""
    return _Mp4(path, size, fps)
