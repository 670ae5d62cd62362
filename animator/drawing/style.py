"""Sets matplotlib's rcParams for a theme, independent of the user's settings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import matplotlib as mpl

from animator.drawing.fonts import (
    PLAIN,
    has_serifs,
    is_installed,
    missing_glyphs_ignored,
)
from animator.drawing.math_fallback import math_settings
from animator.drawing.theme import Theme

_LABEL = 13.0
"""The font size, in points, at which axes have matplotlib's default line widths."""
_SCALED: tuple[Any, ...] = (
    "axes.linewidth",
    *(f"{side}tick.major.{name}" for side in "xy" for name in ("width", "size", "pad")),
    *(f"{side}tick.minor.{name}" for side in "xy" for name in ("width", "size")),
)
"""The rcParams of axes lines that scale with the font size."""
_FORMULAS = {"STIX": "stix", "DejaVu Serif": "dejavuserif", "cmr": "cm"}
"""Matplotlib's math fonts, by the first letters of the families that they match."""


@contextmanager
def style(theme: Theme, fonts: Sequence[str] = ()) -> Iterator[None]:
    """Return a context with a theme's rcParams, independent of the user's settings.

    Args:
        theme: colours and sizes.
        fonts: the font families, in the order in which to search for a character.
    """
    scale = theme.label_size / _LABEL
    with mpl.rc_context(), missing_glyphs_ignored():
        mpl.rcdefaults()
        mpl.rcParams.update(
            {
                "font.family": list(fonts) or [theme.font, PLAIN],
                **_formulas(theme.font),
                "figure.facecolor": theme.background,
                "axes.facecolor": theme.background,
                "axes.edgecolor": theme.frame,
                "axes.labelcolor": theme.muted,
                **{name: scale * mpl.rcParamsDefault[name] for name in _SCALED},
                "axes.labelsize": theme.label_size,
                "axes.titlecolor": theme.text,
                "axes.titlesize": theme.panel_size,
                "axes.spines.top": False,
                "axes.spines.right": False,
                "text.color": theme.text,
                "xtick.color": theme.frame,
                "ytick.color": theme.frame,
                "xtick.labelcolor": theme.muted,
                "ytick.labelcolor": theme.muted,
                "xtick.labelsize": theme.tick_size,
                "ytick.labelsize": theme.tick_size,
            }
        )
        yield


def _formulas(font: str) -> dict[Any, Any]:
    """Return the rcParams that set formulas in a font.

    Symbols that the font lacks come from a math font.
    """
    if font == PLAIN or not is_installed(font):
        return {"mathtext.fontset": "dejavusans"}
    for beginning, name in _FORMULAS.items():
        if font.startswith(beginning):
            return {"mathtext.fontset": name}
    return _custom(font)


def fallback_settings(font: str, others: Sequence[str]) -> dict[Any, Any]:
    """Return the rcParams that let formulas use fallback fonts.

    Args:
        font: the family of all other characters.
        others: the fallback families; only the first ones are used.
    """
    return {**_custom(font), **math_settings(others)} if others else {}


def _custom(font: str) -> dict[Any, Any]:
    """Return the rcParams that set formulas in any font."""
    return {
        "mathtext.fontset": "custom",
        "mathtext.fallback": "stix" if has_serifs(font) else "stixsans",
        "mathtext.rm": font,
        "mathtext.it": f"{font}:italic",
        "mathtext.bf": f"{font}:bold",
        "mathtext.bfit": f"{font}:italic:bold",
        "mathtext.sf": font,
    }
