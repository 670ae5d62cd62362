"""The trails of an axes, which grow, and the markers at their heads."""

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
from animator.drawing.strokes import arrowhead, dots, pen, stroke_box

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.backend_bases import RendererBase

    from animator.drawing.band import Band
    from animator.drawing.strokes import Point
    from animator.drawing.theme import Theme


class Trails(Artist):
    """All trails of an axes without their newest ends; a growing artist.

    It draws step by step, each step for all trails. Where two trails cross, the later
    one is therefore above.
    """

    def __init__(self, trails: Sequence[Trail], bands: Sequence[Band] = ()) -> None:
        """Create the artist of the trails of an axes, and of bands below them."""
        super().__init__()
        self.trails = trails
        self.bands = bands
        self._span = (0, -1)
        self.set_zorder(5)
        trails[0].ax.add_artist(self)

    def grow(self, first: int, last: int) -> None:
        """Restrict the next drawing to the part that steps first to last add."""
        self._span = (first, last)
        self.stale = True

    def get_window_extent(self, renderer: RendererBase | None = None) -> Bbox:
        """Return the box around the part that the next drawing adds, in pixels."""
        boxes = [box for trail in self.trails if (box := trail.box(*self._span))]
        boxes += [box for band in self.bands if (box := band.box(*self._span))]
        return Bbox.union(boxes) if boxes else Bbox.null()

    def draw(self, renderer: RendererBase) -> None:
        """Draw the part that `grow` selected."""
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
    """The moving part of a trail: either its newest steps, or the marker at its head.

    These are two artists, so that the newest steps of one trail are never above the
    marker of another.

    All markers have the same size. Overlapping markers become concentric rings. If the
    path has left the map, the marker is an arrowhead at the border that points to the
    path; the arrowhead of a curve keeps the x of its step.
    """

    def __init__(self, trail: Trail, markers: Markers, *, head: bool) -> None:
        """Create the artist.

        Args:
            trail: the trail.
            markers: the markers of all trails of the axes.
            head: whether the artist is the marker, not the newest steps.
        """
        super().__init__()
        self.trail = trail
        self.head = head
        self._markers = markers
        self._step = 0.0
        self.set_zorder(7 if head else 6)
        trail.ax.add_artist(self)

    def set_step(self, step: float) -> None:
        """Move to a step, or to a point between two steps."""
        if step != self._step:
            self._step = step
            self.stale = True

    def _vertices(self) -> tuple[int, int]:
        """Return the first and the last vertex of the newest steps; -1 if none."""
        route = self.trail.route()
        last = route.vertex[min(int(self._step), len(route.vertex) - 1)]
        first = route.behind(route.settled[last]) if last >= 0 else 0
        return first, last

    def _ends(self) -> list[Point]:
        """Return the end point of the newest steps, if there is one."""
        route = self.trail.route()
        return [route.at(self._step)] if route.is_drawn(self._step) else []

    def _points(self) -> list[Point]:
        """Return the position of the marker, or the vertices of the newest steps."""
        if self._step < self.trail.begin:
            return []
        route = self.trail.route()
        if self.head:
            return [route.at(self._step)]
        first, last = self._vertices()
        return [*route.vertices[first : last + 1], *self._ends()]

    def _ring(self) -> float:
        """Return the difference to the usual size of the marker, in points."""
        trail = self.trail
        above, meeting = self._markers.count(trail, self._step)
        return above * ring_width(trail.marker, trail.rim, meeting)

    def get_window_extent(self, renderer: RendererBase | None = None) -> Bbox:
        """Return the box around the artist, in pixels."""
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
        return stroke_box(points, trail.pixels(size))

    def draw(self, renderer: RendererBase) -> None:
        """Draw the marker, or the newest steps."""
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
    """Draw paths with a marker at the head of each; omit paths without a first point.

    Args:
        ax: the axes.
        lines: the paths.
        theme: colours and sizes.
        plain: whether to omit dots and comets, for curves over the steps.
        bands: the bands to draw below the paths.
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
