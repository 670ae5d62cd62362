"""Writes a page with sliders, which holds the runs of each combination of values."""

from __future__ import annotations

import gc
import itertools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from animator.player.writing import PageSlider, write_page
from animator.rendering.clip import Clip

if TYPE_CHECKING:
    from animator.encoders.format import ClipSpec
    from animator.rendering.passes import Listeners
    from animator.rendering.sweep_stages import SweepStages
    from animator.scenes.stage import Stage
    from animator.scenes.sweep import Sweep
    from animator.scenes.timeline import Timeline


_KEPT = 8
"""The number of figures after which memory is freed."""


def write_sliders(
    path: Path,
    themes: Sequence[SweepStages],
    clip: ClipSpec[Any],
    listeners: Listeners,
) -> Clip:
    """Write the page of a sweep.

    Args:
        path: the path of the file.
        themes: the stages of the sweep in each theme.
        clip: the properties of the clip, with the options of the format.
        listeners: their `progress` is called after each combination.

    Raises:
        SceneError: a panel failed while it drew a step.
        WriteError: the file could not be written; an existing one is left unchanged.
    """
    sweep = themes[0].sweep
    count = len(themes) * len(sweep.chosen)
    timelines: list[Timeline] = []

    def documents() -> Iterator[Stage]:
        pairs = itertools.product(themes, range(len(sweep.chosen)))
        for done, (stages, number) in enumerate(pairs, start=1):
            stage = stages.stage(number)
            timelines[:] = [stage.timeline]
            yield stage
            if done % _KEPT == 0:
                gc.collect()
            if listeners.progress is not None:
                listeners.progress(done, count)

    with _no_collection():
        write_page(path, documents(), clip, _sliders(sweep))
    (timeline,) = timelines
    size = path.stat().st_size
    return Clip(path, clip.size, timeline.frames, timeline.duration, size)


@contextmanager
def _no_collection() -> Iterator[None]:
    """Switch the automatic garbage collection off in the body.

    It would search each figure many times while the figure is made, which takes a
    sixth of the time.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _sliders(sweep: Sweep) -> list[PageSlider]:
    """Return the sliders of the page."""
    start = sweep.chosen[sweep.first]
    return [
        PageSlider(
            slider.name,
            slider.label,
            slider.texts,
            at,
            slider.values if slider.grid is not None else None,
        )
        for slider, at in zip(sweep.sliders, start, strict=True)
    ]
