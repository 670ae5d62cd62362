"""The path of one setting, and how a piece of it is drawn.

A trail is a line with a dot at every step, inside a wider casing that sets it off the
map. The casing of a new piece would cover the end of the line before it. Therefore the
line is drawn a casing's radius behind its casing, and the tip of the trail draws the
rest. So every piece is drawn only once, and where a path crosses itself the later part
lies above the earlier one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.transforms import Bbox

from animator.drawing.route import Route, find_route
from animator.drawing.strokes import dots, stroke

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.backend_bases import GraphicsContextBase, RendererBase
    from numpy.typing import NDArray

    from animator.drawing.strokes import Point
    from animator.drawing.theme import Theme

_FAR = 1e5
"""Pixels; what lies farther off is drawn there, where the renderer is still exact."""


@dataclass(frozen=True, slots=True)
class Polyline:
    """A path and how it is drawn.

    Attributes:
        path: in data coordinates (steps + 1, 2); the first NaN ends it.
        color: of line, dots and marker.
        hollow: whether only the sides of the line have the colour.
    """

    path: NDArray[np.floating]
    color: str
    hollow: bool = False


class Trail:
    """The path of one setting over an axes, in its colour."""

    def __init__(
        self, ax: Axes, line: Polyline, theme: Theme, *, plain: bool, marker: float
    ) -> None:
        """Put a path on an axes.

        Args:
            ax: where it lies.
            line: what to draw.
            theme: how it looks.
            plain: without dots and white casing, for a curve on paper.
            marker: how large its marker is, as a multiple of the theme's.
        """
        finite = np.isfinite(line.path).all(axis=1)
        end = len(finite) if finite.all() else int(finite.argmin())
        self._path = line.path[:end].astype(np.float64)
        self._placed: tuple[object, object] = (None, None)
        self._route: Route | None = None
        self.ax = ax
        self.color = line.color
        self.theme = theme
        self.line_color = theme.background if line.hollow else line.color
        self.width = (0.6 if line.hollow else 1.0) * theme.line_width  # in points
        self.dot = self.width if plain else theme.dot_size
        self.casing = (theme.line_width if plain else self.dot) + 0.6 * theme.line_width
        self.casing_color = theme.background if plain else theme.casing
        if line.hollow:
            self.casing_color = line.color
        self.marker = marker * (0.7 if plain else 1.0) * theme.marker_size
        # Thin where markers may meet, so that there is room for a ring of each.
        white, dark = (1.6, 0.8) if marker == 1 else (0.5, 0.3)
        self.rim = self.marker + white * theme.line_width
        self.shade = self.rim + dark * theme.line_width

    def pixels(self, points: float) -> float:
        """Convert a length from points."""
        return points * self.ax.figure.dpi / 72

    def route(self) -> Route:
        """Return the path on the screen, as the axes lie now."""
        # matplotlib makes these arrays anew when the axes move or their limits change.
        place, limits = self.ax.bbox.get_points(), self.ax.transLimits.get_matrix()
        if self._route is None or (
            place is not self._placed[0] or limits is not self._placed[1]
        ):
            pixels = self.ax.transData.transform(self._path)
            middle = self.ax.bbox.get_points().mean(axis=0)
            away = np.hypot(*(pixels - middle).T, dtype=np.float64)
            share = _FAR / np.maximum(away, _FAR)
            pixels = middle + share[:, None] * (pixels - middle)
            radius = self.pixels(self.casing) / 2
            self._route = find_route([(x, y) for x, y in pixels.tolist()], radius)
            self._placed = place, limits
        return self._route

    def _pieces(self, first: int, last: int) -> range:
        """Return the vertices that steps first to last add."""
        vertex = self.route().vertex
        end = len(vertex) - 1
        begin = vertex[min(first - 1, end)] + 1 if first else 0
        return range(begin, vertex[min(last, end)] + 1)

    def box(self, first: int, last: int) -> Bbox | None:
        """Return the box around what steps first to last add, in pixels."""
        pieces, route = self._pieces(first, last), self.route()
        if not pieces:
            return None
        behind = max(pieces.start - 1, 0)
        oldest = max(min(behind, route.settled[behind] - 1), 0)
        return around(route.vertices[oldest : pieces.stop], self.pixels(self.casing))

    def draw(
        self, renderer: RendererBase, gc: GraphicsContextBase, first: int, last: int
    ) -> None:
        """Draw what steps first to last add."""
        route = self.route()
        for piece in self._pieces(first, last):
            behind = max(piece - 1, 0)
            self.draw_casing(renderer, gc, route.vertices[behind : piece + 1])
            lines = route.settled[behind] if piece else 0
            for line in range(lines, route.settled[piece]):
                ends = route.vertices[max(line - 1, 0) : line + 1]
                self.draw_line(renderer, gc, ends)
                dots(renderer, gc, ends[-1:], (self.line_color, self.dot))

    def draw_casing(
        self, renderer: RendererBase, gc: GraphicsContextBase, points: list[Point]
    ) -> None:
        """Draw the casing through one or more points."""
        draw = stroke if len(points) > 1 else dots
        draw(renderer, gc, points, (self.casing_color, self.casing))

    def draw_line(
        self, renderer: RendererBase, gc: GraphicsContextBase, points: list[Point]
    ) -> None:
        """Draw the line, without dots, through points."""
        if len(points) > 1:
            stroke(renderer, gc, points, (self.line_color, self.width))


def around(points: list[Point], size: float) -> Bbox:
    """Return the box around points that are drawn with a pen of a size, in pixels."""
    xs, ys = zip(*points, strict=True)
    half = size / 2
    return Bbox.from_extents(
        min(xs) - half, min(ys) - half, max(xs) + half, max(ys) + half
    )
