"""Draws the comet of a path: its newest steps, brighter and wider than the rest."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

from matplotlib.path import Path

from animator.drawing.step_marks import draw_events, draw_spaced_dots
from animator.drawing.strokes import dashes, draw_layers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from matplotlib.backend_bases import GraphicsContextBase, RendererBase

    from animator.drawing.polyline import Trail
    from animator.drawing.strokes import Point

_PARTS = ((1.0, 0.5), (0.5, 1.0))
"""Fractions of the newest steps, each drawn over the one before, and their widths: 0 is
the width of the path, and 1 the width of the head."""


def comet_points(trail: Trail, step: float, share: float = 1.0) -> list[Point]:
    """Return the points of a fraction of a trail's newest steps, in pixels.

    The end of the comet moves along the path continuously, as its head does.
    """
    route = trail.route()
    last = min(step, len(route.points) - 1.0)
    first = max(0.0, last - share * trail.comet)
    if not trail.comet or first >= last:
        return []
    between = route.points[math.floor(first) + 1 : math.ceil(last)]
    return [route.at(first), *between, route.at(last)]


def comet_dots(trail: Trail, step: float) -> list[Point]:
    """Return the points of the steps in the comet of a trail, in pixels."""
    route = trail.route()
    last = min(step, len(route.points) - 1.0)
    first = max(0.0, last - trail.comet)
    return route.points[math.ceil(first) : math.floor(last) + 1] if trail.comet else []


def is_under_comet(trail: Trail, step: float, vertex: int) -> bool:
    """Return whether the comet hides all of the path from a vertex to its head."""
    is_opaque = trail.alpha == 1 and not trail.dash
    if not trail.comet or not is_opaque or trail.theme.step_mark == "cross":
        return False
    route = trail.route()
    last = min(step, len(route.points) - 1.0)
    first = math.ceil(max(0.0, last - trail.comet))
    return route.vertex[first] <= max(vertex, 0)


def draw_comet(
    renderer: RendererBase, gc: GraphicsContextBase, trail: Trail, step: float
) -> None:
    """Draw the newest steps of a trail over the rest of it."""
    theme = trail.theme
    parts = [(comet_points(trail, step, share), wider) for share, wider in _PARTS]
    pens = [
        (points, trail.width + wider * (theme.line_width - trail.width))
        for points, wider in parts
        if points
    ]
    color = trail.translucent(trail.color)
    rim = 0.6 * theme.line_width
    lines = [(list(_lines(trail, points)), width) for points, width in pens]
    for paths, width in lines if trail.alpha == 1 else ():
        for path in paths:
            draw_layers(renderer, gc, path, [(theme.casing, width + rim)])
    for paths, width in lines:
        for path in paths:
            draw_layers(renderer, gc, path, [(color, width)])
    marks = comet_dots(trail, step)
    if marks and trail.has_dots:
        gaps = [math.inf, *(math.dist(*ends) for ends in pairwise(marks))]
        gaps = [gap / trail.pixels(1) for gap in gaps]
        sizes = (theme.line_width, 1.3 * trail.dot)
        draw_spaced_dots(renderer, gc, marks, gaps, trail.color, sizes)
    if trail.events and trail.comet:
        last = min(int(step), len(trail.route().points) - 1)
        newest = range(max(0, last - trail.comet), last + 1)
        draw_events(trail, renderer, gc, trail.events.intersection(newest))


def _lines(trail: Trail, points: list[Point]) -> Iterator[Path]:
    """Yield the line through points, or its dashes if the trail is dashed."""
    parts: Iterable[list[Point]] = [points]
    if trail.dash:
        parts = dashes(points, 0.0, trail.pixels(trail.dash * trail.width))
    for part in parts:
        yield Path(part)
