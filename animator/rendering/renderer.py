"""Renders a scene: records it, and writes all of its clips."""

from __future__ import annotations

import gc
import math
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from animator.base.cache import NO_CACHE, Cache
from animator.base.checks import quoted
from animator.base.errors import RenderWarning, SceneError
from animator.base.files import resolved
from animator.base.geometry import Size
from animator.drawing.style import style
from animator.encoders.format import ClipSpec, Format
from animator.encoders.registry import check_transparent, format_of, formats
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
from animator.rendering.stage import Stage, set_stage
from animator.scenes.scene import Scene, check_scene


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
    targets = _check_paths(paths)
    options = RenderOptions.from_keywords(keywords, options)
    _check_targets(targets, options)
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
    with style(options.theme_of(scene)), _frozen_garbage():
        written = _write(scene, targets, options, stage_of, listeners)
    return Clips(written[path] for path in targets)


def _write(
    scene: Scene,
    targets: Sequence[Path],
    options: RenderOptions,
    stage_of: StageFactory,
    listeners: Listeners,
) -> dict[Path, Clip]:
    """Write all files; each clip that must fit a size has passes of its own."""
    limit = options.max_size
    fitted = [path for path in targets if limit and format_of(path).smaller]
    rates = _possible_rates(targets, options.fps)
    clips = {path: options.clip(format_of(path), rates.get(path)) for path in targets}
    written: dict[Path, Clip] = {}
    for rate in dict.fromkeys(rates.values()):
        together = {
            path: clip
            for path, clip in clips.items()
            if path not in fitted and clip.fps == rate
        }
        if together:
            written |= write_files(together, stage_of, listeners, still=options.still)
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
    def stage_of(size: Size, fps: float) -> Stage:
        return set_stage(scene, recordings, options.with_pixels(size, fps), maps)

    return stage_of


def _check_paths(paths: Sequence[str | Path]) -> list[Path]:
    """Return the paths of clips, each of which must be given once."""
    for path in paths:
        if not isinstance(path, str | Path):
            raise SceneError(
                f"render: {quoted(path)} is no path; give one such as 'a.mp4'"
            )
    targets = [Path(path) for path in paths]
    if not targets:
        raise SceneError("render: no path given; give one or more, such as 'a.mp4'")
    places = [resolved(path) for path in targets]
    for path, place in zip(targets, places, strict=True):
        if places.count(place) > 1:
            raise SceneError(f"render: {path} is given twice; write it once")
    return targets


def _check_targets(targets: Sequence[Path], options: RenderOptions) -> None:
    """Raise `SceneError` if the formats of the paths cannot have an option."""
    asked = [format_of(path) for path in targets]
    for format in asked:
        _check_even(format, options)
    names = ", ".join(format.name for format in asked)
    if options.transparent:
        for format in asked:
            check_transparent(format)
    if options.still is not None and not any(format.still for format in asked):
        able = _listed([f.name for f in formats().values() if f.still])
        raise SceneError(
            f"still is for {able}, not for {names}; leave it out or write one of them"
        )
    if options.max_size is not None and not any(format.smaller for format in asked):
        able = _listed([f.name for f in formats().values() if f.smaller])
        raise SceneError(
            f"max_size is for {able}, not for {names}; "
            "leave it out or write one of them"
        )


def _check_even(format: Format[Any], options: RenderOptions) -> None:
    """Raise `SceneError` if a format cannot have a picture's sides."""
    width, height = options.pixels
    if not format.even or not (width % 2 or height % 2):
        return
    even = f"{width + width % 2}x{height + height % 2}"
    text = f"{width}x{height}"
    if options.page is not None:
        text = f"{options.page}, which is {text} pixels at {options.page_dpi:g} dpi"
    raise SceneError(f"size is {text}, but {format.name} needs even sides; try {even}")


def _listed(names: Sequence[str]) -> str:
    """Join words as in a sentence: a, b and c."""
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


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


def _possible_rates(targets: Sequence[Path], fps: float) -> dict[Path, float]:
    """Return the nearest frame rate that each clip can have; warn if it differs.

    Stills have the rate of the first clip, so that they need no stage of their own.
    """
    rates: dict[Path, float] = {}
    for path in targets:
        format = format_of(path)
        if not format.still:
            rates[path] = _possible_rate(format, fps)
    first = next(iter(rates.values()), fps)
    return {path: rates.get(path, first) for path in targets}


def _possible_rate(format: Format[Any], fps: float) -> float:
    """Return the nearest frame rate that a format can have; warn if it differs."""
    if format.rates is None:
        return fps
    rate = format.rates.nearest(fps)
    if math.isclose(rate, fps):
        return fps
    warnings.warn(
        f"{format.name}: {rate:.4g} frames a second instead of {fps:g}: "
        f"{format.rates.reason}",
        RenderWarning,
        stacklevel=5,
    )
    return rate


@contextmanager
def _frozen_garbage() -> Iterator[None]:
    """Exclude the objects that exist already from the search for garbage.

    With torch loaded there are a million of them, and looking through them once takes
    as long as drawing a hundred frames.
    """
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
