"""Converts matplotlib's graphics contexts: fill, pen and clip box of a path."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from matplotlib.transforms import Affine2D, Bbox

from animator.player.names import css_color
from animator.player.shapes import describe_path

if TYPE_CHECKING:
    from matplotlib.backend_bases import GraphicsContextBase

_DIGITS = 3
"""Decimals of lengths in pixels, such as line widths."""


def stroke_color(gc: GraphicsContextBase) -> str:
    """Return the colour of a pen."""
    rgb: Any = gc.get_rgb()
    own = rgb[3] if len(rgb) == 4 else 1.0
    return css_color(rgb[:3], gc.get_alpha() if gc.get_forced_alpha() else own)


@dataclass(frozen=True, slots=True)
class PathStyles:
    """Converts the graphics contexts of a figure.

    Attributes:
        dpi: the figure's pixels per inch.
        height: the figure's height in pixels.
    """

    dpi: float
    height: float

    def pixels(self, points: float) -> float:
        """Convert a length from points to pixels, rounded."""
        return round(float(points) * self.dpi / 72, _DIGITS)

    def style(self, gc: GraphicsContextBase, face: Any) -> dict[str, Any]:
        """Return the fill, the pen and the clip box of a path.

        Args:
            gc: the graphics context.
            face: the colour of the fill, RGB or RGBA; None for no fill.
        """
        style: dict[str, Any] = self.clip_box(gc)
        if gc.get_hatch():
            style |= self._hatch(gc)
        if face is not None:
            own = face[3] if len(face) == 4 else 1.0
            alpha = gc.get_alpha() if gc.get_forced_alpha() else own
            style["fill"] = css_color(face[:3], alpha)
        width = self.pixels(gc.get_linewidth())
        if width > 0:
            cap: Any = gc.get_capstyle()
            style["stroke"] = {
                "color": stroke_color(gc),
                "width": width,
                "cap": {"projecting": "square"}.get(cap, cap),
                "join": str(gc.get_joinstyle()),
                **self._dashes(gc),
            }
        return style

    def _hatch(self, gc: GraphicsContextBase) -> dict[str, Any]:
        """Return the hatch pattern of a path, a square of one inch."""
        shape: Any = gc.get_hatch_path()
        size = Affine2D().scale(self.dpi, -self.dpi).translate(0, self.dpi)
        codes, points = describe_path(shape.iter_segments(size))
        color = css_color(gc.get_hatch_color())
        width = self.pixels(gc.get_hatch_linewidth())
        own = {"codes": codes, "points": points, "color": color, "width": width}
        return {"hatch": {**own, "size": self.dpi}}

    def _dashes(self, gc: GraphicsContextBase) -> dict[str, Any]:
        found: Any = gc.get_dashes()
        offset, lengths = found
        if lengths is None:
            return {}
        dash = [self.pixels(length) for length in lengths]
        return {"dash": dash, "dashOffset": self.pixels(offset or 0)}

    def clip_box(self, gc: GraphicsContextBase) -> dict[str, Any]:
        """Return the clip box, outside of which nothing is drawn, if there is one."""
        boxes = [gc.get_clip_rectangle()]
        own: Any = gc.get_clip_path()
        path, transform = own
        if path is not None:
            boxes.append(path.get_extents(transform))
        known = [Bbox(box.get_points()) for box in boxes if box is not None]
        if not known:
            return {}
        box: Any = known[0]
        for other in known[1:]:
            box = Bbox.intersection(box, other) or Bbox.null()
        x0, y0, x1, y1 = (round(float(value), 2) for value in box.extents)
        return {"clip": [x0, self.height - y1, x1, self.height - y0]}
