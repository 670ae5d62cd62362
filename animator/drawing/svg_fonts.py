"""Embeds fonts into an SVG, so that it looks the same everywhere."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from typing import Any
from xml.etree import ElementTree

from matplotlib.font_manager import FontProperties, findfont
from matplotlib.ft2font import FT2Font

_END_OF_RULES = b"</style>"
_TABLES = {
    *("head", "hhea", "hmtx", "maxp", "cmap", "OS/2", "name", "post", "glyf", "loca"),
    *("cvt ", "fpgm", "prep", "gasp", "CFF ", "GPOS", "GSUB", "GDEF"),
}
"""The font tables to keep."""
_RESTRICTED = 0x0002
"""The bit of a font that prohibits embedding."""
_SHORT = re.compile(
    r"(?:(?P<style>italic|oblique|normal) )?(?:(?P<variant>small-caps) )?"
    r"(?:(?P<weight>bold|\d{3}) )?(?:[\w-]+ )?[\d.]+px (?P<family>.*)"
)
"""The CSS shorthand of a font in matplotlib's SVGs: style, weight, size, family."""


@dataclass(frozen=True, slots=True)
class Face:
    """A font, described by the properties of CSS."""

    family: str
    weight: str = "normal"
    style: str = "normal"


def with_fonts(svg: bytes) -> bytes:
    """Embed the used characters of fonts into an SVG of matplotlib.

    A viewer then needs none of the fonts, and the text stays text.
    """
    rules = [
        _rule(face, font)
        for face, characters in characters_in(svg).items()
        if (font := subset(face, characters))
    ]
    if not rules:
        return svg
    return svg.replace(
        _END_OF_RULES, "\n".join(["", *rules, ""]).encode() + b"</style>", 1
    )


def _rule(face: Face, font: bytes) -> str:
    data = base64.b64encode(font).decode()
    return (
        f"@font-face {{font-family: '{face.family}'; font-weight: {face.weight}; "
        f"font-style: {face.style}; src: url(data:font/woff;base64,{data})}}"
    )


def characters_in(svg: bytes) -> Mapping[Face, set[str]]:
    """Return the characters that an SVG uses of each font."""
    used: dict[Face, set[str]] = {}
    for style, text in _texts(ElementTree.fromstring(svg), {}):
        families = [name.strip(" '\"") for name in style["font-family"].split(",")]
        weight = style.get("font-weight", "normal")
        slant = style.get("font-style", "normal")
        for face, found in faces_of(text, families, weight, slant).items():
            used.setdefault(face, set()).update(found)
    return used


def faces_of(
    text: str, families: Sequence[str], weight: str = "normal", style: str = "normal"
) -> Mapping[Face, set[str]]:
    """Return for each family the characters of a text that it shows.

    A character is shown by the first family that has it.
    """
    used: dict[Face, set[str]] = {}
    rest = {character for character in text if not character.isspace()} | {" "}
    for family in families:
        face = Face(family, weight, style)
        path = _path(face)
        if not path:
            continue
        codes = _codes(path)
        if found := {character for character in rest if ord(character) in codes}:
            used[face] = found
        rest -= found
    return used


@lru_cache(maxsize=64)
def _codes(path: str) -> frozenset[int]:
    """Return the codes of the characters in a font file."""
    return frozenset(FT2Font(path).get_charmap())


def _texts(
    element: ElementTree.Element, inherited: Mapping[str, str]
) -> Iterator[tuple[Mapping[str, str], str]]:
    """Yield each text in an element, with its font properties."""
    style = {**inherited, **_font_of(element.get("style", ""))}
    if element.text and "font-family" in style:
        yield style, element.text
    for child in element:
        yield from _texts(child, style)
        if child.tail and "font-family" in style:
            yield style, child.tail


def _font_of(style: str) -> dict[str, str]:
    """Return the font properties in a style attribute."""
    pairs = [part.split(":", 1) for part in style.split(";") if ":" in part]
    values = {name.strip(): value.strip() for name, value in pairs}
    short = _SHORT.fullmatch(values.get("font", ""))
    if short is not None:
        values["font-family"] = short["family"]
        values["font-weight"] = short["weight"] or "normal"
        values["font-style"] = short["style"] or "normal"
    return {name: value for name, value in values.items() if name.startswith("font-")}


@lru_cache(maxsize=64)
def _path(face: Face) -> str:
    """Return the path of a font file; empty if the font is not installed."""
    weight = int(face.weight) if face.weight.isdigit() else face.weight
    style: Any = face.style
    wanted = FontProperties(family=face.family, weight=weight, style=style)
    try:
        return str(findfont(wanted, fallback_to_default=False))
    except ValueError:  # such as the generic family sans-serif
        return ""


def subset(face: Face, characters: set[str], *, hinted: bool = True) -> bytes:
    """Return a subset of a font as WOFF; empty if that is not possible.

    Args:
        face: the font.
        characters: the characters to keep.
        hinted: whether to keep the hinting, which fits outlines to coarse pixels.
    """
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont, TTLibError

    path = _path(face)
    options = Options(
        flavor="woff", notdef_outline=True, name_IDs=[1, 2], hinting=hinted
    )
    try:
        font = TTFont(path, fontNumber=0, recalcTimestamp=False)
        if font["OS/2"].fsType & _RESTRICTED:
            return b""
        for table in set(font.keys()) - _TABLES - {"GlyphOrder"}:
            del font[table]
        subsetter = Subsetter(options)
        subsetter.populate(text="".join(sorted(characters)))
        subsetter.subset(font)
        font.flavor = "woff"
        file = BytesIO()
        font.save(file)
    except (TTLibError, KeyError):
        return b""
    return file.getvalue()
