"""VP9 in WebM, for the web, with optional transparency."""

from __future__ import annotations

from pathlib import Path

from animator.encoders.format import ClipSpec, Encoder, Format
from animator.encoders.option import NoOptions

# On the scenes, AV1 (libsvtav1, preset 8) saves a tenth of the bytes in the same time,
# but it does not support transparency, and fewer browsers play it. The number of
# threads is fixed, because the encoded bytes may depend on it.
_CODEC = (
    "-c:v libvpx-vp9 -crf 33 -b:v 0 -deadline realtime -cpu-used 6 -row-mt 1 -threads 2"
)
_ALPHA = "-auto-alt-ref 0 -metadata:s:v:0 alpha_mode=1"


def _missing() -> str:
    from animator.encoders.writers.ffmpeg import missing_codec

    return missing_codec("libvpx-vp9")


def _open(path: Path, clip: ClipSpec[NoOptions]) -> Encoder:
    from animator.encoders.writers.video import Video

    alpha = clip.transparent
    codec = f"{_CODEC} -g {round(5 * clip.fps)} {_ALPHA if alpha else ''} -f webm"
    return Video(path, clip.size, clip.fps, codec, alpha=alpha)


FORMAT = Format(
    name="webm",
    mime="video/webm",
    use="web, video",
    options=NoOptions,
    open=_open,
    even=True,
    transparent=True,
    missing=_missing,
    rank=2,
)
