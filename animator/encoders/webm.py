"""VP9 in WebM, for the web; it can be transparent."""

from __future__ import annotations

from pathlib import Path

from animator.base.geometry import Size
from animator.encoders import Options
from animator.encoders.video import Video, lacks

# Measured on the scenes: AV1 (libsvtav1, preset 8) makes a tenth fewer bytes in the
# same time, but it cannot be transparent, and fewer browsers play it. The number of
# threads is fixed, as the bytes may depend on it.
CODEC = (
    "-c:v libvpx-vp9 -crf 33 -b:v 0 -deadline realtime -cpu-used 6 -row-mt 1 -threads 2"
)
_ALPHA = "-auto-alt-ref 0 -metadata:s:v:0 alpha_mode=1"


def missing() -> str:
    """Return what is missing to write this format, if anything."""
    return lacks("libvpx-vp9")


def make_encoder(path: Path, size: Size, fps: float, options: Options) -> Video:
    """Start an encoder."""
    alpha = options.transparent
    codec = f"{CODEC} -g {round(5 * fps)} {_ALPHA if alpha else ''} -f webm"
    return Video(path, size, fps, codec, alpha=alpha)
