"""Draws the comet of a path: its newest steps, brighter and wider than the rest."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

from animator.drawing.step_marks import draw_events, draw_spaced_dots
from animator.drawing.strokes import dashes, stroke

if TYPE_CHECKING:
    from matplotlib.backend_bases import GraphicsContextBase, RendererBase

    from animator.drawing.polyline import Trail
    from animator.drawing.strokes import Point

_PARTS = ((1.0, 0.35), (2 / 3, 0.7), (1 / 3, 1.0))
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
    for points, width in pens if trail.alpha == 1 else ():
        _stroke(
            trail, renderer, gc, points, (theme.casing, width + 0.6 * theme.line_width)
        )
    for points, width in pens:
        _stroke(trail, renderer, gc, points, (trail.translucent(trail.color), width))
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


def _stroke(
    trail: Trail,
    renderer: RendererBase,
    gc: GraphicsContextBase,
    points: list[Point],
    pen: tuple[str, float],
) -> None:
    """Draw a line through points, dashed like the trail, in a colour and width."""
    parts = [points]
    if trail.dash:
        parts = list(dashes(points, 0.0, trail.pixels(trail.dash * trail.width)))
    for part in parts:
        stroke(renderer, gc, part, pen)
