"""Finds the best clip that is not larger than a limit.

A clip is made smaller in steps: fewer colours, then fewer frames a second, then fewer
pixels. How large a step would be is estimated from a few of its frames, so that no more
than three clips are encoded in all.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from animator.base.geometry import SMALLEST, Size
from animator.encoders import Options, format_of
from animator.rendering.painter import Painter

_QUALITIES = {"gif": (75, 50, 38, 25), "webp": (90, 60, 30)}
_SAMPLES = 12
_MARGIN = 1.05
"""By how much an estimate may fall short."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One way to make a clip, and what it gives up."""

    size: Size
    fps: float
    options: Options
    given_up: str = ""


def trials(name: str, size: Size, fps: float, options: Options) -> list[Trial]:
    """Return ways to make a clip of a format, each smaller than the one before."""
    quality = "gif_quality" if name == "gif" else "webp_quality"
    asked = getattr(options, quality)
    found = [Trial(size, fps, options)]
    given: list[str] = []

    def add(what: str, **changes: Any) -> None:
        found.append(replace(found[-1], given_up=", ".join([*given, what]), **changes))

    for value in _QUALITIES[name]:
        if asked is None or value < asked:
            changes: dict[str, Any] = {quality: value}
            changed = replace(options, **changes)
            add(f"quality {value}", options=changed)
    given = [found[-1].given_up] if found[-1].given_up else []
    for part in (2, 3):
        if fps / part >= 8:
            add(f"{fps / part:.3g} frames a second", fps=fps / part)
    given = [found[-1].given_up] if found[-1].given_up else []
    for share in (0.75, 0.5, 0.375, 0.25):
        width, height = (round(side * share / 2) * 2 for side in size)
        if min(width, height) >= SMALLEST:
            add(f"{width}x{height}", size=(width, height))
    return found


def choose_trial(
    found: Sequence[Trial],
    estimate: Callable[[Trial], float],
    encode: Callable[[Trial], bool],
    limit: int,
) -> Trial | None:
    """Encode the first of some trials that is not larger than a limit.

    Args:
        found: what to try, each smaller than the one before.
        estimate: tells about how large a trial's clip will be, in bytes.
        encode: writes the clip, or tells that it is larger than the limit.
        limit: in bytes.

    Returns:
        The trial that was written, or none if nothing fits.
    """
    if estimate(found[0]) <= limit and encode(found[0]):
        return found[0]
    low, high = 1, len(found)  # the first that seems to fit is one of these
    while low < high:
        middle = (low + high) // 2
        if estimate(found[middle]) <= limit:
            high = middle
        else:
            low = middle + 1
    return next((trial for trial in found[high:] if encode(trial)), None)


def estimated(trial: Trial, painter: Painter, path: Path) -> float:
    """Return how large a clip will be, in bytes, from a few of its frames.

    Args:
        trial: how the clip is made.
        painter: of its size; it may have a multiple of its frames a second.
        path: of the clip.
    """
    module = import_module(f"animator.encoders.{format_of(path)}")
    timeline = painter.stage.timeline
    apart = max(1, round(timeline.fps / trial.fps))
    moving = [
        frame
        for frame in range(apart, timeline.frames, apart)
        if timeline.step_at(frame) != timeline.step_at(frame - apart)
    ] or [timeline.frames - 1]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / path.name
        encoder = module.make_encoder(file, trial.size, trial.fps, trial.options)
        encoder.write(painter.pixels, painter.paint(0))
        first, later = encoder.stored, 0
        chosen = np.linspace(0, len(moving) - 1, _SAMPLES).astype(int)
        samples = [moving[index] for index in dict.fromkeys(chosen.tolist())]
        for frame in samples:
            encoder.write(painter.pixels, painter.paint(max(frame - apart, 0)))
            before = encoder.stored
            encoder.write(painter.pixels, painter.paint(frame))
            later += encoder.stored - before
        encoder.abort()
    return _MARGIN * float(first + later / len(samples) * len(moving))
