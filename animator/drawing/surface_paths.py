"""Paths over a landscape, seen by its camera."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np

from animator.drawing.camera import Camera, CameraArtist
from animator.drawing.strokes import dots, pen, stroke

if TYPE_CHECKING:
    from matplotlib.backend_bases import GraphicsContextBase, RendererBase

    from animator.drawing.camera import Points
    from animator.drawing.theme import Theme

_MOST_POINTS = 1000
"""How many points of a path are drawn at most, so that a frame's time has a bound."""


@dataclass(frozen=True, slots=True)
class SurfacePath:
    """A path over a landscape, and how it is drawn.

    Attributes:
        points: of the path (K, 3); NaN where it is off the map.
        color: of line and marker.
        weight: multiplies the sizes of line and marker.
        marker: the size of the marker, as a multiple of the theme's.
    """

    points: Points
    color: str
    weight: float
    marker: float


class SurfacePaths(CameraArtist):
    """The paths of all settings until the current step, their starts and markers."""

    def __init__(
        self, camera: Camera, paths: list[SurfacePath], steps: int, theme: Theme
    ) -> None:
        """Draw paths of at most `steps` steps."""
        super().__init__(camera, 3)
        self._paths = paths
        self._stride = max(1, math.ceil(steps / _MOST_POINTS))
        self._theme = theme
        self._step = 0.0

    def set_step(self, step: float) -> None:
        """Show the paths until a step, or until a point between two."""
        self._step = step
        self.stale = True

    def draw(self, renderer: RendererBase) -> None:
        """Draw the paths, and the markers above them."""
        if not self.get_visible():
            return
        gc = pen(renderer, self.camera.ax.bbox)
        for path in self._paths:
            self._draw_start(renderer, gc, path)
        heads = []
        for path in self._paths:
            theme = self._theme.weighted(path.weight)
            past, width = self._past(path.points), theme.line_width
            for part in _parts(self.camera.project(past)):
                layers = (theme.casing, 1.7 * width), (path.color, width)
                stroke(renderer, gc, part, *layers)
            if len(past) and np.isfinite(past[-1]).all():
                heads.append((path, self.camera.project(past[-1])))
        for path, (x, y) in heads:
            theme = self._theme.weighted(path.weight)
            size = path.marker * theme.marker_size
            rim = size + 0.6 * theme.line_width
            dots(
                renderer, gc, [(float(x), float(y))],
                (theme.shade, rim + 0.5 * theme.line_width), (theme.casing, rim),
                (path.color, size),
            )  # fmt: skip
        gc.restore()
        self.stale = False

    def _draw_start(
        self, renderer: RendererBase, gc: GraphicsContextBase, path: SurfacePath
    ) -> None:
        """Mark the start of a path by a square, as on a map."""
        if not len(path.points) or not np.isfinite(path.points[0]).all():
            return
        theme = self._theme.weighted(path.weight)
        x, y = map(float, self.camera.project(path.points[0]))
        side = theme.marker_size + 4.5 * theme.line_width
        half = float(cast("float", renderer.points_to_pixels(side))) / 2
        corners = [
            (x + right * half, y + up * half)
            for right, up in ((-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1))
        ]
        width = theme.line_width / 1.5
        layers = (theme.shade, 2.2 * width), (theme.casing, 1.2 * width)
        stroke(renderer, gc, corners, *layers)

    def _past(self, path: Points) -> Points:
        """Return the points of a path until now, the last one between two steps."""
        last = len(path) - 1
        if last < 0:
            return path
        index = min(int(self._step), last)
        share = min(self._step - index, 1.0)
        head = path[index] + share * (path[min(index + 1, last)] - path[index])
        return np.concatenate([path[: index + 1 : self._stride], [path[index], head]])


def _parts(points: Points) -> list[list[tuple[float, float]]]:
    """Split a line of points where it is interrupted by NaN."""
    parts: list[list[tuple[float, float]]] = [[]]
    for x, y in points.tolist():
        if math.isfinite(x) and math.isfinite(y):
            parts[-1].append((x, y))
        elif parts[-1]:
            parts.append([])
    return [part for part in parts if len(part) > 1]
