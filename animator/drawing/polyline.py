"""The path of one setting, and the drawing of its pieces.

A trail is a line with a dot at every step, inside a wider casing that separates it from
the map. The casing of a new piece would cover the end of the previous line. Therefore
the line ends one casing radius before its casing, and the moving tip of the trail draws
the rest. Each piece is thus drawn only once, and where a path crosses itself, the later
part is above the earlier part.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.transforms import Bbox

from animator.drawing.offsets import offset_points
from animator.drawing.route import Route, find_route, known_part
from animator.drawing.step_marks import (
    CROSS,
    EVENT,
    draw_dots,
    draw_events,
    draw_gap_marks,
    place_gap_marks,
)
from animator.drawing.strokes import dashes, dots, stroke, stroke_box

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.backend_bases import GraphicsContextBase, RendererBase
    from numpy.typing import NDArray

    from animator.drawing.strokes import Point
    from animator.drawing.theme import Theme

_HUGE = 1e150
"""The largest coordinate, in pixels, whose square is finite."""
_DASH = 2.5
"""The length of the dashes of a dashed line, in line widths."""
_ASIDE = 1.5
"""The distance between coinciding paths, in line widths."""
_FAR = 1e5
"""The largest coordinate, in pixels, at which the renderer is exact."""


@dataclass(frozen=True, slots=True)
class Polyline:
    """A path and its style.

    Attributes:
        path: the points in data coordinates (steps + 1, 2). The path begins at the
            first point that is not NaN, and ends at the next NaN. Where the y of a
            curve is infinite, the curve has a gap, and its marker is on the border.
        color: the colour of line, dots and marker.
        hollow: whether to colour only the edges of the line.
        dashed: whether the line is dashed, without dots, casing and marker.
        dash: the length of dashes, in line widths; 0 for a solid line. A line with
            dashes of this kind has a casing and a marker, but no dots.
        has_marks: whether gaps are marked on the lower border.
        weight: a factor for the sizes of line, dots and marker.
        alpha: the opacity of the line, 0 to 1; below 1 it has no casing.
        has_dots: whether to draw a dot at each step.
        events: the steps to mark by a diamond.
        offsets: the perpendicular offset of each step (steps + 1,), in line widths.
        owner: the label of the setting that the path belongs to, if any.
    """

    path: NDArray[np.floating]
    color: str
    hollow: bool = False
    dashed: bool = False
    dash: float = 0.0
    has_marks: bool = False
    weight: float = 1.0
    alpha: float = 1.0
    has_dots: bool = True
    events: frozenset[int] = frozenset()
    offsets: NDArray[np.floating] | None = None
    owner: str = ""


class Trail:
    """The path of one setting on an axes, in its colour."""

    def __init__(self, ax: Axes, line: Polyline, theme: Theme, *, plain: bool) -> None:
        """Create the trail of a path on an axes.

        Args:
            ax: the axes.
            line: the path.
            theme: colours and sizes.
            plain: whether to omit dots and casing, for a curve over the steps.
        """
        self.line = line
        theme = theme.weighted(line.weight)
        self.begin, self._path, self.gaps = known_part(line.path, has_gaps=plain)
        self.is_empty = not len(self._path)
        self._offsets = None
        if line.offsets is not None:
            self._offsets = line.offsets[: len(self._path)]
        self.has_marks = line.has_marks
        self._marks: dict[int, Point] = {}
        self._placed: tuple[object, object] = (None, None)
        self._route: Route | None = None
        self.ax = ax
        self.is_curve = plain
        self.is_dashed = line.dashed
        self.color = line.color
        self.alpha = line.alpha
        self.dash = line.dash or (_DASH if line.dashed else 0.0)
        self.has_dots = line.has_dots and not self.dash
        self.events = line.events
        self.theme = theme
        self._set_pens(line)
        self.marker = (0.75 if plain else 1.0) * theme.marker_size
        self.mark_size = 0.6 * theme.marker_size  # the size of a mark of a gap
        self.rim = 0.9 * theme.line_width  # the difference to the size of the marker
        self.shade = self.rim + 0.4 * theme.line_width
        self.comet = 0 if plain else theme.comet
        self.reach = max(self.casing, CROSS * self.dot)  # the width of the widest pen
        if self.events:
            self.reach = max(self.reach, 1.4 * EVENT * self.dot)

    def _set_pens(self, line: Polyline) -> None:
        """Set the colours, and the widths in points, of line, dots and casing."""
        theme = self.theme
        if self.is_curve:
            self.line_color = theme.background if line.hollow else line.color
            self.width = (0.6 if line.hollow else 1.0) * theme.line_width
            self.dot = self.width
            self.casing = 1.6 * theme.line_width
            self.casing_color = line.color if line.hollow else theme.background
            return
        self.line_color = self.translucent(theme.faded(line.color))
        self.width, self.dot = theme.path_width, theme.dot_size
        self.casing = self.width + 0.6 * theme.line_width
        self.casing_color = theme.casing

    def translucent(self, color: str) -> str:
        """Return a colour, ``"#rrggbb"``, with the opacity of the line."""
        return color if self.alpha == 1 else f"{color[:7]}{round(255 * self.alpha):02x}"

    def pixels(self, points: float) -> float:
        """Convert a length from points to pixels."""
        return points * self.ax.figure.dpi / 72

    def route(self) -> Route:
        """Return the path on the screen, for the current position of the axes."""
        # matplotlib replaces these arrays if the axes move or their limits change.
        place, limits = self.ax.bbox.get_points(), self.ax.transLimits.get_matrix()
        if self._route is None or (
            place is not self._placed[0] or limits is not self._placed[1]
        ):
            radius = self.pixels(max(self.casing, (self.casing + self.dot) / 2)) / 2
            points = [(x, y) for x, y in self._on_screen().tolist()]
            self._route = find_route(points, radius, frozenset(self.gaps))
            self._marks = place_gap_marks(self, points)
            self._placed = place, limits
        return self._route

    def _on_screen(self) -> NDArray[np.float64]:
        """Return the points of the path in pixels, clipped to a finite range."""
        pixels = self.ax.transData.transform(self._path).clip(-_HUGE, _HUGE)
        middle = self.ax.bbox.get_points().mean(axis=0)
        if self.is_curve:  # keep the x of each step
            pixels[list(self.gaps), 1] = list(self.gaps.values())
            return np.asarray(pixels.clip(middle - _FAR, middle + _FAR))
        if self._offsets is not None:
            width = self.pixels(_ASIDE * self.theme.line_width)
            pixels = offset_points(pixels, self._offsets, width)
        away = np.hypot(*(pixels - middle).T, dtype=np.float64)
        share = _FAR / np.maximum(away, _FAR)
        return np.asarray(middle + share[:, None] * (pixels - middle))

    def _pieces(self, first: int, last: int) -> range:
        """Return the vertices that steps first to last add."""
        vertex = self.route().vertex
        end = len(vertex) - 1
        begin = vertex[min(first - 1, end)] + 1 if first else 0
        return range(begin, vertex[min(last, end)] + 1)

    def box(self, first: int, last: int) -> Bbox | None:
        """Return the box around the part that steps first to last add, in pixels."""
        pieces, route = self._pieces(first, last), self.route()
        boxes = [
            stroke_box([mark], 2 * self.pixels(self.mark_size))
            for step, mark in self._marks.items()
            if first <= step <= last
        ]
        boxes += [
            stroke_box([route.points[step]], self.pixels(self.reach))
            for step in self.events
            if first <= step <= last and step < len(route.points)
        ]
        if pieces:
            behind = max(pieces.start - 1, 0)
            oldest = max(min(behind, route.settled[behind] - 1), 0)
            points = route.vertices[oldest : pieces.stop]
            boxes.append(stroke_box(points, self.pixels(self.reach)))
        return Bbox.union(boxes) if boxes else None

    def draw(
        self, renderer: RendererBase, gc: GraphicsContextBase, first: int, last: int
    ) -> None:
        """Draw the part that steps first to last add."""
        route = self.route()
        for piece in self._pieces(first, last):
            self.draw_casing(
                renderer, gc, route.vertices[route.behind(piece) : piece + 1]
            )
            lines = route.settled[piece - 1] if piece else 0
            for line in range(lines, route.settled[piece]):
                self.draw_line(renderer, gc, route.behind(line), line)
                draw_dots(self, renderer, gc, range(line, line + 1))
        steps = range(first, min(last + 1, len(route.points)))
        draw_events(self, renderer, gc, [step for step in steps if step in self.events])
        marks = [mark for step, mark in self._marks.items() if first <= step <= last]
        draw_gap_marks(self, renderer, gc, marks)

    def draw_casing(
        self, renderer: RendererBase, gc: GraphicsContextBase, points: list[Point]
    ) -> None:
        """Draw the casing through one or more points."""
        if not self.is_dashed and self.alpha == 1:
            draw = stroke if len(points) > 1 else dots
            draw(renderer, gc, points, (self.casing_color, self.casing))

    def draw_line(
        self,
        renderer: RendererBase,
        gc: GraphicsContextBase,
        first: int,
        last: int,
        *ends: Point,
    ) -> None:
        """Draw the line, without dots, through some vertices and to the ends."""
        route = self.route()
        points = [*route.vertices[first : last + 1], *ends]
        parts = [points] if len(points) > 1 else []
        if self.dash and parts:
            length = self.pixels(self.dash * self.width)
            parts = list(dashes(points, route.lengths[first], length))
        if self.alpha < 1:  # so that pieces do not overlap
            gc.set_capstyle("butt")
        for part in parts:
            stroke(renderer, gc, part, (self.line_color, self.width))
        gc.set_capstyle("round")
