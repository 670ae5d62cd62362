"""Writes several clips and stills in one pass over the frames."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
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
from animator.rendering.narrow import narrow_size, narrow_stages
from animator.rendering.painter import Painter
from animator.rendering.still import write_still
from animator.rendering.sweep_clip import SweepFrames, SweepPainter
from animator.scenes.stage import Stage

FrameSink = Callable[[NDArray[np.uint8], Sequence[Box]], None]
"""Called with each frame, RGBA (H, W, 4), and the boxes that changed."""

FrameObserver = Callable[[Size, float], FrameSink]
"""Called with size and frame rate of a pass; returns the sink for its frames."""

FrameSource = Stage | SweepFrames
"""A scene at each step, or at each value of a sweep; both have a timeline."""


class StageFactory(Protocol):
    """Makes a scene's stage, or another source of frames."""

    def __call__(
        self,
        size: Size,
        fps: float,
        theme: Theme | None = None,
        *,
        is_narrow: bool = False,
    ) -> FrameSource:
        """Return the source for a size in pixels, a frame rate and a theme.

        If `is_narrow`, the panels of a mosaic stand below each other.
        """


@dataclass(frozen=True, slots=True)
class Listeners:
    """The functions that are called during a pass over the frames.

    Attributes:
        progress: called with the number of frames done and the total number of frames.
        observer: called with the size in pixels and the frame rate; the function that
            it returns is called with each frame.
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
    """Write clips and stills in one pass over the frames.

    Args:
        targets: the properties of each file; size and frame rate are the same for all.
        stage_of: makes the source of the frames.
        listeners: the functions that are called during the pass.
        still: the step that stills show; the last one if not given.
        limit: the largest number of bytes of each clip.
        themes: the themes of web pages; the first is the theme of the stage.

    Raises:
        WriteError: a file could not be written.
        TooLarge: a clip has more bytes than the limit.
    """
    moving = {p: clip for p, clip in targets.items() if format_of(p).open}
    spec = next(iter(targets.values()))
    with seeded(), ExitStack() as stack:
        # Open the encoders first: they start up while the stage is set.
        encoders = [
            stack.enter_context(open_encoder(path, clip, limit))
            for path, clip in moving.items()
        ]
        source = stage_of(spec.size, spec.fps)
        if moving:
            sinks: list[FrameSink] = [encoder.write for encoder in encoders]
            if listeners.observer is not None:
                sinks.append(listeners.observer(spec.size, spec.fps))
            _paint(source, sinks, listeners.progress)
    for path, clip in targets.items():
        if path in moving:
            continue
        if format_of(path).page:
            from animator.player.writing import write_page  # clips need no player

            stages = _page_stages(stage_of, _stage(source), clip, themes)
            write_page(path, stages, clip, progress=listeners.progress)
        else:
            write_still(_stage(source), path, still, clip.page)
    return {path: _clip(path, spec.size, source) for path in targets}


def _paint(
    source: FrameSource,
    sinks: Sequence[FrameSink],
    progress: Callable[[int, int], None] | None,
) -> None:
    """Paint all frames, and pass each to all sinks."""
    painter = painter_of(source)
    count = source.timeline.frames
    for frame in range(count):
        changed = painter.paint(frame)
        for sink in sinks:
            sink(painter.pixels, changed)
        if progress is not None:
            progress(frame + 1, count)


def _page_stages(
    stage_of: StageFactory,
    stage: Stage,
    clip: ClipSpec[Any],
    themes: Sequence[Theme | None],
) -> Iterator[Stage]:
    """Yield a page's stages: those of the clip's layout, then those of a narrow one."""
    yield stage
    for theme in themes[1:]:
        yield _stage(stage_of(clip.size, clip.fps, theme))
    size = narrow_size(clip, len(stage.panels))
    if size is not None:
        yield from narrow_stages(
            lambda theme: _stage(stage_of(size, clip.fps, theme, is_narrow=True)),
            themes,
        )


def painter_of(source: FrameSource) -> Painter | SweepPainter:
    """Return a painter of the frames."""
    if isinstance(source, SweepFrames):
        return source.painter()
    return Painter(source)


def _stage(source: FrameSource) -> Stage:
    """Return a source of frames as the stage that pages and stills need."""
    assert isinstance(source, Stage)
    return source


def _clip(path: Path, size: Size, source: FrameSource) -> Clip:
    """Describe a written file."""
    files = path.iterdir() if path.is_dir() else [path]
    length = sum(file.stat().st_size for file in files)
    if format_of(path).still:
        return Clip(path, size, 1, 0.0, length)
    return Clip(path, size, source.timeline.frames, source.timeline.duration, length)
