"""Converts colours and names of fonts to CSS."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from matplotlib.colors import to_hex, to_rgba

if TYPE_CHECKING:
    from matplotlib.text import Text
    from matplotlib.typing import ColorType

_OWN = "Animator "
"""The prefix of the page's own fonts; the reader may have other fonts of that name."""
_BOLD = 600
"""Font weights of at least this are bold."""
_WEIGHTS = {"semibold": 600, "demibold": 600, "demi": 600, "bold": 700, "heavy": 800,
            "extra bold": 800, "black": 900}  # fmt: skip


def css_color(color: ColorType, alpha: float | None = None) -> str:
    """Return a colour as CSS has it, ``"#rrggbb"`` or ``"#rrggbbaa"``."""
    red, green, blue, own = to_rgba(color)
    opacity = own if alpha is None else alpha
    return to_hex((red, green, blue, opacity), keep_alpha=opacity < 1)


def own_family(family: str) -> str:
    """Return the page's name of a font family."""
    return _OWN + family


def css_families(families: Sequence[str]) -> str:
    """Return font families as a value of CSS ``font-family``, in their order."""
    return ", ".join(f"'{own_family(family)}'" for family in families)


def css_weight(weight: str | int) -> str:
    """Return a font weight as CSS has it, ``"normal"`` or ``"bold"``."""
    number = weight if isinstance(weight, int) else _WEIGHTS.get(weight, 400)
    return "bold" if number >= _BOLD else "normal"


def families_of(text: Text) -> list[str]:
    """Return the font families of a text."""
    families = text.get_fontfamily()
    return [families] if isinstance(families, str) else list(families)
