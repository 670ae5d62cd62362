"""Colours, sizes and fonts of a clip, as data."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from animator.base.checks import is_number, quoted
from animator.base.errors import SceneError

_COLOR = re.compile(r"#(?:[0-9a-fA-F]{6}|[0-9a-fA-F]{8})")
_SMALLEST, _LARGEST = 0.1, 100
"""Points that type, lines and markers may have."""
MANY = 12
"""The largest number of panels with type of full size and numbers on all axes."""


@dataclass(frozen=True, slots=True)
class Theme:
    """How a clip looks; sizes are in points, 100 dpi for a clip of 1280 × 720.

    Colours are hexadecimal, ``"#rrggbb"`` or ``"#rrggbbaa"``.

    Raises:
        SceneError: a colour is not valid, or a size is out of its range.
    """

    name: str
    background: str
    text: str
    muted: str
    """Axis numbers, names of the axes, the key."""
    frame: str
    """The lines around a panel."""
    trails: tuple[str, ...]
    """A colour for each setting; colour-blind readers can distinguish them, too."""
    casing: str = "#ffffff"
    """The rim that sets trails and markers off the map, whatever its colour."""
    shade: str = "#00000073"
    """The thin line around the rim, which sets it off a white map."""
    font: str = "DejaVu Sans"
    title_size: float = 22
    panel_size: float = 16
    label_size: float = 13
    tick_size: float = 12
    line_width: float = 2.2
    dot_size: float = 5.0
    marker_size: float = 11.0

    def __post_init__(self) -> None:
        if not isinstance(self.trails, Sequence) or not self.trails:
            raise SceneError(f"theme: trails is {quoted(self.trails)}; give colours")
        names = ("background", "text", "muted", "frame", "casing", "shade")
        for name, color in (
            *((name, getattr(self, name)) for name in names),
            *(("trails", color) for color in self.trails),
        ):
            if not (isinstance(color, str) and _COLOR.fullmatch(color)):
                raise SceneError(
                    f"theme: {name} is {quoted(color)}; give a colour such as '#e02424'"
                )
        if not isinstance(self.font, str):
            raise SceneError(
                f"theme: font is {quoted(self.font)}; give a family's name"
            )
        for field in fields(self):
            value = getattr(self, field.name)
            if field.type == "float" and not is_number(value, _SMALLEST, _LARGEST):
                raise SceneError(
                    f"theme: {field.name} is {quoted(value)}; give {_SMALLEST} to "
                    f"{_LARGEST} points"
                )

    def color(self, index: int) -> str:
        """Return the colour of the setting at an index, starting again at the end."""
        return self.trails[index % len(self.trails)]

    def weighted(self, weight: float) -> Theme:
        """Return the theme with lines and markers multiplied by a weight."""
        if weight == 1:
            return self
        names = ("line_width", "dot_size", "marker_size")
        sizes: dict[str, Any] = {
            name: max(_SMALLEST, weight * getattr(self, name)) for name in names
        }
        return replace(self, **sizes)

    def for_panels(self, panels: int) -> Theme:
        """Return the theme with lines, markers and type that suit a number of panels.

        Lines and markers have their full size in up to four panels, and type in up to a
        dozen; in more panels they are smaller, to leave room for the contents.
        """
        lines = min(1.0, max(0.4, math.sqrt(4 / panels)))
        type_ = min(1.0, max(0.4, math.sqrt(MANY / panels)))
        shares = {
            **dict.fromkeys(("line_width", "dot_size", "marker_size"), lines),
            **dict.fromkeys(("panel_size", "label_size", "tick_size"), type_),
        }
        sizes: dict[str, Any] = {
            name: max(_SMALLEST, share * getattr(self, name))
            for name, share in shares.items()
        }
        return replace(self, **sizes)


# The article's red first. All are of a middle lightness, so that they stand on a light
# and on a dark background alike, and far apart for colour-blind readers, too.
_TRAILS = ("#e02424", "#2563d9", "#e89a00", "#00b39b", "#8e2a8a", "#c29bea", "#88aa66")

LIGHT = Theme(
    name="light",
    background="#ffffff",
    text="#1d1f24",
    muted="#565b66",
    frame="#9aa0ab",
    trails=_TRAILS,
)

DARK = Theme(
    name="dark",
    background="#12141a",
    text="#f2f3f5",
    muted="#aab0bc",
    frame="#5b616e",
    trails=_TRAILS,
)

THEMES = {theme.name: theme for theme in (LIGHT, DARK)}


def theme_named(theme: str | Theme) -> Theme:
    """Return a theme by its name; a theme is returned as it is.

    Raises:
        SceneError: there is no such theme.
    """
    if isinstance(theme, Theme):
        return theme
    if not isinstance(theme, str) or theme not in THEMES:
        raise SceneError(f"theme is {theme!r}; give one of {', '.join(THEMES)}")
    return THEMES[theme]
