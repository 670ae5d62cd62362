"""Draws the strokes and dots that trails and markers are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.path import Path
from matplotlib.transforms import Bbox, IdentityTransform

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.backend_bases import GraphicsContextBase, RendererBase

    Point = tuple[float, float]

_IDENTITY = IdentityTransform()


def pen(renderer: RendererBase, clip: Bbox) -> GraphicsContextBase:
    """Return a round pen that draws only within a box of pixels."""
    gc = renderer.new_gc()
    gc.set_capstyle("round")
    gc.set_joinstyle("round")
    gc.set_snap(False)  # a gliding stroke must not jump from pixel to pixel
    gc.set_clip_rectangle(clip)
    return gc


def stroke(
    renderer: RendererBase,
    gc: GraphicsContextBase,
    points: Sequence[Point],
    *inks: tuple[str, float],
) -> None:
    """Draw a line through points, in pixels, in each colour and width (points)."""
    _draw(renderer, gc, Path(points), inks)


def dots(
    renderer: RendererBase,
    gc: GraphicsContextBase,
    points: Sequence[Point],
    *inks: tuple[str, float],
) -> None:
    """Draw disks around points, in pixels, in each colour and diameter (points)."""
    ends = [end for x, y in points for end in ((x, y), (x + 1e-3, y))]
    _draw(renderer, gc, Path(ends, [Path.MOVETO, Path.LINETO] * len(points)), inks)


def _draw(
    renderer: RendererBase,
    gc: GraphicsContextBase,
    path: Path,
    inks: Sequence[tuple[str, float]],
) -> None:
    for color, width in inks:
        gc.set_foreground(color)
        gc.set_linewidth(width)
        renderer.draw_path(gc, path, _IDENTITY)
