"""Finds the best clip that is not larger than a limit.

A clip is made smaller in steps: first by the options of its format, such as fewer
colours, then with fewer frames a second, then with fewer pixels. The size of a step is
estimated from a few of its frames, so that no more than three clips are encoded in all.
"""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from animator.base.errors import RenderWarning, WriteError
from animator.base.geometry import SMALLEST, Size
from animator.encoders.format import ClipSpec, Format
from animator.encoders.opening import TooLarge, open_encoder
from animator.rendering.clip import Clip
from animator.rendering.layout import NoRoomError
from animator.rendering.painter import Painter
from animator.rendering.passes import Listeners, StageFactory, painter_of, write_files
from animator.rendering.sweep_clip import SweepPainter

_SAMPLES = 12
_MARGIN = 1.05
"""The factor by which an estimate may be too small."""
_SLOWEST = 8
"""Frames a second below which a clip is not made smaller."""


@dataclass(frozen=True, slots=True)
class Trial:
    """Properties of a clip that make it smaller, and what they give up."""

    clip: ClipSpec[Any]
    given_up: str = ""


def trials(format: Format[Any], clip: ClipSpec[Any]) -> list[Trial]:
    """Return properties of a clip of a format, each smaller than the one before."""
    candidates = [Trial(clip)]
    if format.smaller is not None:
        for options, given_up in format.smaller(clip.options):
            candidates.append(Trial(replace(clip, options=options), given_up))
    slower = [
        (f"{clip.fps / part:.3g} frames a second", {"fps": clip.fps / part})
        for part in (2, 3)
        if clip.fps / part >= _SLOWEST
    ]
    sizes = [
        (round(clip.size[0] * share / 2) * 2, round(clip.size[1] * share / 2) * 2)
        for share in (0.75, 0.5, 0.375, 0.25)
    ]
    fewer = [
        (f"{size[0]}x{size[1]}", {"size": size})
        for size in sizes
        if min(size) >= SMALLEST
    ]
    for steps in (slower, fewer):
        before = candidates[-1]
        for given_up, changes in steps:
            smaller: dict[str, Any] = changes
            words = [word for word in (before.given_up, given_up) if word]
            candidates.append(Trial(replace(before.clip, **smaller), ", ".join(words)))
    return candidates


def write_within(
    limit: int,
    path: Path,
    candidates: Sequence[Trial],
    stage_of: StageFactory,
    listeners: Listeners,
) -> dict[Path, Clip]:
    """Write the best clip that has no more bytes than a limit.

    Args:
        limit: in bytes.
        path: of the clip.
        candidates: the trials, each smaller than the one before.
        stage_of: makes the scene's stage.
        listeners: what is called during a pass over the frames.

    Raises:
        WriteError: nothing fits, or the clip could not be written.

    Warns:
        RenderWarning: the clip is not quite what was asked for.
    """
    asked = candidates[0].clip
    clips: dict[Path, Clip] = {}
    without_room: set[Size] = set()

    def fits(trial: Trial) -> bool:
        if trial.clip.size in without_room:
            return False
        try:
            clips.update(
                write_files({path: trial.clip}, stage_of, listeners, limit=limit)
            )
        except TooLarge:
            return False
        return True

    @lru_cache(maxsize=1)
    def painter_at(size: Size) -> Painter | SweepPainter:
        return painter_of(stage_of(size, asked.fps))

    def estimate(trial: Trial) -> float:
        try:
            painter = painter_at(trial.clip.size)
        except NoRoomError:
            if trial.clip.size == asked.size:
                raise
            without_room.add(trial.clip.size)
            return 0.0  # larger trials are sought
        return estimated_bytes(trial.clip, painter, path)

    chosen = choose_trial(candidates, estimate, fits, limit)
    if chosen is None:
        drawn = [each for each in candidates if each.clip.size not in without_room]
        raise WriteError(
            f"{path}: nothing fits into {limit:,} bytes, not even "
            f"{drawn[-1].given_up}; allow more, or show fewer steps or seconds"
        )
    if chosen.given_up:
        warnings.warn(
            f"{path}: {chosen.given_up}, to fit into {limit:,} bytes",
            RenderWarning,
            stacklevel=3,
        )
    return clips


def choose_trial(
    candidates: Sequence[Trial],
    estimate: Callable[[Trial], float],
    encode: Callable[[Trial], bool],
    limit: int,
) -> Trial | None:
    """Encode the first of some trials that is not larger than a limit.

    Args:
        candidates: the trials, each smaller than the one before.
        estimate: returns about how large a trial's clip will be, in bytes.
        encode: writes the clip; returns whether it is within the limit.
        limit: in bytes.

    Returns:
        The trial that was written, or none if nothing fits.
    """
    if estimate(candidates[0]) <= limit and encode(candidates[0]):
        return candidates[0]
    low, high = 1, len(candidates)  # the first that seems to fit is one of these
    while low < high:
        middle = (low + high) // 2
        if estimate(candidates[middle]) <= limit:
            high = middle
        else:
            low = middle + 1
    return next((trial for trial in candidates[high:] if encode(trial)), None)


def estimated_bytes(
    clip: ClipSpec[Any], painter: Painter | SweepPainter, path: Path
) -> float:
    """Estimate how large a clip will be, in bytes, from a few of its frames.

    Args:
        clip: its properties.
        painter: paints frames of its size; there may be more of them a second.
        path: of the clip.
    """
    timeline = painter.stage.timeline
    apart = max(1, round(timeline.fps / clip.fps))
    moving = [
        frame
        for frame in range(apart, timeline.frames, apart)
        if timeline.step_at(frame) != timeline.step_at(frame - apart)
    ] or [timeline.frames - 1]
    chosen = np.linspace(0, len(moving) - 1, _SAMPLES).astype(int)
    samples = [moving[index] for index in dict.fromkeys(chosen.tolist())]
    with (
        tempfile.TemporaryDirectory() as folder,
        open_encoder(Path(folder) / path.name, clip) as encoder,
    ):
        encoder.write(painter.pixels, painter.paint(0))
        first, later = encoder.stored, 0
        for frame in samples:
            encoder.write(painter.pixels, painter.paint(max(frame - apart, 0)))
            before = encoder.stored
            encoder.write(painter.pixels, painter.paint(frame))
            later += encoder.stored - before
    return _MARGIN * float(first + later / len(samples) * len(moving))
