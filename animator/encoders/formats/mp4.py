"""H.264 in MP4, which all players and presentation programs show."""

from __future__ import annotations

from pathlib import Path

from animator.encoders.format import ClipSpec, Encoder, Format
from animator.encoders.option import NoOptions

_CODEC = (
    "-c:v libx264 -profile:v high -preset veryfast -crf 28 "
    "-x264-params bframes=0:weightp=0:open-gop=0:chroma-qp-offset=-2 -threads 2"
)
_FILE = "-movflags +faststart+write_colr -f mp4"


def codec(fps: float) -> str:
    """Return ffmpeg's arguments for the codec.

    Measurements on the scenes led to these settings: a faster preset doubles the size,
    a slower preset takes up to twice the time, and B frames cost much time but save
    few bytes. With a key frame every four seconds, players seek to any frame at once;
    one every second would double the size. The number of threads is fixed, because the
    encoded bytes depend on it.
    """
    return f"{_CODEC} -g {max(1, round(4 * fps))}"


def _missing() -> str:
    from animator.encoders.writers.ffmpeg import missing_codec

    return missing_codec("libx264")


def _open(path: Path, clip: ClipSpec[NoOptions]) -> Encoder:
    from animator.encoders.writers.video import Video

    return Video(path, clip.size, clip.fps, f"{codec(clip.fps)} {_FILE}")


FORMAT = Format(
    name="mp4",
    mime="video/mp4",
    use="slides, video",
    options=NoOptions,
    open=_open,
    even=True,
    missing=_missing,
    rank=0,
)
