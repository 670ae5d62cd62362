"""A landscape of losses, drawn as a mesh, and its outline."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.colors import LightSource
from matplotlib.text import Text
from matplotlib.transforms import Affine2D, IdentityTransform

from animator.drawing.camera import Camera, CameraArtist
from animator.drawing.strokes import pen, stroke

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.backend_bases import RendererBase

    from animator.drawing.camera import Points
    from animator.drawing.theme import Theme


class Mesh(CameraArtist):
    """The landscape, drawn from far to near."""

    def __init__(self, camera: Camera, heights: Points, cmap: Any) -> None:
        """Draw heights (H, W) of 0 to 1, where they are finite, in their colours."""
        super().__init__(camera, 2)
        rows, columns = heights.shape
        known = np.where(np.isfinite(heights), heights, 0.0)
        x, y = np.meshgrid(np.linspace(-1, 1, columns), np.linspace(-1, 1, rows))
        self._points = np.stack([x, y, known], axis=-1)
        corners = [heights[a : rows - 1 + a, b : columns - 1 + b]
                   for a in (0, 1) for b in (0, 1)]  # fmt: skip
        middle = sum(corners) / 4
        colors = cmap(np.where(np.isfinite(middle), middle, 0.0))
        light = LightSource(azdeg=315, altdeg=50)
        shaded = light.shade_rgb(
            colors[..., :3],
            np.where(np.isfinite(middle), middle, 0.0) * columns / 4,
            blend_mode="soft",
            fraction=0.5,
        )
        colors[..., :3] = np.clip(shaded, 0, 1)
        colors[..., 3] = np.isfinite(middle)
        self._colors = colors

    def draw(self, renderer: RendererBase) -> None:
        """Draw the quadrilaterals; the farthest first."""
        if not self.get_visible():
            return
        points, colors = self.camera.project(self._points), self._colors
        # Seen from outside, each row and each column goes from far to near.
        if math.cos(self.camera.angle) < 0:
            points, colors = points[:, ::-1], colors[:, ::-1]
        if math.sin(self.camera.angle) < 0:
            points, colors = points[::-1], colors[::-1]
        rows, columns = points.shape[:2]
        gc = pen(renderer, self.camera.ax.bbox)
        gc.set_linewidth(0.0)
        faces: Any = np.ascontiguousarray(colors.reshape(-1, 4))
        renderer.draw_quad_mesh(
            gc,
            IdentityTransform().frozen(),
            columns - 1,
            rows - 1,
            np.ascontiguousarray(points),
            np.zeros((1, 2)),
            Affine2D(),
            faces,
            False,
            faces,
        )
        gc.restore()
        self.stale = False


class Rim(CameraArtist):
    """The outline of the plain, and the names of the axes along its near edges."""

    def __init__(self, camera: Camera, names: tuple[str, str], theme: Theme) -> None:
        """Draw the edges, and along them two names."""
        super().__init__(camera, 1)
        self._theme = theme
        self._labels = [
            Text(0, 0, name, color=theme.muted, size=theme.label_size,
                 ha="center", va="center", transform=IdentityTransform())
            for name in names
        ]  # fmt: skip
        for label in self._labels:
            label.set_figure(camera.ax.figure)

    def get_children(self) -> list[Artist]:
        """Return the names of the axes."""
        return list(self._labels)

    def draw(self, renderer: RendererBase) -> None:
        """Draw the outline, and write along the two edges that are near."""
        if not self.get_visible():
            return
        theme, camera = self._theme, self.camera
        gc = pen(renderer, camera.ax.bbox)
        corners = np.array(
            [[-1, -1, 0], [1, -1, 0], [1, 1, 0], [-1, 1, 0], [-1, -1, 0]]
        )
        outline = [(x, y) for x, y in camera.project(corners.astype(float)).tolist()]
        stroke(renderer, gc, outline, (theme.frame, 0.5 * theme.line_width))
        gc.restore()
        near_x = 1.0 if math.cos(camera.angle) > 0 else -1.0
        near_y = 1.0 if math.sin(camera.angle) > 0 else -1.0
        places = ((0.0, 1.16 * near_y, 0.0), (1.16 * near_x, 0.0, 0.0))
        for label, place in zip(self._labels, places, strict=True):
            label.set_position(tuple(camera.project(np.array(place)).tolist()))
            label.draw(renderer)
        self.stale = False
