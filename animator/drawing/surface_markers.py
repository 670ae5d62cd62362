"""Draws the markers at the heads of paths over a landscape."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from animator.drawing.markers import OVERLAP, ring_width
from animator.drawing.strokes import arrowhead, dots, points_to_pixels

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.backend_bases import RendererBase

    from animator.drawing.camera import Points
    from animator.drawing.surface_paths import SurfacePath
    from animator.drawing.theme import Theme


def draw_surface_markers(
    renderer: RendererBase,
    gc: Any,
    ax: Axes,
    heads: Sequence[tuple[SurfacePath, Points]],
    theme: Theme,
) -> None:
    """Draw markers of one size; overlapping markers become concentric rings.

    Args:
        renderer: the renderer.
        gc: the pen.
        ax: the axes of the landscape.
        heads: the paths, and the positions of their heads (2,), in pixels.
        theme: sizes.
    """
    near = points_to_pixels(renderer, OVERLAP * theme.marker_size)
    for index, (one, place) in enumerate(heads):
        meeting = [
            (later > index, other.color)
            for later, (other, at) in enumerate(heads)
            if math.dist(place, at) <= near
        ]
        colors = {color for _, color in meeting}
        above = {color for is_above, color in meeting if is_above} - {one.color}
        own = theme.weighted(one.weight)
        ring = ring_width(own.marker_size, 0.6 * own.line_width, len(colors))
        size = own.marker_size + len(above) * ring
        rim = size + 0.6 * own.line_width
        shade = rim + 0.5 * own.line_width
        layers = (own.shade, shade), (own.casing, rim), (one.color, size)
        _draw_marker(renderer, gc, ax, place, *layers)


def _draw_marker(
    renderer: RendererBase,
    gc: Any,
    ax: Axes,
    place: Points,
    *layers: tuple[str, float],
) -> None:
    """Draw a marker, or an arrowhead at the border if it is out of view."""
    x, y = map(float, place)
    inset = 0.65 * points_to_pixels(renderer, layers[0][1])
    left, bottom, right, top = np.asarray(ax.bbox.extents).tolist()
    half = (right - left) / 2 - inset, (top - bottom) / 2 - inset
    away = x - (left + right) / 2, y - (bottom + top) / 2
    share = max(abs(away[0]) / max(half[0], 1), abs(away[1]) / max(half[1], 1))
    if share <= 1:
        dots(renderer, gc, [(x, y)], *layers)
        return
    border = (left + right) / 2 + away[0] / share, (bottom + top) / 2 + away[1] / share
    arrowhead(renderer, gc, border, math.atan2(away[1], away[0]), *layers)
