"""Records a scene with many values of its hyperparameters, for a page or a clip."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from animator.base.cache import NO_CACHE, Cache
from animator.base.errors import SceneError
from animator.base.geometry import Size
from animator.drawing.style import style
from animator.drawing.theme import Theme
from animator.encoders.registry import format_of
from animator.experiments.lossmap import LossMaps
from animator.experiments.recorder import Recordings
from animator.rendering.clip import Clip, Clips
from animator.rendering.options import RenderOptions
from animator.rendering.passes import Listeners
from animator.rendering.renderer import frozen_garbage, write_clips
from animator.rendering.sweep_clip import SweepFrames, sweep_frames
from animator.rendering.sweep_stages import SweepStages
from animator.rendering.targets import check_paths, check_targets
from animator.scenes.scene import Scene
from animator.scenes.sweep import Sweep, sweep_of
from animator.scenes.sweep_recording import record_sweep


def explore(
    scene: Scene,
    *paths: str | Path,
    options: RenderOptions | None = None,
    cache: bool = True,
    progress: Callable[[int, int], None] | None = None,
    **values: Any,
) -> Clips:
    """Record a scene with many values of hyperparameters, and show all of them.

    A web page has a slider for each hyperparameter. Any other clip runs over the values
    of one hyperparameter, and each of its frames shows a complete run. Every run is
    recorded with torch, and equals a plain training loop bit for bit.

    Args:
        scene: the scene to show; its optimizers must be written as
            `functools.partial`.
        paths: the paths of the page and the clips. If none is given, a temporary page
            is written, which a notebook shows.
        options: the options of the page and the clips; the defaults if not given.
        cache: whether recordings and maps that took more than a second are kept in the
            user's cache directory, and read from there the next time.
        progress: called with the number of frames done and the total number of frames.
        values: the values of each hyperparameter, such as ``momentum=[0, 0.5, 0.9]``;
            the values of the scene's own sliders if not given.

    Returns:
        The page and the clips, in the order of the paths.

    Raises:
        SceneError: there are too many combinations of values, a path is a clip but
            several hyperparameters vary, or the scene could not be recorded or drawn.
        WriteError: a file could not be written; an existing one is left unchanged.
    """
    options = RenderOptions.from_keywords({}, options)
    targets = check_paths(paths or [_temporary_page()])
    check_targets(targets, options)
    try:
        sweep = sweep_of(scene, values, steps=options.steps)
    except SceneError as error:
        for name in values.keys() & {field.name for field in fields(options)}:
            raise SceneError(
                f"explore: {name} is an option of the page, not a hyperparameter; give "
                f"options=RenderOptions({name}=...)"
            ) from error
        raise
    check_sweep(sweep, targets)
    store = Cache() if cache else NO_CACHE
    recordings = record_sweep(sweep, options.steps, store)
    maps = LossMaps(store)
    written = write_sweep(
        sweep, recordings, targets, options, maps, Listeners(progress)
    )
    return Clips(written[path] for path in targets)


def check_sweep(sweep: Sweep, targets: Sequence[Path]) -> None:
    """Raise `SceneError` if a target's format cannot show a sweep."""
    for path in targets:
        format = format_of(path)
        if format.page:
            continue
        if format.still:
            raise SceneError(
                f"explore: {path} is a still, which shows one value; give a page or a "
                "clip, such as a.html or a.mp4"
            )
        if len(sweep.sliders) > 1:
            names = " and ".join(slider.name for slider in sweep.sliders)
            raise SceneError(
                f"explore: a clip runs over one hyperparameter, and {names} have "
                "several values; give a page, such as a.html, or one of them"
            )


def write_sweep(
    sweep: Sweep,
    recordings: Sequence[Recordings],
    targets: Sequence[Path],
    options: RenderOptions,
    maps: LossMaps,
    listeners: Listeners,
) -> Mapping[Path, Clip]:
    """Write the pages and the clips of a recorded sweep."""

    def stages(size: Size, fps: float, theme: Theme | None = None) -> SweepStages:
        own = options.with_pixels(size, fps)
        own = own if theme is None else replace(own, theme=theme)
        return SweepStages(sweep, recordings, own, maps)

    @lru_cache(maxsize=1)
    def frames(size: Size, fps: float, theme: Theme | None = None) -> SweepFrames:
        return sweep_frames(stages(size, fps, theme))

    scene = options.apply_to(sweep.scene)
    clips = [path for path in targets if not format_of(path).page]
    written: dict[Path, Clip] = {}
    with style(options.theme_of(scene)), frozen_garbage():
        if clips:
            written |= write_clips(scene, clips, options, frames, listeners)
        for path in targets:
            if path not in clips:
                from animator.rendering.sweep_page import write_sliders

                clip = options.clip(format_of(path))
                own = [stages(clip.size, clip.fps, each) for each in options.themes()]
                written[path] = write_sliders(path, own, clip, listeners)
    return written


def _temporary_page() -> Path:
    """Return the path of a page that is removed when this process ends."""
    folder = Path(tempfile.mkdtemp(prefix="explore-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder / "explore.html"
