"""Paths over a landscape, seen by its camera."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from animator.drawing.camera import Camera, CameraArtist
from animator.drawing.strokes import dots, pen, stroke

if TYPE_CHECKING:
    from matplotlib.backend_bases import RendererBase

    from animator.drawing.camera import Points
    from animator.drawing.theme import Theme

_MOST_POINTS = 1000
"""How many points of a path are drawn at most, so that a frame's time has a bound."""


class SurfacePaths(CameraArtist):
    """The paths of all settings until the current step, and their markers."""

    def __init__(
        self, camera: Camera, paths: list[Points], steps: int, theme: Theme
    ) -> None:
        """Draw paths, each (K, 3), of at most `steps` steps."""
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
        theme = self._theme
        gc = pen(renderer, self.camera.ax.bbox)
        sizes = (
            np.linspace(1.5, 0.7, len(self._paths)) if len(self._paths) > 1 else [1.0]
        )
        heads = []
        for index, path in enumerate(self._paths):
            color, width = theme.color(index), theme.line_width
            past = self._past(path)
            for part in _parts(self.camera.project(past)):
                stroke(renderer, gc, part, (theme.casing, 1.7 * width), (color, width))
            if len(past) and np.isfinite(past[-1]).all():
                heads.append((index, self.camera.project(past[-1])))
        for index, (x, y) in heads:
            size = float(sizes[index]) * theme.marker_size
            rim = size + 0.6 * theme.line_width
            dots(
                renderer, gc, [(float(x), float(y))],
                (theme.shade, rim + 0.5 * theme.line_width), (theme.casing, rim),
                (theme.color(index), size),
            )  # fmt: skip
        gc.restore()
        self.stale = False

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
