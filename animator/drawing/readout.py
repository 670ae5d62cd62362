"""A text that changes with every step, drawn from cached images of characters.

matplotlib takes about a millisecond to draw a text, because it renders each glyph. Here
matplotlib renders each character only once. The images are then placed side by side at
integer pixels, so that digits do not move when they change. A text with a formula is
rendered once as a single image.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from animator.drawing.text import has_formula

if TYPE_CHECKING:
    from matplotlib.backend_bases import RendererBase
    from matplotlib.font_manager import FontProperties
    from matplotlib.typing import ColorType
    from numpy.typing import NDArray


class Readout(Text):
    """A one-line text that Agg draws quickly; other backends draw it as a normal text.

    Attributes:
        decimal: whether the horizontal position is that of the decimal point, so that
            numbers in a column are aligned.
        role: the purpose of the text: ``"counter"``, ``"key"`` (the name of a setting)
            or ``"value"`` (the number beside it); empty for others.
    """

    _key: tuple[object, ...] = ()
    _line: NDArray[np.uint8]
    _descent: int

    def __init__(
        self, *args: Any, decimal: bool = False, role: str = "", **properties: Any
    ) -> None:
        """Create a text with the text properties of matplotlib."""
        super().__init__(*args, **properties)
        self.decimal, self.role = decimal, role

    def place(self, x: float, y: float) -> None:
        """Set the position in points, from the figure's lower left."""
        figure = self.get_figure(root=True)
        assert figure is not None
        width, height = figure.get_size_inches() * 72
        place = (x / width, y / height)
        if self.get_position() != place:
            self.set_transform(figure.transFigure)
            self.set_position(place)

    def get_window_extent(
        self, renderer: RendererBase | None = None, dpi: float | None = None
    ) -> Bbox:
        """Return the box around the text, in pixels."""
        if not isinstance(renderer, RendererAgg) or not self.get_text():
            return super().get_window_extent(renderer, dpi)
        line, descent = self._rendered(renderer)
        x, y = self._corner(line, renderer)
        return Bbox.from_bounds(x, y - descent, line.shape[1], line.shape[0])

    def draw(self, renderer: RendererBase) -> None:
        """Draw the text with its baseline at its position."""
        if not self.get_visible():
            return
        if not isinstance(renderer, RendererAgg) or not self.get_text():
            self._draw_plainly(renderer)
            return
        line, descent = self._rendered(renderer)
        x, y = self._corner(line, renderer)
        gc = renderer.new_gc()
        renderer.draw_image(gc, x, y - descent, line)
        gc.restore()
        self.stale = False

    def advances(self, characters: str) -> dict[str, int]:
        """Return the advance width of each character, in pixels."""
        figure = self.get_figure(root=True)
        assert figure is not None
        font, color = self.get_fontproperties(), self.get_color()
        glyphs = {c: _glyph(c, font, color, figure.dpi) for c in characters}
        return {character: image.shape[1] for character, (image, _) in glyphs.items()}

    def _draw_plainly(self, renderer: RendererBase) -> None:
        """Draw the text as normal text; if `decimal`, in two parts around the point."""
        text = self.get_text()
        if not self.decimal:
            super().draw(renderer)
            return
        first = _integer_part(text)
        self.set_horizontalalignment("right")
        self.set_text(first)
        super().draw(renderer)
        self.set_horizontalalignment("left")
        self.set_text(text[len(first) :])
        super().draw(renderer)
        self.set_text(text)

    def _corner(
        self, line: NDArray[np.uint8], renderer: RendererAgg
    ) -> tuple[int, int]:
        """Return the left end of the baseline, in pixels."""
        x, y = self.get_transform().transform(self.get_position())
        if self.decimal:
            x -= sum(
                image.shape[1]
                for image, _ in self._glyphs(_integer_part(self.get_text()), renderer)
            )
        elif self.get_horizontalalignment() == "right":
            x -= line.shape[1]
        return round(x), round(y)

    def _rendered(self, renderer: RendererAgg) -> tuple[NDArray[np.uint8], int]:
        """Return the image of the line (H, W, 4), and its descent."""
        text = self.get_text()
        key = (text, self.get_fontproperties(), self.get_color(), renderer.dpi)
        if key != self._key:
            glyphs = self._glyphs(text, renderer)
            self._line = np.concatenate([image for image, _ in glyphs], axis=1)
            self._key, self._descent = key, glyphs[0][1]
        return self._line, self._descent

    def _glyphs(
        self, text: str, renderer: RendererAgg
    ) -> list[tuple[NDArray[np.uint8], int]]:
        """Return the images of the characters, or one image if there is a formula."""
        font, color, dpi = self.get_fontproperties(), self.get_color(), renderer.dpi
        if "$" in text:
            return [_line(text, font, color, dpi)]
        return [_glyph(character, font, color, dpi) for character in text]


def _integer_part(number: str) -> str:
    """Return the part before the decimal point, or before the exponent."""
    return number.split(".")[0].split("e")[0] if number[:1] != "d" else ""


@lru_cache(maxsize=4096)
def _glyph(
    character: str, font: FontProperties, color: ColorType, dpi: float
) -> tuple[NDArray[np.uint8], int]:
    """Render a character; return RGBA (H, W, 4), bottom row first, and the descent."""
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


@lru_cache(maxsize=256)
def _line(
    text: str, font: FontProperties, color: ColorType, dpi: float
) -> tuple[NDArray[np.uint8], int]:
    """Render a text with formulas; return values are those of `_glyph`."""
    is_math = has_formula(text)
    plain = text if is_math else text.replace(r"\$", "$")
    probe = RendererAgg(1, 1, dpi)
    width, height, descent = probe.get_text_width_height_descent(
        plain, font, ismath=is_math
    )
    down = int(np.ceil(descent)) + 1
    renderer = RendererAgg(int(np.ceil(width)) + 2, int(np.ceil(height)) + 3, dpi)
    gc = renderer.new_gc()
    gc.set_foreground(color)
    renderer.draw_text(gc, 0, renderer.height - down, plain, font, 0, ismath=is_math)
    return np.array(renderer.buffer_rgba())[::-1], down
