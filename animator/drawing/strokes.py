"""Draws the strokes and dots of trails and markers."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, cast

from matplotlib.colors import to_rgba
from matplotlib.path import Path
from matplotlib.transforms import Bbox, IdentityTransform

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from matplotlib.backend_bases import GraphicsContextBase, RendererBase

    Point = tuple[float, float]

_IDENTITY = IdentityTransform()


def pen(renderer: RendererBase, clip: Bbox) -> GraphicsContextBase:
    """Return a round pen that is clipped to a box in pixels."""
    gc = renderer.new_gc()
    gc.set_capstyle("round")
    gc.set_joinstyle("round")
    gc.set_snap(False)  # a moving stroke must not snap to pixels
    gc.set_clip_rectangle(clip)
    return gc


def points_to_pixels(renderer: RendererBase, points: float) -> float:
    """Convert a length from points to pixels."""
    return cast("float", renderer.points_to_pixels(points))


def stroke(
    renderer: RendererBase,
    gc: GraphicsContextBase,
    points: Sequence[Point],
    *layers: tuple[str, float],
) -> None:
    """Draw a line through points, in pixels, in each colour and width (points)."""
    draw_layers(renderer, gc, Path(points), layers)


def dots(
    renderer: RendererBase,
    gc: GraphicsContextBase,
    points: Sequence[Point],
    *layers: tuple[str, float],
) -> None:
    """Draw disks around points, in pixels, in each colour and diameter (points)."""
    ends = [end for x, y in points for end in ((x, y), (x + 1e-3, y))]
    draw_layers(
        renderer, gc, Path(ends, [Path.MOVETO, Path.LINETO] * len(points)), layers
    )


def crosses(
    renderer: RendererBase,
    gc: GraphicsContextBase,
    points: Sequence[Point],
    size: float,
    *layers: tuple[str, float],
) -> None:
    """Draw upright crosses on points, in pixels, in each colour and width (points).

    The size, from one end to the other, is in points.
    """
    half = cast("float", renderer.points_to_pixels(size / 2))
    ends = [
        end
        for x, y in points
        for end in ((x - half, y), (x + half, y), (x, y - half), (x, y + half))
    ]
    codes = [Path.MOVETO, Path.LINETO] * (2 * len(points))
    draw_layers(renderer, gc, Path(ends, codes), layers)


def diamond(
    renderer: RendererBase,
    gc: GraphicsContextBase,
    point: Point,
    *layers: tuple[str, float],
) -> None:
    """Draw diamonds around a point, in pixels, in each colour and size (points)."""
    for color, size in layers:
        half = cast("float", renderer.points_to_pixels(size / 2))
        corners = [
            (point[0] + right * half, point[1] + up * half)
            for right, up in ((1, 0), (0, 1), (-1, 0), (0, -1), (1, 0))
        ]
        gc.set_linewidth(0.0)
        renderer.draw_path(gc, Path(corners, closed=True), _IDENTITY, to_rgba(color))


def arrowhead(
    renderer: RendererBase,
    gc: GraphicsContextBase,
    point: Point,
    angle: float,
    *layers: tuple[str, float],
) -> None:
    """Draw an arrowhead centred at a point, in pixels, at an angle in radians.

    Each layer is a colour, and a size in points: the diameter of a disk of about the
    same extent. The last layer is the smallest; the others form rims around it.
    """
    color, inner = layers[-1]
    radius = cast("float", renderer.points_to_pixels(0.65 * inner))
    corners = [
        (
            point[0] + radius * math.cos(angle + turn),
            point[1] + radius * math.sin(angle + turn),
        )
        for turn in (0.0, 2.3, -2.3)
    ]
    path = Path([*corners, corners[0]], closed=True)
    draw_layers(
        renderer, gc, path, [(outer, size - inner) for outer, size in layers[:-1]]
    )
    gc.set_linewidth(0.0)
    renderer.draw_path(gc, path, _IDENTITY, to_rgba(color))


def arrow(
    renderer: RendererBase,
    gc: GraphicsContextBase,
    tail: Point,
    tip: Point,
    *layers: tuple[str, float],
) -> None:
    """Draw an arrow between two points, in pixels, in each colour and width (points).

    The last layer is the arrow itself; the others form rims around it. An arrow that is
    too short to be visible is not drawn.
    """
    length = math.dist(tail, tip)
    if length < 1:
        return
    color, width = layers[-1]
    angle = math.atan2(tip[1] - tail[1], tip[0] - tail[0])
    head = min(cast("float", renderer.points_to_pixels(3.8 * width)), 0.7 * length)
    barbs = [
        (tip[0] + head * math.cos(angle + turn), tip[1] + head * math.sin(angle + turn))
        for turn in (math.pi - 0.45, math.pi + 0.45)
    ]
    neck = (
        tip[0] - 0.8 * head * math.cos(angle),
        tip[1] - 0.8 * head * math.sin(angle),
    )
    shaft, point = Path([tail, neck]), Path([tip, *barbs, tip], closed=True)
    gc.set_joinstyle("miter")
    for outer, size in layers[:-1]:
        draw_layers(renderer, gc, shaft, [(outer, size)])
        draw_layers(renderer, gc, point, [(outer, size - width)])
    draw_layers(renderer, gc, shaft, [(color, width)])
    gc.set_linewidth(0.0)
    renderer.draw_path(gc, point, _IDENTITY, to_rgba(color))
    gc.set_joinstyle("round")


def dashes(
    points: Sequence[Point], start: float, length: float
) -> Iterator[list[Point]]:
    """Yield the dashes of a line; dashes and gaps have the same length.

    Args:
        points: the points of the line, in pixels.
        start: the length of the line before the first point, in pixels.
        length: the length of a dash, in pixels.
    """
    for (x, y), (to_x, to_y) in pairwise(points):
        distance = math.dist((x, y), (to_x, to_y))
        first, last = (
            int(start // (2 * length)),
            int((start + distance) // (2 * length)),
        )
        for number in range(first, last + 1):
            begin = max(2 * length * number - start, 0.0)
            end = min(2 * length * number + length - start, distance)
            if begin < end:
                yield [
                    (x + share * (to_x - x), y + share * (to_y - y))
                    for share in (begin / distance, end / distance)
                ]
        start += distance


def draw_layers(
    renderer: RendererBase,
    gc: GraphicsContextBase,
    path: Path,
    layers: Sequence[tuple[str, float]],
) -> None:
    """Draw the outline of a path, in pixels, in each colour and width (points)."""
    for color, width in layers:
        gc.set_foreground(color)
        gc.set_linewidth(width)
        renderer.draw_path(gc, path, _IDENTITY)


def stroke_box(points: list[Point], size: float) -> Bbox:
    """Return the box around points drawn with a pen of a given size, in pixels."""
    xs, ys = zip(*points, strict=True)
    half = size / 2
    return Bbox.from_extents(
        min(xs) - half, min(ys) - half, max(xs) + half, max(ys) + half
    )
