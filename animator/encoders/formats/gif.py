"""GIF, which every program shows: up to 256 colours, chosen for the clip."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from animator.encoders.format import ClipSpec, Encoder, Format, FrameRates
from animator.encoders.option import check_number, number_parser, option

QUALITIES = {"small": 25.0, "medium": 34.0, "high": 75.0, "best": 100.0}
"""The named qualities."""
_TRIALS = (75, 50, 34, 25)


@dataclass(frozen=True, slots=True)
class GifOptions:
    """The options of a GIF.

    Attributes:
        quality: 0 (smallest) to 100 (nearest to the frames).

    Raises:
        SceneError: the quality is out of its range.
    """

    quality: float = option(
        QUALITIES["medium"],
        help=f"{', '.join(QUALITIES)}, or 0 to 100.",
        parse=number_parser(0, 100, QUALITIES),
        metavar="Q",
        default_text="medium",
    )

    def __post_init__(self) -> None:
        check_number("gif_quality", self.quality, 0, 100)


def nearest_rate(fps: float) -> float:
    """Return the frame rate nearest to `fps` that a GIF can have.

    A frame lasts an integer number of hundredths of a second, and at least two, because
    browsers slow down shorter frames.
    """
    return 100 / max(2, round(100 / fps))


def _smaller(options: GifOptions) -> Sequence[tuple[GifOptions, str]]:
    return [
        (GifOptions(quality), f"quality {quality}")
        for quality in _TRIALS
        if quality < options.quality
    ]


def _open(path: Path, clip: ClipSpec[GifOptions]) -> Encoder:
    from animator.encoders.writers.gif import open_gif

    return open_gif(path, clip, clip.options.quality)


FORMAT = Format(
    name="gif",
    mime="image/gif",
    use="blogs, READMEs, chats",
    options=GifOptions,
    open=_open,
    loops=True,
    rates=FrameRates(
        nearest_rate,
        "a GIF shows a frame for whole hundredths of a second, two at least",
    ),
    smaller=_smaller,
    rank=1,
)
