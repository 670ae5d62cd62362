"""The sizes of type that the layout tries, and the warning about large type."""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import Any

from animator.base.errors import RenderWarning
from animator.drawing.theme import Theme
from animator.rendering.options import RenderOptions

SMALLER = (1.0, 0.92, 0.84, 0.7, 0.58)
"""Factors of the size of type; the first one that leaves enough room is used."""
LEAST_SHARE = 0.5
"""There is enough room if each axes fills this share of its panel."""


def warn_large(options: RenderOptions) -> None:
    """Warn that the chosen font size leaves the axes little room.

    Warns:
        RenderWarning: always.
    """
    warnings.warn(
        f"type of {options.font_size:g} points leaves some axes less than half of "
        "their panel; give a smaller font_size, a larger size or fewer panels",
        RenderWarning,
        stacklevel=3,
    )


def with_smaller_type(theme: Theme, factor: float) -> Theme:
    """Return a theme with smaller type."""
    names = ("title_size", "panel_size", "label_size", "tick_size")
    sizes: dict[str, Any] = {name: factor * getattr(theme, name) for name in names}
    return theme if factor == 1.0 else replace(theme, **sizes)
