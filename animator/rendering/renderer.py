"""The whole way from a scene to its clips."""

from __future__ import annotations

import gc
import math
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from animator.base.cache import NO_CACHE, Cache
from animator.base.errors import RenderWarning, SceneError, WriteError
from animator.base.files import resolved
from animator.base.geometry import Box, Size, check_size
from animator.base.seeding import seeded
from animator.drawing.style import style
from animator.drawing.theme import Theme, theme_named
from animator.encoders import (
    FORMATS,
    Options,
    TooLarge,
    check_transparent,
    format_of,
    gif_rate,
    open_encoder,
)
from animator.experiments.recorder import Recordings, record_all
from animator.rendering.notebook import clip_html
from animator.rendering.painter import Painter
from animator.rendering.sizing import Trial, choose_trial, estimated, trials
from animator.rendering.stage import Stage, set_stage
from animator.rendering.still import write_still
from animator.scenes.scene import Scene, check_scene
from animator.scenes.timeline import Timeline

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    FrameSink = Callable[[NDArray[np.uint8], Sequence[Box]], None]
    FrameObserver = Callable[[Size], FrameSink]


@dataclass(frozen=True, slots=True)
class Clip:
    """A written file; a notebook shows it inline.

    Attributes:
        path: of the file.
        size: width and height in pixels.
        frames: how many frames it shows.
        seconds: how long it takes.
        bytes: how large the file is.
    """

    path: Path
    size: Size
    frames: int
    seconds: float
    bytes: int

    def __str__(self) -> str:
        width, height = self.size
        moves = f"{self.frames} frames  {self.seconds:.2f} s  " if self.seconds else ""
        return f"{self.path}  {width}x{height}  {moves}{self.bytes:,} bytes"

    def _repr_html_(self) -> str:
        return clip_html(self.path, self.size)


class Clips(tuple[Clip, ...]):
    """The clips of one rendering; a notebook shows the first one."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        return self[0]._repr_html_()


@contextmanager
def _frozen() -> Iterator[None]:
    """Spare the garbage collector the objects that are there already.

    With torch loaded there are a million of them, and looking through them once takes
    as long as drawing a hundred frames.
    """
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def render(
    scene: Scene,
    *paths: str | Path,
    size: Size | str = (1280, 720),
    fps: float = 25.0,
    steps: int | None = None,
    theme: str | Theme | None = None,
    still: int | None = None,
    loop: int = 0,
    transparent: bool = False,
    gif_quality: float = 50,
    webp_quality: float | None = None,
    max_size: int | None = None,
    recordings: Recordings | None = None,
    cache: bool = True,
    progress: Callable[[int, int], None] | None = None,
    watch: FrameObserver | None = None,
) -> Clips:
    """Write a scene's clips and stills, all from one pass over its frames.

    Args:
        scene: what to show.
        paths: of the clips; their suffixes choose the formats.
        size: width and height in pixels, both even; or a name, such as ``"1080p"``.
        fps: frames a second; a GIF can only have 100 / n, and has the nearest.
        steps: instead of the experiments' own number.
        theme: instead of the scene's own.
        still: the step that a PNG, SVG or PDF shows; the last one if not given.
        loop: how often a GIF, WebP or APNG plays; 0 is for ever.
        transparent: whether the background outside the panels is.
        gif_quality: 0 (smallest) to 100 (as near as can be).
        webp_quality: 0 to 100; if not given, it is exact to the pixel.
        max_size: in bytes, of a GIF or WebP; the best clip that fits is written, at
            first with fewer colours, then fewer frames a second, then fewer pixels.
        recordings: of the scene's experiments, if they were recorded before.
        cache: whether recordings and maps that took more than a second are kept, in
            the user's cache directory, and found there again.
        progress: called with the frames done so far and the frames in all.
        watch: called with the size of each pass over the frames; what it returns is
            called with each of them, RGBA (H, W, 4), and boxes around what changed.

    Returns:
        The clips, in the order of the paths.

    Raises:
        SceneError: an argument is out of its range, or the scene could not be
            recorded or drawn.
        WriteError: a clip could not be written; what was there before still is.

    Warns:
        RenderWarning: a clip is not quite what was asked for.
    """
    check_scene("render", scene)
    targets = _targets(paths, transparent=transparent, still=still, max_size=max_size)
    size = check_size(size)
    Timeline(1, fps)  # before a GIF's rate is chosen: it says what is wrong with it
    options = Options(loop, transparent, gif_quality, webp_quality)
    theme = theme_named(scene.theme if theme is None else theme)
    if "gif" in map(format_of, targets):
        fps = _whole_hundredths(fps)
    recordings = recordings or record_all(
        scene.experiments, steps, Cache() if cache else NO_CACHE
    )
    last = max(recording.steps for recording in recordings.values())
    if still is not None and not (isinstance(still, int) and 0 <= still <= last):
        raise SceneError(f"still is step {still}; give one of 0 to {last}")

    @lru_cache(maxsize=1)
    def stage_of(size: Size, fps: float) -> Stage:
        return set_stage(
            scene,
            recordings,
            size=size,
            fps=fps,
            theme=theme,
            transparent=transparent,
        )

    def stage_for(trial: Trial) -> Stage:
        return stage_of(trial.size, trial.fps)

    encode = partial(_encode, stage_for=stage_for, progress=progress, watch=watch)
    written: dict[Path, Clip] = {}
    together = [path for path in targets if not (max_size and _fits(path))]
    with style(theme), _frozen():
        asked = Trial(size, fps, options)
        if together:
            written |= encode(together, asked, still=still)
        for path in targets:
            if path not in written and max_size:
                found = [
                    trial
                    for trial in trials(format_of(path), size, fps, options)
                    if _moves(scene, trial.fps)
                ]
                written |= _encode_within(max_size, path, found, stage_for, encode)
    return Clips(written[path] for path in targets)


def _targets(
    paths: Sequence[str | Path],
    *,
    transparent: bool,
    still: int | None,
    max_size: int | None,
) -> list[Path]:
    """Return the paths, if all of them can be what is asked for."""
    for path in paths:
        if not isinstance(path, str | Path):
            raise SceneError(f"render: {path!r} is no path; give one such as 'a.mp4'")
    targets = [Path(path) for path in paths]
    if not targets:
        raise SceneError("render: no path given; give one or more, such as 'a.mp4'")
    places = [resolved(path) for path in targets]
    for path, place in zip(targets, places, strict=True):
        if places.count(place) > 1:
            raise SceneError(f"render: {path} is given twice; write it once")
    names = [format_of(path) for path in targets]
    for name in names:
        if transparent:
            check_transparent(name)
    if still is not None and not any(FORMATS[name].still for name in names):
        raise SceneError(
            f"still is for png, svg and pdf, not for {', '.join(names)}; "
            "leave it out or write one of them"
        )
    if max_size is not None:
        if not (isinstance(max_size, int) and max_size > 0 and max_size is not True):
            raise SceneError(f"max_size is {max_size!r}; give a number of bytes")
        if not any(map(_fits, targets)):
            raise SceneError(
                f"max_size is for gif and webp, not for {', '.join(names)}; "
                "leave it out or write one of them"
            )
    return targets


def _fits(path: Path) -> bool:
    """Tell whether a format can be made to fit a limit."""
    return format_of(path) in ("gif", "webp")


def _moves(scene: Scene, fps: float) -> bool:
    """Tell whether a scene has any frame between its holds at some frames a second."""
    try:
        scene.timeline([0.0], fps)
    except SceneError:
        return False
    return True


def _whole_hundredths(fps: float) -> float:
    """Return the nearest rate that a GIF can have, and say so if it is another one."""
    rate = gif_rate(fps)
    if not math.isclose(rate, fps):
        warnings.warn(
            f"{rate:.4g} frames a second instead of {fps:g}: a GIF shows a frame for "
            "whole hundredths of a second, two at least",
            RenderWarning,
            stacklevel=3,
        )
    return rate


def _encode(
    paths: Sequence[Path],
    trial: Trial,
    *,
    stage_for: Callable[[Trial], Stage],
    progress: Callable[[int, int], None] | None,
    watch: FrameObserver | None,
    still: int | None = None,
    limit: float = math.inf,
) -> dict[Path, Clip]:
    """Write some clips and stills, all in one pass."""
    moving = [path for path in paths if not FORMATS[format_of(path)].still]
    with seeded(), ExitStack() as stack:
        # The encoders first: they get ready while the scene is set.
        encoders = [
            stack.enter_context(
                open_encoder(path, trial.size, trial.fps, trial.options, limit)
            )
            for path in moving
        ]
        stage = stage_for(trial)
        count = stage.timeline.frames
        if moving:
            painter = Painter(stage)
            takers: list[FrameSink] = [encoder.write for encoder in encoders]
            if watch is not None:
                takers.append(watch(trial.size))
            for frame in range(count):
                changed = painter.paint(frame)
                for take in takers:
                    take(painter.pixels, changed)
                if progress is not None:
                    progress(frame + 1, count)
    for path in paths:
        if path not in moving:
            write_still(stage, path, still)
    return {
        path: Clip(
            path,
            trial.size,
            count if path in moving else 1,
            stage.timeline.duration if path in moving else 0.0,
            _bytes(path),
        )
        for path in paths
    }


def _encode_within(
    limit: int,
    path: Path,
    found: Sequence[Trial],
    stage_for: Callable[[Trial], Stage],
    encode: Callable[..., dict[Path, Clip]],
) -> dict[Path, Clip]:
    """Write the best clip that has no more bytes than a limit."""
    asked = found[0]
    clips: dict[Path, Clip] = {}

    def fits(trial: Trial) -> bool:
        try:
            clips.update(encode([path], trial, limit=limit))
        except TooLarge:
            return False
        return True

    @lru_cache(maxsize=1)
    def painter_of(size: Size) -> Painter:
        return Painter(stage_for(replace(asked, size=size)))

    def estimate(trial: Trial) -> float:
        return estimated(trial, painter_of(trial.size), path)

    chosen = choose_trial(found, estimate, fits, limit)
    if chosen is None:
        raise WriteError(
            f"{path}: nothing fits into {limit:,} bytes, not even "
            f"{found[-1].given_up}; allow more, or show fewer steps or seconds"
        )
    if chosen.given_up:
        warnings.warn(
            f"{path}: {chosen.given_up}, to fit into {limit:,} bytes",
            RenderWarning,
            stacklevel=3,
        )
    return clips


def _bytes(path: Path) -> int:
    """Return how large a file is, or all files of a folder."""
    files = path.iterdir() if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files)
