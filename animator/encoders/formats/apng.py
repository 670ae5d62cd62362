"""Animated PNG: lossless, with optional transparency."""

from __future__ import annotations

from pathlib import Path

from animator.encoders.format import ClipSpec, Encoder, Format
from animator.encoders.option import NoOptions


def _open(path: Path, clip: ClipSpec[NoOptions]) -> Encoder:
    from animator.encoders.writers.apng import open_apng

    return open_apng(path, clip)


FORMAT = Format(
    name="apng",
    mime="image/apng",
    use="web, every colour",
    options=NoOptions,
    open=_open,
    transparent=True,
    loops=True,
    rank=4,
)
