"""Draws paths over a landscape."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from animator.drawing.camera import FLOOR, Camera, CameraArtist
from animator.drawing.step_marks import draw_spaced_dots
from animator.drawing.strokes import (
    dashes,
    pen,
    points_to_pixels,
    stroke,
)
from animator.drawing.surface_markers import draw_surface_markers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.backend_bases import RendererBase
    from numpy.typing import NDArray

    from animator.drawing.camera import Points
    from animator.drawing.draped import Draped
    from animator.drawing.relief import Relief
    from animator.drawing.theme import Theme

    Part = tuple[bool, list[tuple[float, float]]]
    """Whether a part of a line is hidden, and its points in pixels."""

_SHADOW = "#00000048", "#00000090"
"""The colours of shadows on light and on dark floors."""
_LIFT = 0.02
"""The height of marks above the landscape, so that ridges do not hide them."""
_HIDDEN = "48"
"""The opacity of a path behind a hill, in hexadecimal."""


@dataclass(frozen=True, slots=True)
class SurfacePath:
    """A path over a landscape, and its style.

    Attributes:
        path: the path.
        color: the colour of line and marker.
        weight: a factor for the sizes of line and marker.
        dash: the length of dashes, in line widths; 0 for a solid line.
        has_dots: whether to draw a dot at each step.
    """

    path: Draped
    color: str
    weight: float
    dash: float = 0.0
    has_dots: bool = True


class SurfacePaths(CameraArtist):
    """The paths of all settings up to the current step, with starts and markers."""

    def __init__(
        self,
        camera: Camera,
        relief: Relief,
        paths: list[SurfacePath],
        rings: Points,
        theme: Theme,
    ) -> None:
        """Create paths on a relief, and rings around points (N, 2) on it."""
        super().__init__(camera, 3)
        self._paths, self._relief, self._rings = paths, relief, rings
        self._theme = theme
        background = theme.background
        light = sum(int(background[i : i + 2], 16) for i in (1, 3, 5)) > 3 * 128
        self._shadow = _SHADOW[0 if light else 1]
        self._step = 0.0

    def set_step(self, step: float) -> None:
        """Show the paths up to a step, or up to a point between two steps."""
        self._step = step
        self.stale = True

    def draw(self, renderer: RendererBase) -> None:
        """Draw, from bottom to top, the shadows, marks, paths and markers."""
        if not self.get_visible():
            return
        gc = pen(renderer, self.camera.ax.bbox)
        theme, step = self._theme, self._step
        past = [one.path.until(step) for one in self._paths]
        newest = max(step - theme.comet, 0.0) if theme.comet else step
        comets = [one.path.until(step, newest) for one in self._paths]
        marks = list(self._marks(renderer))
        shadows = [points * (1, 1, 0) + (0, 0, FLOOR) for points in past]
        self._draw_shadows(
            renderer, gc, self._split_by_visibility(shadows, on_it=False)
        )
        for shape, weight in marks:
            width = weight * theme.line_width
            line = self.camera.project(shape).tolist()
            layers = (theme.shade, 1.2 * width), (theme.sign, 0.55 * width)
            stroke(renderer, gc, [(x, y) for x, y in line], *layers)
        seen = self._split_by_visibility([*past, *comets], on_it=True)
        old, new = seen[: len(past)], seen[len(past) :]
        for one, *lines in zip(self._paths, old, new, strict=True):
            for parts, is_new in zip(lines, (False, True), strict=True):
                self._draw_path(renderer, gc, one, parts, is_new=is_new)
            self._draw_dots(renderer, gc, one)
        heads = [
            (one, self.camera.project(points[-1]))
            for one, points in zip(self._paths, past, strict=True)
            if len(points)
        ]
        draw_surface_markers(renderer, gc, self.camera.ax, heads, theme)
        gc.restore()
        self.stale = False

    def _split_by_visibility(
        self, lines: list[Points], *, on_it: bool
    ) -> list[list[Part]]:
        """Split lines (N, 3) where they become hidden or visible.

        The lines are on the landscape if `on_it`, or else on the floor.
        """
        if not lines:
            return []
        points = np.concatenate(lines)
        hidden = self._relief.hides(points, self.camera, on_it=on_it)
        pixels = self.camera.project(points)
        ends = np.cumsum([len(line) for line in lines]).tolist()
        return [
            _parts(pixels[first:last], hidden[first:last])
            for first, last in pairwise([0, *ends])
        ]

    def _draw_shadows(
        self, renderer: RendererBase, gc: Any, shadows: list[list[Part]]
    ) -> None:
        """Draw the visible shadows of paths on the floor."""
        for one, parts in zip(self._paths, shadows, strict=True):
            width = 1.3 * self._theme.weighted(one.weight).line_width
            for is_hidden, part in parts:
                if not is_hidden:
                    stroke(renderer, gc, part, (self._shadow, width))

    def _marks(self, renderer: RendererBase) -> Iterator[tuple[Points, float]]:
        """Yield rings around minima and squares around starts that no hill hides.

        Each item is a closed line (N, 3), and the weight of its pen.
        """
        theme = self._theme
        ring = theme.marker_size + 3.4 * theme.line_width
        square = 0.95 * theme.marker_size
        marks = [(float(x), float(y), ring, 48, 1.0) for x, y in self._rings]
        starts: dict[tuple[float, float], float] = {}
        for one in self._paths:
            if len(one.path.points):
                x, y, _ = one.path.points[0].tolist()
                starts.setdefault((x, y), one.weight)
        marks += [(x, y, w * square, 4, w) for (x, y), w in starts.items()]
        marks = [mark for mark in marks if max(abs(mark[0]), abs(mark[1])) <= 1]
        x, y = np.array([mark[:2] for mark in marks]).reshape(-1, 2).T
        middles = np.column_stack([x, y, self._relief.at(x, y) + _LIFT])
        hidden = self._relief.hides(middles, self.camera, on_it=True)
        pixels = points_to_pixels(renderer, 0.5) / self.camera.unit
        for middle, mark, is_hidden in zip(middles, marks, hidden, strict=True):
            _, _, size, corners, weight = mark
            if not is_hidden and np.isfinite(middle).all():
                yield self._around(middle, size * pixels, corners), weight

    def _around(self, middle: Points, radius: float, corners: int) -> Points:
        """Return a polygon (N, 3) around a point, parallel to the slope below it."""
        turns = np.arange(corners + 1) * 2 * math.pi / corners + math.pi / 4
        x, y = radius * np.cos(turns), radius * np.sin(turns)
        land = self._relief.at(middle[0] + x, middle[1] + y)
        land = np.nan_to_num(land - middle[2])
        even = np.column_stack([x, y])[:-1]
        slope = np.linalg.lstsq(even, land[:-1] - land[:-1].mean(), rcond=None)[0]
        rise = x * slope[0] + y * slope[1]
        return np.asarray(middle + np.column_stack([x, y, rise]))

    def _draw_path(
        self,
        renderer: RendererBase,
        gc: Any,
        one: SurfacePath,
        parts: list[Part],
        *,
        is_new: bool,
    ) -> None:
        """Draw a path: wide for new steps, and faint where a hill hides it."""
        theme = self._theme.weighted(one.weight)
        color, width = theme.faded(one.color), theme.path_width
        if is_new:
            color, width = one.color, theme.line_width
        length = one.dash * width * points_to_pixels(renderer, 1)
        rim = (theme.casing, width + 0.6 * theme.line_width)
        faint = (one.color + _HIDDEN, theme.path_width)
        for is_hidden, part in parts:
            pens = [faint] if is_hidden else [rim, (color, width)]
            for piece in dashes(part, 0.0, length) if length else [part]:
                stroke(renderer, gc, piece, *pens)

    def _draw_dots(self, renderer: RendererBase, gc: Any, one: SurfacePath) -> None:
        """Draw a dot at each step that no hill hides."""
        if not one.has_dots or one.dash:
            return
        points = one.path.dots(self._step)
        hidden = self._relief.hides(points, self.camera, on_it=True)
        pixels = np.clip(self.camera.project(points), -1e5, 1e5)
        gaps = np.hypot(*np.diff(pixels, axis=0).T) / points_to_pixels(renderer, 1)
        seen = np.flatnonzero(~hidden & np.isfinite(pixels).all(axis=1))
        theme = self._theme.weighted(one.weight)
        draw_spaced_dots(
            renderer,
            gc,
            [(x, y) for x, y in pixels[seen].tolist()],
            np.r_[math.inf, gaps][seen].tolist(),
            one.color,
            (theme.path_width, theme.dot_size),
        )


def _parts(pixels: Points, hidden: NDArray[np.bool_]) -> list[Part]:
    """Split a line (N, 2) where it becomes hidden or visible.

    Returns:
        For each part, whether it is hidden, and its points.
    """
    if len(pixels) < 2 or not np.isfinite(pixels).all():
        return []
    joined = hidden[:-1] | hidden[1:]  # (N - 1,), for each segment
    cuts = [0, *(np.flatnonzero(np.diff(joined)) + 1).tolist(), len(joined)]
    points = [(x, y) for x, y in np.clip(pixels, -1e5, 1e5).tolist()]
    return [
        (bool(joined[first]), points[first : last + 1])
        for first, last in pairwise(cuts)
    ]
