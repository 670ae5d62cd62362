"""Draws the marks on a trail: dots or crosses at steps, diamonds, marks of gaps."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from animator.drawing.strokes import arrowhead, crosses, diamond, dots

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from matplotlib.backend_bases import GraphicsContextBase, RendererBase

    from animator.drawing.polyline import Trail
    from animator.drawing.strokes import Point

CROSS = 1.5
"""The size of a cross that marks a step, in dot sizes."""
_SPREAD = 2.0
"""The smallest distance between dots, in dot diameters."""
EVENT = 2.4
"""The size of a diamond that marks an event, in dot sizes."""


def place_gap_marks(trail: Trail, points: list[Point]) -> dict[int, Point]:
    """Return the marks of gaps by step, without overlapping ones."""
    size = trail.pixels(trail.mark_size)
    y = float(trail.ax.bbox.y0) + size
    marks: dict[int, Point] = {}
    zeros = [step for step, height in trail.gaps.items() if height < 0]
    for step in zeros if trail.has_marks else ():
        x = points[step][0]
        if not marks or x - next(reversed(marks.values()))[0] >= size:
            marks[step] = x, y
    return marks


def draw_gap_marks(
    trail: Trail,
    renderer: RendererBase,
    gc: GraphicsContextBase,
    marks: Sequence[Point],
) -> None:
    """Draw a downward triangle at each mark."""
    rim = (trail.casing_color, 1.5 * trail.mark_size)
    for mark in marks:
        inner = (trail.color, trail.mark_size)
        arrowhead(renderer, gc, mark, -math.pi / 2, rim, inner)


def draw_events(
    trail: Trail,
    renderer: RendererBase,
    gc: GraphicsContextBase,
    steps: Iterable[int],
) -> None:
    """Draw a diamond at each of some steps."""
    size = EVENT * trail.dot
    rim = (trail.casing_color, size + 0.6 * trail.theme.line_width)
    for step in steps:
        diamond(renderer, gc, trail.route().points[step], rim, (trail.color, size))


def draw_dots(
    trail: Trail, renderer: RendererBase, gc: GraphicsContextBase, vertices: range
) -> None:
    """Draw the marks of steps at some vertices of a trail's route."""
    route = trail.route()
    points = [route.vertices[vertex] for vertex in vertices]
    if not trail.has_dots or not points:
        return
    if trail.is_curve:
        dots(renderer, gc, points, (trail.line_color, trail.dot))
    elif trail.theme.step_mark == "cross":
        width, size = 0.5 * trail.theme.line_width, CROSS * trail.dot
        rims = [
            point
            for point, vertex in zip(points, vertices, strict=True)
            if route.gap(vertex) >= trail.pixels(size)
        ]  # denser crosses would hide the path
        if rims:
            crosses(renderer, gc, rims, size, (trail.casing_color, 2 * width))
        crosses(renderer, gc, points, size, (trail.color, width))
    else:
        gaps = [route.gap(vertex) / trail.pixels(1) for vertex in vertices]
        sizes = (trail.width, trail.dot)
        draw_spaced_dots(renderer, gc, points, gaps, trail.color, sizes)


def draw_spaced_dots(
    renderer: RendererBase,
    gc: GraphicsContextBase,
    points: Sequence[Point],
    gaps: Sequence[float],
    color: str,
    sizes: tuple[float, float],
) -> None:
    """Draw dots that are smaller where they are close, so that they do not touch.

    Args:
        renderer: the renderer.
        gc: the pen.
        points: the centres, in pixels.
        gaps: the distance of each dot from the previous one, in points.
        color: the colour of the dots.
        sizes: the smallest and the largest diameter, in points.
    """
    least, most = sizes
    groups: dict[float, list[Point]] = {}
    for point, gap in zip(points, gaps, strict=True):
        size = round(4 * min(max(gap / _SPREAD, least), most)) / 4
        groups.setdefault(size, []).append(point)
    for size, group in groups.items():
        dots(renderer, gc, group, (color, size))
