"""Finds the best clip that is not larger than a limit.

A clip is made smaller in steps: first by the options of its format, such as fewer
colours, then with fewer frames per second, then with fewer pixels. The size of each
trial is estimated from a few of its frames, so that at most three clips are encoded.
"""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
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
"""Estimates are multiplied by this factor, as they may be too small."""
_SLOWEST = 8
"""The least number of frames per second of a clip that is made smaller."""


@dataclass(frozen=True, slots=True)
class Trial:
    """Properties of a smaller clip, and what was reduced, in words."""

    clip: ClipSpec[Any]
    given_up: str = ""


def trials(format: Format[Any], clip: ClipSpec[Any]) -> list[Trial]:
    """Return trials of a clip in a format, each smaller than the one before."""
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
        limit: the largest size of the file in bytes.
        path: the path of the clip.
        candidates: the trials, each smaller than the one before.
        stage_of: makes the source of the frames.
        listeners: the functions that are called during a pass over the frames.

    Raises:
        WriteError: no trial fits, or the clip could not be written.

    Warns:
        RenderWarning: the clip was made smaller to fit.
    """
    writer = _TrialWriter(limit, path, candidates[0].clip, stage_of, listeners)
    chosen = choose_trial(candidates, writer.estimate, writer.encode, limit)
    if chosen is None:
        drawn = [t for t in candidates if t.clip.size not in writer.without_room]
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
    return writer.clips


class _TrialWriter:
    """Estimates the sizes of trials, and writes them."""

    def __init__(
        self,
        limit: int,
        path: Path,
        wanted: ClipSpec[Any],
        stage_of: StageFactory,
        listeners: Listeners,
    ) -> None:
        self.clips: dict[Path, Clip] = {}
        self.without_room: set[Size] = set()
        """Sizes of frames that leave no room for the panels."""
        self._limit, self._path, self._wanted = limit, path, wanted
        self._stage_of, self._listeners = stage_of, listeners
        self._painters: dict[Size, Painter | SweepPainter] = {}

    def estimate(self, trial: Trial) -> float:
        """Return about how many bytes a trial will have.

        A trial without room for its panels counts as 0, so that larger ones are sought.
        """
        try:
            painter = self._painter_at(trial.clip.size)
        except NoRoomError:
            if trial.clip.size == self._wanted.size:
                raise
            self.without_room.add(trial.clip.size)
            return 0.0
        return estimated_bytes(trial.clip, painter, self._path)

    def encode(self, trial: Trial) -> bool:
        """Write a trial; return whether it is within the limit."""
        if trial.clip.size in self.without_room:
            return False
        targets = {self._path: trial.clip}
        try:
            self.clips |= write_files(
                targets, self._stage_of, self._listeners, limit=self._limit
            )
        except TooLarge:
            return False
        return True

    def _painter_at(self, size: Size) -> Painter | SweepPainter:
        """Return a painter for a size of frames; the last one is kept."""
        if size not in self._painters:
            painter = painter_of(self._stage_of(size, self._wanted.fps))
            self._painters = {size: painter}
        return self._painters[size]


def choose_trial(
    candidates: Sequence[Trial],
    estimate: Callable[[Trial], float],
    encode: Callable[[Trial], bool],
    limit: int,
) -> Trial | None:
    """Encode the first trial that is not larger than a limit.

    Args:
        candidates: the trials, each smaller than the one before.
        estimate: returns about how many bytes a trial will have.
        encode: writes the clip; returns whether it is within the limit.
        limit: the largest number of bytes.

    Returns:
        The trial that was written, or None if none fits.
    """
    if estimate(candidates[0]) <= limit and encode(candidates[0]):
        return candidates[0]
    low, high = 1, len(candidates)  # the first trial that seems to fit is in this range
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
    """Estimate the number of bytes of a clip from a few of its frames.

    Args:
        clip: the properties of the clip.
        painter: paints frames of this size; its frame rate may be higher.
        path: the path of the clip.
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
