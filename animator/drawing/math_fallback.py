"""Provides fallback fonts for texts with formulas.

In a text with a formula, matplotlib searches no other fonts. Its families of fonts for
formulas are settings, some of which, such as those for typewriter and for calligraphic
letters, are set to the fonts that have the characters.
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
FAMILIES = {"tt": "sf", "cal": "bfit"}
"""The families of formulas that are set to other fonts, and those for their bold."""
_MARKS = tuple(rf"\math{name}{{" for pair in FAMILIES.items() for name in pair)


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


def math_settings(others: Sequence[str]) -> dict[Any, Any]:
    """Return the settings of matplotlib for characters of other fonts in formulas."""
    settings = {}
    for (name, bold), family in zip(FAMILIES.items(), others, strict=False):
        settings[f"mathtext.{name}"] = family
        settings[f"mathtext.{bold}"] = f"{family}:bold"
    return settings


def fallback_fonts_now() -> list[str]:
    """Return the other fonts that matplotlib's settings have at present."""
    settings: dict[Any, Any] = mpl.rcParams
    defaults: dict[Any, Any] = mpl.rcParamsDefault
    names = [f"mathtext.{name}" for name in FAMILIES]
    return [settings[name] for name in names if settings[name] != defaults[name]]


def with_fallback_fonts(
    text: str, others: Sequence[str], *, is_bold: bool = False
) -> str:
    """Return a text with formulas whose foreign characters are set in other fonts.

    Args:
        text: any text; one without formulas is returned as it is.
        others: families of other fonts, for which those in `FAMILIES` stand.
        is_bold: whether the text is bold.
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
            is_marked = piece.endswith(_MARKS)
            parts.append(piece)
        elif is_marked:  # it already has a fallback font
            parts.append(piece)
        else:
            mark = "" if in_formula else "$"
            name = FAMILIES[family] if is_bold else family
            parts.append(rf"{mark}\math{name}{{{piece}}}{mark}")
    return "".join(parts)


def _codes(family: Any) -> dict[int, Any]:
    """Return the codes of the characters that a family has."""
    return dict(FT2Font(findfont(FontProperties(family=family))).get_charmap())
