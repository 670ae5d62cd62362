"""Provides fallback fonts for texts with formulas.

In a text with a formula, matplotlib's mathtext uses no fallback fonts. But rcParams
such as ``mathtext.tt`` set its fonts. Two of them, for typewriter and for calligraphic
letters, are set to fonts that have the missing characters.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from matplotlib.cbook import is_math_text
from matplotlib.font_manager import FontProperties, findfont
from matplotlib.ft2font import FT2Font

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_FALLBACK = "STIXGeneral"
"""The font of mathtext for symbols that the formulas' font lacks."""
FAMILIES = ("tt", "cal")
"""The mathtext families that are set to fallback fonts."""


def fallback_families(families: Sequence[str], texts: Iterable[str]) -> list[str]:
    """Return the fallback families that texts with formulas need.

    Args:
        families: the families of all texts; the first is the formulas' own.
        texts: any texts.
    """
    lacking = {ord(c) for text in texts if is_math_text(text) for c in text}
    lacking -= {code for code in lacking if code < 128}
    for family in (families[0], _FALLBACK) if lacking else ():
        lacking -= _codes(family).keys()
    found = []
    for family in families[1:] if lacking else ():
        available = lacking & _codes(family).keys()
        if available:
            found.append(family)
            lacking -= available
    return found


def with_fallback_fonts(text: str, others: Sequence[str]) -> str:
    """Return a text with formulas in which missing characters use fallback fonts.

    Args:
        text: any text; a text without formulas is returned unchanged.
        others: the fallback families, which the families in `FAMILIES` refer to.
    """
    if not others or text.isascii() or not is_math_text(text):
        return text
    own = _codes(mpl.rcParams["mathtext.rm"]).keys() | _codes(_FALLBACK).keys()
    fonts = [
        (name, _codes(family)) for name, family in zip(FAMILIES, others, strict=False)
    ]

    def family_of(character: str) -> str:
        code = ord(character)
        if character.isascii() or code in own:
            return ""
        return next((name for name, codes in fonts if code in codes), "")

    parts = []
    in_formula = is_marked = False
    for family, run in groupby(text, family_of):
        piece = "".join(run)
        if not family:
            in_formula ^= piece.replace(r"\$", "").count("$") % 2 == 1
            is_marked = piece.endswith(tuple(rf"\math{name}{{" for name in FAMILIES))
            parts.append(piece)
        elif is_marked:  # it already has a fallback font
            parts.append(piece)
        else:
            mark = "" if in_formula else "$"
            parts.append(rf"{mark}\math{family}{{{piece}}}{mark}")
    return "".join(parts)


def _codes(family: Any) -> dict[int, Any]:
    """Return the codes of the characters that a family has."""
    return dict(FT2Font(findfont(FontProperties(family=family))).get_charmap())
