"""Finds fallback fonts for the characters that a theme's font lacks."""

from __future__ import annotations

import logging
import unicodedata
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from matplotlib.font_manager import (
    FontProperties,
    findfont,
    findSystemFonts,
    fontManager,
)
from matplotlib.ft2font import FT2Font

from animator.base.errors import RenderWarning

PLAIN = "DejaVu Sans"
"""The font that is always available, because matplotlib contains it."""
_PACKAGED = {
    "Source Sans Pro": (
        "font_source_sans_pro",
        "files/SourceSansPro-{}.ttf",
        ("Regular", "Semibold", "It"),
    )
}
"""Families in Python packages: the package, its font files, and their styles."""
_BOLDEST, _BOLD = "Semibold", 700
"""The boldest of these styles, and the font weight that matplotlib searches for."""
_BOLD_STYLES = ("Bold", "Semibold", "SemiBold", "Demibold", "DemiBold")
"""The names of bold styles."""
_INVISIBLE = ("Cc", "Cf", "Zs", "Zl", "Zp")
"""Unicode categories of characters that need no glyph."""
_VARIATION_SELECTORS = range(0xFE00, 0xFE10)
_LAST_RESORT = "LastResort"
"""A font of matplotlib that shows a box for each character."""


@dataclass(frozen=True, slots=True)
class Fonts:
    """The fonts for some texts.

    Attributes:
        families: the font families, in the order in which to search for a character.
        lacking: the characters that no font has.
    """

    families: tuple[str, ...]
    lacking: str = ""


def fonts_for(font: str, texts: Iterable[str] = ()) -> Fonts:
    """Return the fonts for some texts.

    Args:
        font: the preferred family.
        texts: the texts.
    """
    register(font)
    families = [name for name in dict.fromkeys([font, PLAIN]) if is_installed(name)]
    own = [findfont(FontProperties(family=name)) for name in families]
    lacking = {
        character for text in texts for character in text if _needs_glyph(character)
    }
    for path in own:
        lacking -= _available(path, lacking)
    while lacking:
        best = max(_system(), key=lambda path: _score(path, lacking), default="")
        available = _available(best, lacking) if best else set()
        if not available:
            break
        families.append(_add_family(best))
        lacking -= available
    return Fonts(tuple(families), "".join(sorted(lacking)))


def _add_family(path: str) -> str:
    """Register a font, and its bold font, in matplotlib; return the family's name."""
    family = FT2Font(path).family_name
    known = {entry.fname for entry in fontManager.ttflist}
    for other in (path, *_system()):
        if other not in known and (other == path or _is_bold_of(other, family)):
            fontManager.addfont(other)
    return family


def _is_bold_of(path: str, family: str) -> bool:
    """Return whether a font is the upright bold font of a family."""
    font = FT2Font(path)
    return font.family_name == family and font.style_name in _BOLD_STYLES


def register(font: str) -> None:
    """Register a font family of a Python package in matplotlib, if it is one.

    Its boldest style is registered as bold, because matplotlib warns if there is none.
    """
    package, files, styles = _PACKAGED.get(font, ("", "", ()))
    spec = find_spec(package) if package else None
    known = {entry.fname for entry in fontManager.ttflist}
    for folder in (spec.submodule_search_locations if spec else None) or []:
        for style in styles:
            path = str(Path(folder) / files.format(style))
            if path not in known:
                first = len(fontManager.ttflist)
                fontManager.addfont(path)
                if style == _BOLDEST:
                    fontManager.ttflist[first:] = [
                        replace(entry, weight=_BOLD)
                        for entry in fontManager.ttflist[first:]
                    ]


def families() -> tuple[str, ...]:
    """Return the names of all families that are installed or in Python packages."""
    return tuple(sorted({*_PACKAGED, *fontManager.get_font_names()}))


def is_installed(font: str) -> bool:
    """Return whether a family is installed."""
    register(font)
    try:
        findfont(FontProperties(family=font), fallback_to_default=False)
    except ValueError:
        return False
    return True


@lru_cache(maxsize=64)
def has_serifs(font: str) -> bool:
    """Return whether the metadata of a family declare serifs."""
    table = FT2Font(findfont(FontProperties(family=font))).get_sfnt_table("OS/2")
    if table is None:
        return False
    # PANOSE: the first number is 2 for Latin text. The second is the style of serifs,
    # where 0 and 1 are undefined, and 11 to 15 are sans serif.
    kind, serifs = table["panose"][:2]
    return bool(kind == 2 and 2 <= serifs <= 10)


def warn_missing(font: str, fonts: Fonts) -> None:
    """Warn about a missing font and about missing characters.

    Warns:
        RenderWarning: the font is not installed, or some characters have no font.
    """
    if not is_installed(font):
        warnings.warn(
            f"the theme's font {font!r} is not installed: {PLAIN} replaces it; "
            "install it",
            RenderWarning,
            stacklevel=3,
        )
    if fonts.lacking:
        warnings.warn(
            f"no installed font has {_listed(fonts.lacking)}: boxes replace them; "
            "install one that has them, such as Noto, or use other characters",
            RenderWarning,
            stacklevel=3,
        )


def _listed(characters: str) -> str:
    """Return the first few characters with their codes, as a text."""
    listed = ", ".join(f"{c} (U+{ord(c):04X})" for c in characters[:5])
    more = f" and {len(characters) - 5} others" if len(characters) > 5 else ""
    return listed + more


def _needs_glyph(character: str) -> bool:
    return (
        not character.isascii()
        and unicodedata.category(character) not in _INVISIBLE
        and ord(character) not in _VARIATION_SELECTORS
    )


@contextmanager
def missing_glyphs_ignored() -> Iterator[None]:
    """Silence matplotlib's own warnings about missing characters."""
    log = logging.getLogger("matplotlib")
    before = log.level
    log.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Glyph .* missing from")
            yield
    finally:
        log.setLevel(before)


@lru_cache(maxsize=1)
def _system() -> tuple[str, ...]:
    """Return the paths of the system's scalable fonts."""
    return tuple(
        path
        for path in sorted(findSystemFonts())
        if _LAST_RESORT not in path and _is_scalable(path)
    )


def _is_scalable(path: str) -> bool:
    try:
        return bool(FT2Font(path).scalable)
    except (OSError, RuntimeError):  # a broken or unsupported font
        return False


def _score(path: str, lacking: set[str]) -> tuple[int, bool, bool]:
    """Return the score of a font: the more of the characters it has, the better."""
    name = path.rpartition("/")[2]
    return len(_available(path, lacking)), "Sans" in name, "Regular" in name


def _available(path: str, characters: set[str]) -> set[str]:
    """Return the characters that a font has."""
    if not characters:  # avoid opening the file
        return set()
    codes = FT2Font(path).get_charmap()
    return {character for character in characters if ord(character) in codes}
