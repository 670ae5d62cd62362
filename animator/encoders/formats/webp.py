"""Animated WebP: all colours, small files, optional transparency."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from animator.encoders.format import ClipSpec, Encoder, Format
from animator.encoders.option import check_number, number_parser, option

_TRIALS = (90, 60, 30)


@dataclass(frozen=True, slots=True)
class WebpOptions:
    """The options of a WebP.

    Attributes:
        quality: 0 (smallest) to 100; None is lossless.

    Raises:
        SceneError: the quality is out of its range.
    """

    quality: float | None = option(
        None,
        help="0 to 100.",
        parse=number_parser(0, 100, {}),
        metavar="Q",
        default_text="exact to the pixel",
    )

    def __post_init__(self) -> None:
        if self.quality is not None:
            check_number("webp_quality", self.quality, 0, 100)


def _smaller(options: WebpOptions) -> Sequence[tuple[WebpOptions, str]]:
    return [
        (WebpOptions(quality), f"quality {quality}")
        for quality in _TRIALS
        if options.quality is None or quality < options.quality
    ]


def _missing() -> str:
    from animator.encoders.writers.webp import missing

    return missing()


def _open(path: Path, clip: ClipSpec[WebpOptions]) -> Encoder:
    from animator.encoders.writers.webp import open_webp

    return open_webp(path, clip, clip.options.quality)


FORMAT = Format(
    name="webp",
    mime="image/webp",
    use="web, every colour",
    options=WebpOptions,
    open=_open,
    transparent=True,
    loops=True,
    smaller=_smaller,
    missing=_missing,
    rank=3,
)
