"""Renders a scene: records it, and writes all of its clips."""

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

    Clips with other frame rates, or of which each must fit a size, take passes of their
    own.

    Args:
        scene: what to show.
        paths: of the clips; their suffixes choose the formats.
        options: the options of the clips; the defaults if not given.
        recordings: of the scene's experiments, if they were recorded before.
        cache: whether recordings and maps that took more than a second are kept in the
            user's cache directory, and read from there the next time.
        progress: called with the frames done so far and the frames in all.
        observer: called with the size and the frames a second of each pass over the
            frames; what it returns is called with each of them, RGBA (H, W, 4), and
            boxes around what changed.
        maps: evaluates the loss maps, instead of an instance with the user's cache.
        keywords: fields of `RenderOptions`, instead of those of `options`, such as
            ``size="720p"``; an option of one format is spelled with the format's name,
            such as ``gif_quality=75``.

    Returns:
        The clips, in the order of the paths.

    Raises:
        SceneError: an argument is out of its range, or the scene could not be
            recorded or drawn.
        WriteError: a clip could not be written; an existing one is left unchanged.

    Warns:
        RenderWarning: a clip is not quite what was asked for.
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
    """Write all files; each clip that must fit a size has passes of its own."""
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
    """Return a function that makes a scene's stage, and remembers the last one."""

    @lru_cache(maxsize=1)
    def stage_of(size: Size, fps: float, theme: Theme | None = None) -> Stage:
        own = options.with_pixels(size, fps)
        own = own if theme is None else replace(own, theme=theme)
        return set_stage(scene, recordings, own, maps)

    return stage_of


def _possible_trials(
    scene: Scene, format: Format[Any], clip: ClipSpec[Any]
) -> list[Trial]:
    """Return the trials of a clip in which its scene has frames to show."""

    def has_frames(fps: float) -> bool:
        try:
            scene.timeline([0.0], fps)
        except SceneError:
            return False
        return True

    return [trial for trial in trials(format, clip) if has_frames(trial.clip.fps)]


@contextmanager
def frozen_garbage() -> Iterator[None]:
    """Exclude the objects that exist already from the search for garbage.

    With torch loaded there are a million of them, and looking through them once takes
    as long as drawing a hundred frames.
    """
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
