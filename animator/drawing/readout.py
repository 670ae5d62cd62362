"""A number that changes with every step, drawn from glyphs that are rendered once.

Drawing a text takes matplotlib about a millisecond, because it renders each glyph. Here
matplotlib renders each character once; the images are then set side by side, whole
pixels apart, so that digits stay in their places as they change.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.text import Text
from matplotlib.transforms import Bbox

if TYPE_CHECKING:
    from matplotlib.backend_bases import RendererBase
    from matplotlib.font_manager import FontProperties
    from matplotlib.typing import ColorType
    from numpy.typing import NDArray


class Readout(Text):
    """A one-line text that Agg draws quickly; other backends draw it as any text."""

    _key: tuple[object, ...] = ()
    _line: NDArray[np.uint8]
    _descent: int

    def get_window_extent(
        self, renderer: RendererBase | None = None, dpi: float | None = None
    ) -> Bbox:
        """Return the box around the text, in pixels."""
        if not isinstance(renderer, RendererAgg) or not self.get_text():
            return super().get_window_extent(renderer, dpi)
        line, descent = self._rendered(renderer)
        x, y = self._corner(line)
        return Bbox.from_bounds(x, y - descent, line.shape[1], line.shape[0])

    def draw(self, renderer: RendererBase) -> None:
        """Draw the text, baseline on its position."""
        if not self.get_visible():
            return
        if not isinstance(renderer, RendererAgg) or not self.get_text():
            super().draw(renderer)
            return
        line, descent = self._rendered(renderer)
        x, y = self._corner(line)
        gc = renderer.new_gc()
        renderer.draw_image(gc, x, y - descent, line)
        gc.restore()
        self.stale = False

    def _corner(self, line: NDArray[np.uint8]) -> tuple[int, int]:
        """Return the left end of the baseline, in pixels."""
        x, y = self.get_transform().transform(self.get_position())
        if self.get_horizontalalignment() == "right":
            x -= line.shape[1]
        return round(x), round(y)

    def _rendered(self, renderer: RendererAgg) -> tuple[NDArray[np.uint8], int]:
        """Return the image of the line (H, W, 4), and how far it reaches down."""
        font, color = self.get_fontproperties(), self.get_color()
        text = self.get_text()
        key = (text, font, color, renderer.dpi)
        if key != self._key:
            glyphs = [_glyph(c, font, color, renderer.dpi) for c in text]
            self._line = np.concatenate([image for image, _ in glyphs], axis=1)
            self._key, self._descent = key, glyphs[0][1]
        return self._line, self._descent


@lru_cache(maxsize=1024)
def _glyph(
    character: str, font: FontProperties, color: ColorType, dpi: float
) -> tuple[NDArray[np.uint8], int]:
    """Render a character: RGBA (H, W, 4), bottom row first, and the descent."""
    probe = RendererAgg(1, 1, dpi)

    def width(text: str) -> float:
        return float(probe.get_text_width_height_descent(text, font, ismath=False)[0])

    _, height, descent = probe.get_text_width_height_descent("lg0|", font, ismath=False)
    down = int(np.ceil(descent)) + 1
    advance = max(1, round(width(f"0{character}0") - width("00")))
    renderer = RendererAgg(advance, int(np.ceil(height)) + 3, dpi)
    gc = renderer.new_gc()
    gc.set_foreground(color)
    renderer.draw_text(gc, 0, renderer.height - down, character, font, 0)
    return np.array(renderer.buffer_rgba())[::-1], down
