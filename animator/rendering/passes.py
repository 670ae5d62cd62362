"""One pass over the frames of a scene, which writes several clips and stills."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from animator.base.geometry import Box, Size
from animator.base.seeding import seeded
from animator.drawing.theme import Theme
from animator.encoders.format import ClipSpec
from animator.encoders.opening import open_encoder
from animator.encoders.registry import format_of
from animator.rendering.clip import Clip
from animator.rendering.painter import Painter
from animator.rendering.still import write_still
from animator.rendering.sweep_clip import SweepFilm, SweepPainter
from animator.scenes.stage import Stage

FrameSink = Callable[[NDArray[np.uint8], Sequence[Box]], None]
"""Called with each frame, RGBA (H, W, 4), and boxes around what changed."""

FrameObserver = Callable[[Size, float], FrameSink]
"""Called with size and frames a second of a pass; returns the sink of its frames."""

Film = Stage | SweepFilm
"""What has frames."""


class StageFactory(Protocol):
    """Makes the stage of a scene, or what else has frames."""

    def __call__(self, size: Size, fps: float, theme: Theme | None = None) -> Film:
        """Return the stage for a size, frames a second and a theme."""


@dataclass(frozen=True, slots=True)
class Listeners:
    """What is called during a pass over the frames.

    Attributes:
        progress: called with the frames done so far and the frames in all.
        observer: called with the size of the frames and how many there are a second;
            what it returns gets each frame.
    """

    progress: Callable[[int, int], None] | None = None
    observer: FrameObserver | None = None


def write_files(
    targets: Mapping[Path, ClipSpec[Any]],
    stage_of: StageFactory,
    listeners: Listeners,
    *,
    still: int | None = None,
    limit: float = math.inf,
    themes: Sequence[Theme | None] = (None,),
) -> dict[Path, Clip]:
    """Write some clips and stills in one pass.

    Args:
        targets: the properties of each file; size and frame rate are the same for all.
        stage_of: makes the scene's stage.
        listeners: what is called during the pass.
        still: the step that stills show, the last one if not given.
        limit: how many bytes each clip may have.
        themes: of pages, the first one of which is that of the stage.

    Raises:
        WriteError: a file could not be written.
        TooLarge: a clip has more bytes than the limit.
    """
    moving = {p: clip for p, clip in targets.items() if format_of(p).open}
    spec = next(iter(targets.values()))
    with seeded(), ExitStack() as stack:
        # The encoders come first: they start up while the stage is set.
        encoders = [
            stack.enter_context(open_encoder(path, clip, limit))
            for path, clip in moving.items()
        ]
        stage = stage_of(spec.size, spec.fps)
        if moving:
            sinks: list[FrameSink] = [encoder.write for encoder in encoders]
            if listeners.observer is not None:
                sinks.append(listeners.observer(spec.size, spec.fps))
            _paint(stage, sinks, listeners.progress)
    for path, clip in targets.items():
        if path in moving:
            continue
        if format_of(path).page:
            from animator.player.writing import write_page  # clips need no player

            others = [stage_of(spec.size, spec.fps, theme) for theme in themes[1:]]
            stages = list(map(_stage, [stage, *others]))
            write_page(path, stages, clip, progress=listeners.progress)
        else:
            write_still(_stage(stage), path, still, clip.page)
    return {path: _clip(path, spec.size, stage) for path in targets}


def _paint(
    stage: Film,
    sinks: Sequence[FrameSink],
    progress: Callable[[int, int], None] | None,
) -> None:
    """Paint all frames of a stage into some sinks."""
    painter = painter_of(stage)
    count = stage.timeline.frames
    for frame in range(count):
        changed = painter.paint(frame)
        for sink in sinks:
            sink(painter.pixels, changed)
        if progress is not None:
            progress(frame + 1, count)


def painter_of(stage: Film) -> Painter | SweepPainter:
    """Return what paints the frames of a stage."""
    return stage.painter() if isinstance(stage, SweepFilm) else Painter(stage)


def _stage(film: Film) -> Stage:
    """Return a stage, of which pages and stills are made."""
    assert isinstance(film, Stage)
    return film


def _clip(path: Path, size: Size, stage: Film) -> Clip:
    """Describe a written file."""
    files = path.iterdir() if path.is_dir() else [path]
    length = sum(file.stat().st_size for file in files)
    if format_of(path).still:
        return Clip(path, size, 1, 0.0, length)
    return Clip(path, size, stage.timeline.frames, stage.timeline.duration, length)
