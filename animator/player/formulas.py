"""Splits formulas into characters, which remain text, and lines."""

from __future__ import annotations

from typing import Any

from matplotlib.font_manager import ttfFontProperty
from matplotlib.mathtext import MathTextParser

from animator.drawing.fonts import missing_glyphs_ignored
from animator.player.names import css_weight

Face = tuple[tuple[str, ...], str, str]
"""Families of fonts, weight and style."""
Place = tuple[float, float]

_PARSER = MathTextParser("path")


def formula_parts(
    text: str, dpi: float, font: Any
) -> tuple[list[tuple[str, Face, float, Place]], list[list[Place]]]:
    """Return the characters and the lines of a text with formulas.

    Places are in pixels to the right of the beginning, and above the baseline.

    Returns:
        Each character with its face, its size in points and its place; and the corners
        of each line, a rectangle.
    """
    with missing_glyphs_ignored():
        parsed = _PARSER.parse(text, dpi, font)
    characters: list[tuple[str, Face, float, Place]] = []
    for own, size, code, *_, right, up in parsed.glyphs:
        entry = ttfFontProperty(own)
        face = (entry.name,), css_weight(entry.weight), entry.style
        characters.append((chr(code), face, float(size), (right, up)))
    lines = [
        [(x, y), (x + wide, y), (x + wide, y + high), (x, y + high), (x, y)]
        for x, y, wide, high in parsed.rects
    ]
    return characters, lines
