"""Sets characters beside formulas in other fonts, where the formulas' font lacks them.

In a text with a formula, matplotlib searches no other fonts. Its families of fonts for
formulas are settings, two of which, those for typewriter and for calligraphic letters,
are set to the fonts that have the characters.
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
"""Where matplotlib finds signs that the formulas' font lacks."""
FAMILIES = ("tt", "cal")
"""The families of fonts for formulas that are set to other fonts."""


def foreign_families(families: Sequence[str], texts: Iterable[str]) -> list[str]:
    """Return the families that texts with formulas need besides their own.

    Args:
        families: those of all texts, the formulas' own one first.
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


def set_foreign(text: str, others: Sequence[str]) -> str:
    """Return a text with formulas whose foreign characters are set in other fonts.

    Args:
        text: any text; one without formulas is returned as it is.
        others: families of other fonts, for which those in `FAMILIES` stand.
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
        elif is_marked:  # it was set before
            parts.append(piece)
        else:
            mark = "" if in_formula else "$"
            parts.append(rf"{mark}\math{family}{{{piece}}}{mark}")
    return "".join(parts)


def _codes(family: Any) -> dict[int, Any]:
    """Return the characters of a family, by their codes."""
    return dict(FT2Font(findfont(FontProperties(family=family))).get_charmap())
