"""The path of one setting: the trail that grows, and the marker that leads it.

A trail is a line with a dot at every step, inside a wider casing that sets it off the
map. The casing of a new piece would cover the end of the line before it, so the line
is drawn a casing's radius behind its casing, and the marker draws the rest. So every
piece of the trail is drawn once and for all, and where a path crosses itself the later
part lies above the earlier one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.artist import Artist
from matplotlib.transforms import Bbox

from animator.drawing.drawing import Drawing
from animator.drawing.route import Route, lay_route
from animator.drawing.strokes import arrowhead, dots, pen, stroke

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.backend_bases import GraphicsContextBase, RendererBase
    from numpy.typing import NDArray

    from animator.drawing.strokes import Point
    from animator.drawing.theme import Theme

_FAR = 1e5
"""Pixels; what lies farther off is drawn there, where the renderer can still count."""


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
        """Lay a path over an axes.

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
        self._laid: tuple[object, object] = (None, None)
        self._route: Route | None = None
        self.ax = ax
        self.color = line.color
        self.theme = theme
        self.ink = theme.background if line.hollow else line.color
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
            place is not self._laid[0] or limits is not self._laid[1]
        ):
            pixels = self.ax.transData.transform(self._path)
            middle = self.ax.bbox.get_points().mean(axis=0)
            away = np.hypot(*(pixels - middle).T, dtype=np.float64)
            share = _FAR / np.maximum(away, _FAR)
            pixels = middle + share[:, None] * (pixels - middle)
            radius = self.pixels(self.casing) / 2
            self._route = lay_route([(x, y) for x, y in pixels.tolist()], radius)
            self._laid = place, limits
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
                dots(renderer, gc, ends[-1:], (self.ink, self.dot))

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
            stroke(renderer, gc, points, (self.ink, self.width))


class Trails(Artist):
    """All trails of an axes but for their newest ends; a growing artist.

    Step after step is drawn, each for all trails: where two of them cross, the one
    that came later lies above.
    """

    def __init__(self, trails: Sequence[Trail]) -> None:
        """Draw trails that lie on one axes."""
        super().__init__()
        self.trails = trails
        self._span = (0, -1)
        self.set_zorder(5)
        trails[0].ax.add_artist(self)

    def grow(self, first: int, last: int) -> None:
        """Show, at the next drawing, just what steps first to last add."""
        self._span = (first, last)
        self.stale = True

    def get_window_extent(self, renderer: RendererBase | None = None) -> Bbox:
        """Return the box around what the next drawing adds, in pixels."""
        boxes = [box for trail in self.trails if (box := trail.box(*self._span))]
        return Bbox.union(boxes) if boxes else Bbox.null()

    def draw(self, renderer: RendererBase) -> None:
        """Draw what `grow` asked for."""
        if not self.get_visible():
            return
        gc = pen(renderer, self.trails[0].ax.bbox)
        first, last = self._span
        for step in range(first, last + 1):
            for trail in self.trails:
                trail.draw(renderer, gc, step, step)
        gc.restore()
        self.stale = False


class Tip(Artist):
    """What leads a trail and moves: its newest end, or the marker at its head.

    Where the path has left the map, the marker is an arrowhead at the border that
    points to where it went.

    They are two artists, so that no trail's end lies above another one's marker.
    """

    def __init__(self, trail: Trail, *, head: bool) -> None:
        """Lead a trail by the marker at its head, or else by its newest end."""
        super().__init__()
        self.trail = trail
        self.head = head
        self._step = 0.0
        self.set_zorder(7 if head else 6)
        trail.ax.add_artist(self)

    def set_step(self, step: float) -> None:
        """Move to a step, or to a point between two."""
        if step != self._step:
            self._step = step
            self.stale = True

    def _points(self) -> list[Point]:
        """Return the vertices of the newest end, and where the marker is."""
        route = self.trail.route()
        head = route.at(self._step)
        if self.head:
            return [head]
        last = route.vertex[min(int(self._step), len(route.vertex) - 1)]
        first = max(route.settled[last] - 1, 0)
        return [*route.vertices[first : last + 1], head]

    def get_window_extent(self, renderer: RendererBase | None = None) -> Bbox:
        """Return the box around it, in pixels."""
        trail, points = self.trail, self._points()
        size = trail.casing
        if self.head:
            points, size = [self._on_map(points[0])[0]], 1.3 * trail.shade
        return around(points, trail.pixels(size + trail.theme.line_width))

    def _on_map(self, head: Point) -> tuple[Point, Point]:
        """Return where the marker is seen, and how far from there it really is."""
        trail = self.trail
        left, bottom, right, top = np.asarray(trail.ax.bbox.extents).tolist()
        if left <= head[0] <= right and bottom <= head[1] <= top:
            return head, (0.0, 0.0)
        x, y = (left + right) / 2, (bottom + top) / 2
        inset = 0.65 * trail.pixels(trail.shade)
        away = head[0] - x, head[1] - y
        share = min(
            ((side - low) / 2 - inset) / abs(way)
            for low, side, way in ((left, right, away[0]), (bottom, top, away[1]))
            if way
        )
        return (x + share * away[0], y + share * away[1]), away

    def draw(self, renderer: RendererBase) -> None:
        """Draw the marker, or the newest end below it."""
        if not self.get_visible():
            return
        trail, theme, points = self.trail, self.trail.theme, self._points()
        gc = pen(renderer, trail.ax.bbox)
        if self.head:
            inks = (
                (theme.shade, trail.shade),
                (theme.casing, trail.rim),
                (trail.color, trail.marker),
            )
            seen, (x, y) = self._on_map(points[0])
            if (x, y) == (0.0, 0.0):
                dots(renderer, gc, [seen], *inks)
            else:
                arrowhead(renderer, gc, seen, math.atan2(y, x), *inks)
        else:
            trail.draw_casing(renderer, gc, points[-2:])
            trail.draw_line(renderer, gc, points)
            dots(renderer, gc, points[:-1], (trail.ink, trail.dot))
        gc.restore()
        self.stale = False


def draw_trails(
    ax: Axes, lines: Sequence[Polyline], theme: Theme, *, plain: bool = False
) -> Drawing:
    """Draw paths, each led by its marker; a path without a first point is left out.

    Args:
        ax: where they lie.
        lines: what to draw.
        theme: how they look.
        plain: without dots and white casing, for curves on paper.
    """
    # Markers that meet stay visible as rings, each around those after it.
    sizes = np.linspace(1.5, 0.7, len(lines)) if len(lines) > 1 else np.ones(1)
    trails = [
        Trail(ax, line, theme, plain=plain, marker=size)
        for line, size in zip(lines, sizes.tolist(), strict=True)
        if np.isfinite(line.path[0]).all()
    ]
    tips = [Tip(trail, head=head) for head in (False, True) for trail in trails]

    def update(step: float) -> None:
        for tip in tips:
            tip.set_step(step)

    return Drawing([Trails(trails)] if trails else [], tips, update)


def around(points: list[Point], size: float) -> Bbox:
    """Return the box around points that are drawn with a pen of a size, in pixels."""
    xs, ys = zip(*points, strict=True)
    half = size / 2
    return Bbox.from_extents(
        min(xs) - half, min(ys) - half, max(xs) + half, max(ys) + half
    )
