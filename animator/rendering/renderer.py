"""Renders a scene: records it and writes its clips."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from animator.base.cache import NO_CACHE, Cache
from animator.base.errors import SceneError
from animator.base.geometry import Size
from animator.drawing.style import style
from animator.drawing.theme import Theme
from animator.encoders.format import ClipSpec, Format
from animator.encoders.registry import format_of
from animator.experiments.lossmap import LossMaps
from animator.experiments.recorder import Recordings, record_all
from animator.rendering.clip import Clip, Clips
from animator.rendering.options import RenderOptions
from animator.rendering.passes import (
    FrameObserver,
    Listeners,
    StageFactory,
    write_files,
)
from animator.rendering.sizing import Trial, trials, write_within
from animator.rendering.stage import set_stage
from animator.rendering.targets import check_paths, check_targets, possible_rates
from animator.scenes.mosaic import stacked
from animator.scenes.scene import Scene, check_scene
from animator.scenes.stage import Stage


def render(
    scene: Scene,
    *paths: str | Path,
    options: RenderOptions | None = None,
    recordings: Recordings | None = None,
    cache: bool = True,
    progress: Callable[[int, int], None] | None = None,
    observer: FrameObserver | None = None,
    maps: LossMaps | None = None,
    **keywords: Any,
) -> Clips:
    """Write a scene's clips and stills, all from one pass over its frames.

    A clip with another frame rate or with a size limit needs its own passes.

    Args:
        scene: the scene to show.
        paths: the paths of the clips; their suffixes choose the formats.
        options: the options of the clips; the defaults if not given.
        recordings: the recordings of the scene's experiments; those that are not given
            are made.
        cache: whether recordings and maps that took more than a second are kept in the
            user's cache directory, and read from there the next time.
        progress: called with the number of frames done and the total number of frames.
        observer: called with the size in pixels and the frame rate of each pass; the
            function that it returns is called with each frame, RGBA (H, W, 4) of uint8,
            and the boxes (left, top, right, bottom) that changed.
        maps: evaluates the loss maps; a new instance with the user's cache if not
            given.
        keywords: fields of `RenderOptions`, which override `options`, such as
            ``size="720p"``; an option of one format begins with the format's name,
            such as ``gif_quality=75``.

    Returns:
        The clips, in the order of the paths.

    Raises:
        SceneError: an argument is out of its range, or the scene could not be
            recorded or drawn.
        WriteError: a clip could not be written; an existing one is left unchanged.

    Warns:
        RenderWarning: a clip differs from the options, for example in its frame rate.
    """
    check_scene("render", scene)
    targets = check_paths(paths)
    options = RenderOptions.from_keywords(keywords, options)
    check_targets(targets, options)
    scene = options.apply_to(scene)
    store = Cache() if cache else NO_CACHE
    recordings = recordings or record_all(
        scene.experiments, options.steps, store, needs=scene.needs
    )
    last = max(recording.steps for recording in recordings.values())
    if options.still is not None and options.still > last:
        raise SceneError(f"still is step {options.still}; give one of 0 to {last}")
    maps = LossMaps(store) if maps is None else maps
    stage_of = _stage_factory(scene, recordings, options, maps)
    listeners = Listeners(progress, observer)
    with style(options.theme_of(scene)), frozen_garbage():
        written = write_clips(scene, targets, options, stage_of, listeners)
    return Clips(written[path] for path in targets)


def write_clips(
    scene: Scene,
    targets: Sequence[Path],
    options: RenderOptions,
    stage_of: StageFactory,
    listeners: Listeners,
) -> dict[Path, Clip]:
    """Write all files; each clip with a size limit needs its own passes."""
    limit = options.max_size
    fitted = [path for path in targets if limit and format_of(path).smaller]
    rates = possible_rates(targets, options.fps)
    clips = {path: options.clip(format_of(path), rates.get(path)) for path in targets}
    written: dict[Path, Clip] = {}
    for rate in dict.fromkeys(rates.values()):
        together = {
            path: clip
            for path, clip in clips.items()
            if path not in fitted and clip.fps == rate
        }
        if together:
            written |= write_files(
                together,
                stage_of,
                listeners,
                still=options.still,
                themes=options.themes(),
            )
    for path in fitted:
        assert limit is not None
        candidates = _possible_trials(scene, format_of(path), clips[path])
        written |= write_within(limit, path, candidates, stage_of, listeners)
    return written


def _stage_factory(
    scene: Scene, recordings: Recordings, options: RenderOptions, maps: LossMaps
) -> StageFactory:
    """Return a function that makes a scene's stage, and keeps the last one."""

    @lru_cache(maxsize=1)
    def stage_of(
        size: Size, fps: float, theme: Theme | None = None, *, is_narrow: bool = False
    ) -> Stage:
        own = options.with_pixels(size, fps)
        own = own if theme is None else replace(own, theme=theme)
        shown = scene
        if is_narrow and scene.mosaic is not None:
            shown = replace(scene, mosaic=stacked(scene.mosaic))
        return set_stage(shown, recordings, own, maps)

    return stage_of


def _possible_trials(
    scene: Scene, format: Format[Any], clip: ClipSpec[Any]
) -> list[Trial]:
    """Return the trials of a clip whose frame rate leaves frames to show."""

    def has_frames(fps: float) -> bool:
        try:
            scene.timeline([0.0], fps)
        except SceneError:
            return False
        return True

    return [trial for trial in trials(format, clip) if has_frames(trial.clip.fps)]


@contextmanager
def frozen_garbage() -> Iterator[None]:
    """Exclude all existing objects from garbage collection in the body.

    With torch imported there are a million objects, and one collection takes as long
    as drawing a hundred frames.
    """
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
