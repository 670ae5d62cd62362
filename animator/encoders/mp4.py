"""H.264 in MP4, as every player and every slide program takes it."""

from __future__ import annotations

import fcntl
import subprocess
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from typing import IO, TYPE_CHECKING

from imageio_ffmpeg import get_ffmpeg_exe

from animator.encoders import Box, Size
from animator.encoders.yuv import Yuv420

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_COLOURS = "-color_range tv -colorspace bt709 -color_primaries bt709 -color_trc bt709"
# Measured on the scenes: a slower preset takes longer for more bytes at the same crf,
# a faster one makes twice the bytes, and B frames cost time and gain nothing. The
# number of threads is fixed, as the bytes depend on it.
CODEC = (
    "-c:v libx264 -profile:v high -preset veryfast -crf 24 "
    "-x264-params bframes=0:weightp=0 -threads 2"
)
_FILE = "-movflags +faststart -fflags +bitexact -flags:v +bitexact -f mp4"


class _Mp4:
    """Hands raw frames to ffmpeg, which runs beside us."""

    def __init__(self, path: Path, size: Size, fps: float) -> None:
        width, height = size
        rate = Fraction(fps).limit_denominator(1000)
        command = [
            *(get_ffmpeg_exe(), "-v", "error", "-nostdin", "-y"),
            *("-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", f"{width}x{height}"),
            *("-r", str(rate), *_COLOURS.split(), "-i", "pipe:0", "-an"),
            *CODEC.split(),
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
        assert self._process.stdin is not None
        self._pipe = self._process.stdin
        _widen(self._pipe)
        self._planes = Yuv420(size)

    def write(self, pixels: NDArray[np.uint8], changed: Sequence[Box]) -> None:
        """Send a frame."""
        self._planes.update(pixels, changed)
        rest = self._planes.buffer.data
        try:
            while rest:
                rest = rest[self._pipe.write(rest) :]
        except BrokenPipeError:
            self._process.wait()
            raise OSError(self._fault()) from None

    def close(self) -> None:
        """Wait until ffmpeg has finished the file."""
        self._pipe.close()
        if self._process.wait() != 0:
            raise OSError(self._fault())
        self._log.close()

    def abort(self) -> None:
        """Stop ffmpeg at once."""
        self._process.kill()
        self._pipe.close()
        self._process.wait()
        self._log.close()

    def _fault(self) -> str:
        self._log.seek(0)
        lines = self._log.read().decode(errors="replace").strip().splitlines()
        return (
            f"ffmpeg stopped with status {self._process.returncode}: "
            f"{lines[-1] if lines else 'it said nothing'}"
        )


def _widen(pipe: IO[bytes]) -> None:
    """Let a pipe hold most of a frame, so that both ends wait for each other less."""
    if hasattr(fcntl, "F_SETPIPE_SZ"):  # Linux only
        with suppress(OSError):  # more than this system allows
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, 1 << 20)


def make_encoder(
    path: Path,
    size: Size,
    fps: float,
    samples: Sequence[NDArray[np.uint8]],
) -> _Mp4:
    """Start an encoder; it needs no samples."""
    return _Mp4(path, size, fps)
