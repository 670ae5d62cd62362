"""Finds fonts for the characters that a theme's font does not have."""

from __future__ import annotations

import logging
import unicodedata
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache

from matplotlib.cbook import is_math_text
from matplotlib.font_manager import (
    FontProperties,
    findfont,
    findSystemFonts,
    fontManager,
)
from matplotlib.ft2font import FT2Font

from animator.base.errors import RenderWarning

PLAIN = "DejaVu Sans"
"""matplotlib brings it, so that it is always there."""
_SHAPELESS = ("Cc", "Cf", "Zs", "Zl", "Zp")
"""Categories of characters that need no glyph."""
_VARIANTS = range(0xFE00, 0xFE10)
_LAST_RESORT = "LastResort"
"""A font that matplotlib brings; it shows boxes instead of characters."""


@dataclass(frozen=True, slots=True)
class Fonts:
    """The fonts for some texts.

    Attributes:
        families: in the order in which they are asked for a character.
        lacking: the characters that cannot be shown.
    """

    families: tuple[str, ...]
    lacking: str = ""


def fonts_for(font: str, texts: Iterable[str] = ()) -> Fonts:
    """Return the fonts for some texts.

    Args:
        font: the family to use for all characters that it has.
        texts: what is to be written. In a text with formulas, matplotlib does not
            look for characters in other fonts.
    """
    families = [name for name in dict.fromkeys([font, PLAIN]) if is_there(name)]
    own = [findfont(FontProperties(family=name)) for name in families]
    formulas, plain = set[str](), set[str]()
    for text in texts:
        (formulas if is_math_text(text) else plain).update(filter(_has_shape, text))
    for path in own:
        formulas -= _shown(path, formulas)
        plain -= _shown(path, plain)
    while plain:
        best = max(_system(), key=lambda path: _merit(path, plain), default="")
        shown = _shown(best, plain) if best else set()
        if not shown:
            break
        fontManager.addfont(best)
        families.append(FT2Font(best).family_name)
        plain -= shown
    return Fonts(tuple(families), "".join(sorted(formulas | plain)))


def is_there(font: str) -> bool:
    """Return whether matplotlib finds a family."""
    try:
        findfont(FontProperties(family=font), fallback_to_default=False)
    except ValueError:
        return False
    return True


def warn_of(font: str, lacking: str) -> None:
    """Warn of what cannot be shown as asked for.

    Warns:
        RenderWarning: there is no such font, or none for some characters.
    """
    if not is_there(font):
        warnings.warn(
            f"the theme's font {font!r} is not here: {PLAIN} stands for it; install it",
            RenderWarning,
            stacklevel=3,
        )
    if lacking:
        listed = ", ".join(f"{c} (U+{ord(c):04X})" for c in lacking[:5])
        more = f" and {len(lacking) - 5} others" if len(lacking) > 5 else ""
        warnings.warn(
            f"no font here has {listed}{more}: boxes stand for them; install one that "
            "has, such as one of Noto's, or write it in other words",
            RenderWarning,
            stacklevel=3,
        )


def _has_shape(character: str) -> bool:
    return (
        not character.isascii()
        and unicodedata.category(character) not in _SHAPELESS
        and ord(character) not in _VARIANTS
    )


@contextmanager
def missing_glyphs_ignored() -> Iterator[None]:
    """Silence matplotlib's warnings of characters that no font has; we warn once."""
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
    """Return the paths of the system's fonts that can be drawn in any size."""
    return tuple(
        path
        for path in sorted(findSystemFonts())
        if _LAST_RESORT not in path and _is_scalable(path)
    )


def _is_scalable(path: str) -> bool:
    try:
        return bool(FT2Font(path).scalable)
    except (OSError, RuntimeError):  # it is broken, or of a kind that cannot be read
        return False


def _merit(path: str, lacking: set[str]) -> tuple[int, bool, bool]:
    """Return how well a font suits: the more characters it has, the better."""
    name = path.rpartition("/")[2]
    return len(_shown(path, lacking)), "Sans" in name, "Regular" in name


def _shown(path: str, characters: set[str]) -> set[str]:
    """Return which characters a font has."""
    if not characters:  # spare opening it
        return set()
    codes = FT2Font(path).get_charmap()
    return {character for character in characters if ord(character) in codes}
