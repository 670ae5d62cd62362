"""The trails of an axes, which grow, and the markers that lead them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.transforms import Bbox

from animator.drawing.comet import comet_points, draw_comet, is_under_comet
from animator.drawing.drawing import Drawing
from animator.drawing.markers import Markers, on_map, ring_width
from animator.drawing.polyline import Polyline, Trail
from animator.drawing.step_marks import draw_dots
from animator.drawing.strokes import around, arrowhead, dots, pen

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
    """The moving part of a trail: its newest steps, or the marker at its head.

    Markers of all trails are of one size. Where some of them meet, they are rings
    around each other.

    Where the path has left the map, the marker is an arrowhead at the border that
    points to where the path is; that of a curve stays at its own step.

    They are two artists, so that no trail's end lies above the marker of another.
    """

    def __init__(self, trail: Trail, markers: Markers, *, head: bool) -> None:
        """Draw the marker at the head of a trail, or else its newest steps.

        Args:
            trail: which one.
            markers: of all trails of the axes.
            head: whether it is the marker.
        """
        super().__init__()
        self.trail = trail
        self.head = head
        self._markers = markers
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
        if self._step < self.trail.begin:
            return []
        route = self.trail.route()
        if self.head:
            return [route.at(self._step)]
        first, last = self._vertices()
        return [*route.vertices[first : last + 1], *self._ends()]

    def _ring(self) -> float:
        """Return by how much the marker is larger than usual, in points."""
        trail = self.trail
        above, meeting = self._markers.count(trail, self._step)
        return above * ring_width(trail.marker, trail.rim, meeting)

    def get_window_extent(self, renderer: RendererBase | None = None) -> Bbox:
        """Return the box around it, in pixels."""
        trail, points = self.trail, self._points()
        if not points:
            return Bbox.null()
        size = trail.reach + trail.theme.line_width
        if self.head:
            points = [on_map(trail, points[0])[0]]
            size += 1.3 * (trail.marker + trail.shade + self._ring())
        else:
            points += comet_points(trail, self._step)
            size += trail.theme.line_width
        return around(points, trail.pixels(size))

    def draw(self, renderer: RendererBase) -> None:
        """Draw the marker, or the newest end below it."""
        if not self.get_visible():
            return
        trail, theme, points = self.trail, self.trail.theme, self._points()
        if not points:
            return
        beside = 0.0
        if self.head and trail.is_curve:  # its first step is on the axes' border
            beside = trail.pixels(trail.marker + self._ring())
        left, bottom, right, top = trail.ax.bbox.extents
        clip = Bbox.from_extents(left - beside, bottom, right + beside, top)
        gc = pen(renderer, clip)
        if self.head:
            size = trail.marker + self._ring()
            layers = (
                (theme.shade, size + trail.shade),
                (theme.casing, size + trail.rim),
                (trail.color, size),
            )
            place, (x, y) = on_map(trail, points[0])
            if (x, y) == (0.0, 0.0):
                dots(renderer, gc, [place], *layers)
            else:
                arrowhead(renderer, gc, place, math.atan2(y, x), *layers)
        else:
            first, last = self._vertices()
            if not is_under_comet(trail, self._step, first):
                ends = self._ends()
                if ends:
                    trail.draw_casing(renderer, gc, points[-2:])
                trail.draw_line(renderer, gc, first, last, *ends)
                draw_dots(trail, renderer, gc, range(max(first, 0), last + 1))
            draw_comet(renderer, gc, trail, self._step)
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
        plain: without dots and comet, for curves over the steps.
        bands: drawn below them.
    """
    trails = [Trail(ax, line, theme, plain=plain) for line in lines]
    trails = [trail for trail in trails if not trail.is_empty]
    markers = Markers([trail for trail in trails if not trail.is_dashed])
    tips = [Tip(trail, markers, head=False) for trail in trails]
    tips += [Tip(trail, markers, head=True) for trail in markers.trails]

    def update(step: float) -> None:
        for tip in tips:
            tip.set_step(step)

    return Drawing([Trails(trails, bands)] if trails else [], tips, update)
