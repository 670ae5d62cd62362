"""Paints the frames of a sweep: each shows complete runs with one of the values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from numpy.typing import NDArray

from animator.base.geometry import Box
from animator.drawing.fonts import missing_glyphs_ignored
from animator.rendering.sweep_stages import SweepStages
from animator.scenes.counter import CounterText
from animator.scenes.timeline import Timeline


@dataclass(frozen=True, slots=True)
class SweepFrames:
    """The frames of a sweep over one hyperparameter.

    Attributes:
        stages: makes the stage of each value.
        timeline: the timeline of the clip; its steps count the values.
    """

    stages: SweepStages
    timeline: Timeline

    def painter(self) -> SweepPainter:
        """Return a painter of the frames."""
        return SweepPainter(self)


def sweep_frames(stages: SweepStages) -> SweepFrames:
    """Return the frames of a sweep; the clip has the holds of the scene."""
    scene = stages.options.apply_to(stages.sweep.scene)
    steps = len(stages.sweep.chosen) - 1
    timeline = Timeline(
        steps,
        stages.options.fps,
        scene.hold_start,
        scene.hold_end,
        scene.seconds,
    )
    return SweepFrames(stages, timeline)


class SweepPainter:
    """Paints the frames of a sweep into one buffer, in any order."""

    def __init__(self, frames: SweepFrames) -> None:
        """Make an empty buffer."""
        self.stage = frames
        width, height = frames.stages.options.pixels
        self.pixels: NDArray[np.uint8] = np.zeros((height, width, 4), np.uint8)
        """The frame painted last (H, W, 4)."""
        self._shown = -1

    def paint(self, frame: int) -> list[Box]:
        """Paint a frame, and return the boxes that differ from the frame before."""
        # Halfway between two values, change to the next one.
        number = int(self.stage.timeline.step_at(frame) + 0.5)
        if number == self._shown:
            return []
        picture = self._picture(number)
        changed = (picture != self.pixels).any(axis=2)
        is_first, self._shown = self._shown < 0, number
        np.copyto(self.pixels, picture)
        height, width = changed.shape
        if is_first:
            return [(0, 0, width, height)]
        rows, columns = np.flatnonzero(changed.any(1)), np.flatnonzero(changed.any(0))
        if not len(rows):
            return []
        left, right = columns[[0, -1]].tolist()
        top, bottom = rows[[0, -1]].tolist()
        return [(left, top, right + 1, bottom + 1)]

    def _picture(self, number: int) -> NDArray[np.uint8]:
        """Draw the complete runs with one value; return the pixels (H, W, 4)."""
        stages = self.stage.stages
        counter = _counter(stages, number)
        stage = stages.stage(number, counter)
        canvas = stage.figure.canvas
        assert isinstance(canvas, FigureCanvasAgg)
        with stage.settings(), missing_glyphs_ignored():
            stage.set_step(stage.timeline.steps)
            canvas.draw()
        return np.asarray(canvas.buffer_rgba())


def _counter(stages: SweepStages, number: int) -> CounterText:
    """Return the counter for a value, such as ``β = 0.58``."""
    if stages.options.apply_to(stages.sweep.scene).counter == "":
        return CounterText("", _always(""), "")
    (slider,) = stages.sweep.sliders
    text = f"{slider.symbol} = {slider.texts[number]}"
    return CounterText("", _always(text), "")


def _always(text: str) -> Callable[[float], str]:
    """Return a function of the step that always returns the same text."""

    def at(step: float) -> str:
        return text

    return at
