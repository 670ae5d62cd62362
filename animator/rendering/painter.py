"""Paints the frames of a stage: the background once, then only what changes.

The order of the layers (background, growing, moving) makes a painted frame equal to
one that is drawn in full.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from numpy.typing import NDArray

from animator.base.geometry import Box
from animator.drawing.drawing import is_stale
from animator.drawing.fonts import missing_glyphs_ignored
from animator.rendering.extents import Extents
from animator.rendering.layers import places_titles
from animator.scenes.stage import Stage


class Painter:
    """Paints the frames of a stage into one buffer, in any order."""

    def __init__(self, stage: Stage) -> None:
        """Paint the background."""
        self.stage = stage
        canvas = stage.figure.canvas
        assert isinstance(canvas, FigureCanvasAgg)
        self._renderer = canvas.get_renderer()
        self.pixels: NDArray[np.uint8] = np.asarray(canvas.buffer_rgba())
        """The frame painted last (H, W, 4); the next one is painted over it."""
        height, width, _ = self.pixels.shape
        self._canvas: Box = (0, 0, width, height)
        self._moving = stage.moving
        self._extents = Extents(stage.figure, self._renderer)
        with missing_glyphs_ignored(), stage.settings():
            self._background = self._paint_background()
        self._settled = self._background.copy()  # the background and what has grown
        self._boxes: dict[Artist, Box | None] = {}
        self._grown = -1
        self._step = -1.0

    def _paint_background(self) -> NDArray[np.uint8]:
        """Draw the figure without its growing and moving artists."""
        layers: list[Any] = [*self.stage.growing, *self.stage.moving]
        visible = [artist for artist in layers if artist.get_visible()]
        for artist in visible:
            artist.set_visible(False)
        self._renderer.clear()
        self.stage.figure.draw(self._renderer)
        for artist in visible:
            artist.set_visible(True)
        background = self.pixels.copy()
        if places_titles(self._moving):  # beside artists that are visible
            self.stage.figure.draw(self._renderer)
        return background

    def paint(self, frame: int) -> list[Box]:
        """Paint a frame, and return boxes outside which it equals the one before."""
        step = self.stage.timeline.step_at(frame)
        if step == self._step:
            return []
        back = int(step) < self._grown or not self._boxes
        if back:
            self._reset()
        with self.stage.settings():
            self.stage.update(step)
            boxes = self._repaint(int(step))
        self._step = step
        return [self._canvas] if back else boxes

    def picture(self, frame: int) -> NDArray[np.uint8]:
        """Paint a frame, and return a copy (H, W, 4) of it."""
        with missing_glyphs_ignored():
            self.paint(frame)
        return self.pixels.copy()

    def _reset(self) -> None:
        np.copyto(self.pixels, self._background)
        np.copyto(self._settled, self._background)
        self._boxes = dict.fromkeys(self._moving)
        self._grown = -1
        for artist in self._moving:
            artist.stale = True

    def _repaint(self, step: int) -> list[Box]:
        """Erase what moved, add what has grown, and draw what moved again."""
        grown = self._grow(step)
        moved = [artist for artist in self._moving if is_stale(artist)]
        boxes = {artist: self._extents.box(artist) for artist in moved}
        dirty = [
            box
            for box in (
                *grown,
                *boxes.values(),
                *(self._boxes[artist] for artist in moved),
            )
            if box
        ]
        # Also erase and draw again what overlaps any of these boxes.
        rest = {a: box for a, box in self._boxes.items() if box and a not in boxes}
        while touched := _touched(rest, dirty):
            moved += touched
            dirty += [rest.pop(artist) for artist in touched]

        for artist in moved:
            self._copy(self._boxes[artist], self._settled, self.pixels)
        for growing in self.stage.growing if step > self._grown else ():
            growing.draw(self._renderer)
        for box in grown:
            self._copy(box, self.pixels, self._settled)
        again = set(moved)
        for artist in self._moving:
            if artist in again:
                artist.draw(self._renderer)
        self._boxes.update(boxes)
        self._grown = max(step, self._grown)
        return _merged(dirty)

    def _grow(self, step: int) -> list[Box]:
        """Let all growing artists grow up to a step; return their boxes."""
        if step <= self._grown:
            return []
        for artist in self.stage.growing:
            artist.grow(self._grown + 1, step)
        boxes = map(self._extents.grown, self.stage.growing)
        return [box for box in boxes if box]

    @staticmethod
    def _copy(
        box: Box | None, source: NDArray[np.uint8], target: NDArray[np.uint8]
    ) -> None:
        if box:
            left, top, right, bottom = box
            target[top:bottom, left:right] = source[top:bottom, left:right]


def _merged(boxes: Sequence[Box]) -> list[Box]:
    """Join overlapping boxes until none overlap."""
    corners = np.array(boxes).reshape(-1, 4)
    while len(corners):
        overlaps = _overlaps(corners, corners)
        first = overlaps.argmax(axis=1)  # the first box that each one overlaps
        if (first == np.arange(len(corners))).all():
            break
        corners = np.array(
            [
                [*group[:, :2].min(axis=0), *group[:, 2:].max(axis=0)]
                for group in (corners[first == index] for index in np.unique(first))
            ]
        )
    return [(x0, y0, x1, y1) for x0, y0, x1, y1 in corners.tolist()]


def _touched(artists: dict[Artist, Box], boxes: Sequence[Box]) -> list[Artist]:
    """Return the artists whose box overlaps one of some boxes."""
    if not artists or not boxes:
        return []
    overlaps = _overlaps(np.array(list(artists.values())), np.array(boxes))
    names = list(artists)
    return [names[index] for index in np.flatnonzero(overlaps.any(axis=1))]


def _overlaps(ones: NDArray[np.int_], others: NDArray[np.int_]) -> NDArray[np.bool_]:
    """Return which boxes (N, 4) overlap which others (M, 4), as (N, M)."""
    left, top, right, bottom = ones.T[..., None]
    return np.asarray(
        (left < others[:, 2])
        & (others[:, 0] < right)
        & (top < others[:, 3])
        & (others[:, 1] < bottom)
    )
