"""The trails of an axes, which grow, and the markers that lead them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.transforms import Bbox

from animator.drawing.drawing import Drawing
from animator.drawing.polyline import Polyline, Trail, around
from animator.drawing.strokes import arrowhead, dots, pen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.backend_bases import RendererBase

    from animator.drawing.band import Band
    from animator.drawing.strokes import Point
    from animator.drawing.theme import Theme


class Trails(Artist):
    """All trails of an axes without their newest ends; a growing artist.

    It draws step after step, each for all trails: where two of them cross, the later
    one lies above.
    """

    def __init__(self, trails: Sequence[Trail], bands: Sequence[Band] = ()) -> None:
        """Draw trails that lie on one axes, and bands below them."""
        super().__init__()
        self.trails = trails
        self.bands = bands
        self._span = (0, -1)
        self.set_zorder(5)
        trails[0].ax.add_artist(self)

    def grow(self, first: int, last: int) -> None:
        """Show, at the next drawing, only what steps first to last add."""
        self._span = (first, last)
        self.stale = True

    def get_window_extent(self, renderer: RendererBase | None = None) -> Bbox:
        """Return the box around what the next drawing adds, in pixels."""
        boxes = [box for trail in self.trails if (box := trail.box(*self._span))]
        boxes += [box for band in self.bands if (box := band.box(*self._span))]
        return Bbox.union(boxes) if boxes else Bbox.null()

    def draw(self, renderer: RendererBase) -> None:
        """Draw what `grow` asked for."""
        if not self.get_visible():
            return
        gc = pen(renderer, self.trails[0].ax.bbox)
        first, last = self._span
        if not isinstance(renderer, RendererAgg):  # pieces would have visible joints
            for band in self.bands:
                band.draw(renderer, first, last)
        for step in range(first, last + 1):
            for band in self.bands if isinstance(renderer, RendererAgg) else ():
                band.draw(renderer, step, step)
            for trail in self.trails:
                trail.draw(renderer, gc, step, step)
        gc.restore()
        self.stale = False


class Tip(Artist):
    """The moving part of a trail: its newest end, or the marker at its head.

    Where the path has left the map, the marker is an arrowhead at the border that
    points to where the path is; that of a curve stays at its own step.

    They are two artists, so that no trail's end lies above the marker of another.
    """

    def __init__(self, trail: Trail, *, head: bool) -> None:
        """Draw the marker at the head of a trail, or else its newest end."""
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

    def _vertices(self) -> tuple[int, int]:
        """Return the first and the last vertex of the newest end; -1 if none."""
        route = self.trail.route()
        last = route.vertex[min(int(self._step), len(route.vertex) - 1)]
        first = route.behind(route.settled[last]) if last >= 0 else 0
        return first, last

    def _ends(self) -> list[Point]:
        """Return where the newest end leads to, if anywhere."""
        route = self.trail.route()
        return [route.at(self._step)] if route.is_drawn(self._step) else []

    def _points(self) -> list[Point]:
        """Return where the marker is, or the vertices of the newest end."""
        route = self.trail.route()
        if self.head:
            return [route.at(self._step)]
        first, last = self._vertices()
        return [*route.vertices[first : last + 1], *self._ends()]

    def get_window_extent(self, renderer: RendererBase | None = None) -> Bbox:
        """Return the box around it, in pixels."""
        trail, points = self.trail, self._points()
        size = trail.casing
        if not points:
            return Bbox.null()
        if self.head:
            points, size = [self._on_map(points[0])[0]], 1.3 * trail.shade
        return around(points, trail.pixels(size + trail.theme.line_width))

    def _on_map(self, head: Point) -> tuple[Point, Point]:
        """Return where the marker is drawn, and how far from there it really is."""
        trail = self.trail
        left, bottom, right, top = np.asarray(trail.ax.bbox.extents).tolist()
        is_inside = left <= head[0] <= right or trail.is_curve
        if is_inside and bottom <= head[1] <= top:
            return head, (0.0, 0.0)
        inset = 0.65 * trail.pixels(trail.shade)
        if trail.is_curve:  # it stays at its own step
            y = top - inset if head[1] > top else bottom + inset
            return (head[0], y), (0.0, head[1] - y)
        x, y = (left + right) / 2, (bottom + top) / 2
        away = head[0] - x, head[1] - y
        share = min(
            ((high - low) / 2 - inset) / abs(distance)
            for low, high, distance in ((left, right, away[0]), (bottom, top, away[1]))
            if distance
        )
        return (x + share * away[0], y + share * away[1]), away

    def draw(self, renderer: RendererBase) -> None:
        """Draw the marker, or the newest end below it."""
        if not self.get_visible():
            return
        trail, theme, points = self.trail, self.trail.theme, self._points()
        if not points:
            return
        gc = pen(renderer, trail.ax.bbox)
        if self.head:
            layers = (
                (theme.shade, trail.shade),
                (theme.casing, trail.rim),
                (trail.color, trail.marker),
            )
            place, (x, y) = self._on_map(points[0])
            if (x, y) == (0.0, 0.0):
                dots(renderer, gc, [place], *layers)
            else:
                arrowhead(renderer, gc, place, math.atan2(y, x), *layers)
        else:
            first, last = self._vertices()
            ends = self._ends()
            if ends:
                trail.draw_casing(renderer, gc, points[-2:])
            trail.draw_line(renderer, gc, first, last, *ends)
            trail.draw_dots(renderer, gc, points[: len(points) - len(ends)])
        gc.restore()
        self.stale = False


def draw_trails(
    ax: Axes,
    lines: Sequence[Polyline],
    theme: Theme,
    *,
    plain: bool = False,
    bands: Sequence[Band] = (),
) -> Drawing:
    """Draw paths, each led by its marker; a path without a first point is left out.

    Args:
        ax: where they lie.
        lines: what to draw.
        theme: colours and sizes.
        plain: without dots and white casing, for curves over the steps.
        bands: drawn below them.
    """
    trails = [
        Trail(ax, line, theme, plain=plain, marker=size)
        for line, size in zip(lines, _marker_sizes(lines), strict=True)
    ]
    trails = [trail for trail in trails if not trail.is_empty]
    tips = [
        Tip(trail, head=head)
        for head in (False, True)
        for trail in trails
        if not (head and trail.is_dashed)
    ]

    def update(step: float) -> None:
        for tip in tips:
            tip.set_step(step)

    return Drawing([Trails(trails, bands)] if trails else [], tips, update)


def _marker_sizes(lines: Sequence[Polyline]) -> list[float]:
    """Return how large the markers are, as multiples of the theme's.

    Markers that meet stay visible as rings, each around those after it. Those of one
    setting with several runs are of one size.
    """
    keys: list[object] = list(range(len(lines)))
    if any(line.weight != 1 for line in lines):
        keys = [line.color for line in lines]
    places = {key: number for number, key in enumerate(dict.fromkeys(keys))}
    sizes = np.linspace(1.5, 0.7, len(places)) if len(places) > 1 else np.ones(1)
    return [float(sizes[places[key]]) for key in keys]
