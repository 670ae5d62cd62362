"""Draws a landscape of losses: a shaded mesh, and lines on it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.colors import hsv_to_rgb, rgb_to_hsv, to_rgba
from matplotlib.path import Path
from matplotlib.transforms import Affine2D, IdentityTransform

from animator.drawing.camera import Camera, CameraArtist
from animator.drawing.strokes import pen

if TYPE_CHECKING:
    from matplotlib.backend_bases import RendererBase
    from numpy.typing import NDArray

    from animator.drawing.camera import Points
    from animator.drawing.relief import Relief

_LIGHT = (-0.62, -0.30, 0.72)
"""The direction towards the light, at the front left of the landscape."""
_DARKER, _LIGHTER = 0.75, 0.22
"""The largest darkening of slopes, and the largest lightening."""
_GRID = 30
"""The approximate number of lines of a wireframe in each direction."""
_TONES = 12
"""The number of colours of a wireframe's lines."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line on the landscape, in a colour."""

    points: Points  # (N, 3)
    color: str | tuple[float, ...]


class Mesh(CameraArtist):
    """The mesh of a landscape, and the visible parts of lines on it."""

    def __init__(
        self,
        camera: Camera,
        relief: Relief,
        colors: Points,
        lines: list[Line],
        width: float,
    ) -> None:
        """Create a mesh.

        Args:
            camera: the camera.
            relief: the heights (H, W).
            colors: the colours of the mesh (H - 1, W - 1, 4).
            lines: the lines on the mesh.
            width: the width of the lines, in points.
        """
        super().__init__(camera, 2)
        rows, columns = relief.heights.shape
        known = np.where(np.isfinite(relief.heights), relief.heights, 0.0)
        x, y = np.meshgrid(np.linspace(-1, 1, columns), np.linspace(-1, 1, rows))
        self._points = np.stack([x, y, known], axis=-1)
        self._colors, self._relief = colors, relief
        self._lines, self._width = lines, width

    def draw(self, renderer: RendererBase) -> None:
        """Draw the quadrilaterals, farthest first, and the lines."""
        if not self.get_visible():
            return
        points, colors = self.camera.project(self._points), self._colors
        # The camera is outside, so rows and columns can be sorted from far to near.
        if math.cos(self.camera.angle) < 0:
            points, colors = points[:, ::-1], colors[:, ::-1]
        if math.sin(self.camera.angle) < 0:
            points, colors = points[::-1], colors[::-1]
        gc = pen(renderer, self.camera.ax.bbox)
        gc.set_linewidth(0.0)
        # Agg smooths the edges of quadrilaterals, so that the background shines through
        # where two of them join. A coarser mesh with other joints is drawn behind them.
        if isinstance(renderer, RendererAgg):
            coarse, between = points, colors
            for axis in (0, 1):
                places = _coarser(coarse.shape[axis])
                below = np.take(coarse, np.floor(places).astype(int), axis)
                above = np.take(coarse, np.ceil(places).astype(int), axis)
                coarse = (below + above) / 2
                middles = ((places[:-1] + places[1:]) / 2).astype(int)
                between = np.take(between, middles, axis)
            _draw_mesh(renderer, gc, coarse, between)
        _draw_mesh(renderer, gc, points, colors)
        self._draw_lines(renderer, gc)
        gc.restore()
        self.stale = False

    def _draw_lines(self, renderer: RendererBase, gc: Any) -> None:
        """Draw the parts of the lines that the landscape does not hide."""
        if not self._lines:
            return
        points = np.concatenate([line.points for line in self._lines])
        hidden = self._relief.hides(points, self.camera, on_it=True)
        pixels = self.camera.project(points)
        gc.set_linewidth(self._width)
        ends = np.cumsum([len(line.points) for line in self._lines])
        starts = np.r_[0, ends[:-1]]
        tones: dict[Any, list[int]] = {}
        for index, line in enumerate(self._lines):
            tones.setdefault(line.color, []).append(index)
        for color, members in tones.items():
            parts = [slice(starts[index], ends[index]) for index in members]
            codes = [_codes(hidden[part]) for part in parts]
            vertices = [pixels[part] for part in parts]
            gc.set_foreground(to_rgba(color), isRGBA=True)
            path = Path(np.concatenate(vertices), np.concatenate(codes))
            renderer.draw_path(gc, path, IdentityTransform())


def _draw_mesh(renderer: RendererBase, gc: Any, points: Points, colors: Points) -> None:
    """Draw quadrilaterals between points (H, W, 2), in colours (H - 1, W - 1, 4)."""
    rows, columns = points.shape[:2]
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
        True,
        faces,
    )


def _coarser(count: int) -> Points:
    """Return the rows of a coarser mesh: the first and the last, and some between."""
    return np.array([0.0, *np.arange(1.5, count - 2, 3), count - 1.0])


def _codes(hidden: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Return the path codes of a line, with gaps where it is hidden."""
    codes = np.full(len(hidden), Path.LINETO, np.uint8)
    codes[0] = Path.MOVETO
    codes[1:][hidden[1:] | hidden[:-1]] = Path.MOVETO
    return codes


def lit_colors(relief: Relief, cmap: Any, *, tinted: bool) -> Points:
    """Return the shaded colours of a relief's mesh (H - 1, W - 1, 4).

    Flat parts have the colours of the colour map.

    Args:
        relief: the landscape.
        cmap: the colour map.
        tinted: whether shadows have the colour of the upper end of the map instead of
            black.
    """
    heights = relief.heights
    rows, columns = heights.shape
    corners = [heights[a : rows - 1 + a, b : columns - 1 + b]
               for a in (0, 1) for b in (0, 1)]  # fmt: skip
    middle = sum(corners) / 4
    right = (corners[1] + corners[3] - corners[0] - corners[2]) * (columns - 1) / 4
    up = (corners[2] + corners[3] - corners[0] - corners[1]) * (rows - 1) / 4
    known = np.isfinite(middle)
    right, up = (np.where(known, 0.9 * slope, 0.0) for slope in (right, up))
    light = np.array(_LIGHT) / np.linalg.norm(_LIGHT)
    lit = (light[2] - light[0] * right - light[1] * up) / np.sqrt(1 + right**2 + up**2)
    lit = (lit / light[2] - 1)[..., None]  # 0 for flat parts
    colors = np.array(cmap(np.where(known, middle, 0.0)))
    shade = 0.35 * colors[..., :3]
    if tinted:
        hue, saturation, value = rgb_to_hsv(np.array(cmap(1.0)[:3]))
        shade = hsv_to_rgb((hue, min(1.0, 1.7 * saturation), 0.5 * value))
    for end, share in (
        (shade, _DARKER * np.clip(-lit, 0, 1)),
        (1.0, _LIGHTER * np.clip(lit, 0, 1)),
    ):
        colors[..., :3] += share * (end - colors[..., :3])
    colors[..., 3] = known
    return colors


def wire_lines(relief: Relief, cmap: Any) -> list[Line]:
    """Return the lines of a wireframe in pieces, each in the colour of its height."""
    heights = relief.heights
    rows, columns = heights.shape
    x, y = np.meshgrid(np.linspace(-1, 1, columns), np.linspace(-1, 1, rows))
    grid = np.stack([x, y, heights], axis=-1)
    lines = []
    for along in (grid, grid.swapaxes(0, 1)):
        count = len(along)
        numbers = np.unique(np.linspace(0, count - 1, min(_GRID, count)).astype(int))
        for line in along[numbers]:
            known = np.where(np.isfinite(line[:, 2]), line[:, 2], -1.0)
            tone = np.floor(known * _TONES).astype(int)
            cuts = np.flatnonzero(np.diff(tone)) + 1
            for first, last in zip([0, *cuts], [*cuts, len(line)], strict=True):
                if known[first] >= 0:
                    share = min(tone[first] + 0.5, _TONES - 0.5) / _TONES
                    part = line[first : last + 1]
                    part = part[np.isfinite(part[:, 2])]
                    lines.append(Line(part, tuple(map(float, cmap(share)))))
    return [line for line in lines if len(line.points) > 1]
