"""Splits formulas into characters, which remain text, and rectangles."""

from __future__ import annotations

from typing import Any

from matplotlib.font_manager import ttfFontProperty
from matplotlib.mathtext import MathTextParser

from animator.drawing.fonts import missing_glyphs_ignored
from animator.player.names import css_weight

Face = tuple[tuple[str, ...], str, str]
"""Font families, weight and style."""
Place = tuple[float, float]

_PARSER = MathTextParser("path")


def formula_parts(
    text: str, dpi: float, font: Any
) -> tuple[list[tuple[str, Face, float, Place]], list[list[Place]]]:
    """Return the characters and the rectangles of a text with formulas.

    Positions are in pixels, to the right of the text's start and above its baseline.

    Returns:
        Each character with its face, its size in points and its position; and the
        corners of each rectangle, such as a fraction bar.
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
