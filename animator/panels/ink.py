"""Draws the strokes and dots that trails and markers are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.path import Path
from matplotlib.transforms import Bbox, IdentityTransform

if TYPE_CHECKING:
    from matplotlib.backend_bases import GraphicsContextBase, RendererBase
    from numpy.typing import ArrayLike

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
    points: ArrayLike,
    color: str,
    width: float,
) -> None:
    """Draw a line `width` points wide through `points` (n, 2), in pixels."""
    gc.set_foreground(color)
    gc.set_linewidth(width)
    renderer.draw_path(gc, Path(points), _IDENTITY)


def dot(
    renderer: RendererBase,
    gc: GraphicsContextBase,
    at: tuple[float, float],
    color: str,
    size: float,
) -> None:
    """Draw a disk `size` points across around `at`, in pixels and fractions of them."""
    x, y = at
    stroke(renderer, gc, ((x, y), (x + 1e-3, y)), color, size)
