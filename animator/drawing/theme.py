"""The colours, sizes and fonts of a clip."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any, Literal

from animator.base.errors import SceneError
from animator.drawing.theme_checks import SMALLEST, check_theme

_DASHES = (0.0, 3.0, 1.6, 6.0)
"""Dash lengths in line widths; the next one is used when all colours are used up."""
_LINE_SIZES = ("line_width", "path_width", "dot_size", "marker_size")
"""The sizes of lines and markers."""
MOST_FULL_SIZE = 12
"""The most panels with full font size and tick labels on all axes."""


@dataclass(frozen=True, slots=True)
class Theme:
    """The appearance of a clip.

    Sizes are in points (1/72 inch), at 100 dpi for a clip of 1280 × 720 pixels. Colours
    are hexadecimal, ``"#rrggbb"`` or ``"#rrggbbaa"``.

    Raises:
        SceneError: a colour is invalid, or a number is out of range.
    """

    name: str
    background: str
    text: str
    muted: str
    """The colour of tick labels, axis labels and the key."""
    frame: str
    """The colour of the border of a panel."""
    trails: tuple[str, ...]
    """The colours of the settings; distinguishable by colour-blind readers, too."""
    casing: str = "#ffffff"
    """The colour of the rim that separates trails and markers from the map."""
    shade: str = "#00000073"
    """The colour of the thin line around the rim, for maps of the rim's colour."""
    sign: str = "#ffffff"
    """The colour of the square at the start and of the ring around the minimum."""
    contour: str = "#00000033"
    """The colour of contour lines on a map."""
    map: str = "devon"
    """The name of a colour map of cmcrameri or matplotlib."""
    map_range: tuple[float, float] = (0.0, 1.0)
    """The part of the colour map to use: the ends for minimum and maximum, 0 to 1."""
    line_range: tuple[float, float] = (0.0, 1.0)
    """The part of the colour map to use for coloured lines on the background."""
    contours: int = 15
    """The default number of contour lines of a map."""
    comet: int = 12
    """The number of newest steps of a path that are bright and wide; 0 for none."""
    settled: float = 0.72
    """The weight, 0 to 1, of its colour in the rest of a path; the rim has the rest."""
    step_mark: Literal["dot", "cross"] = "dot"
    """The mark of a step on a path."""
    font: str = "Source Sans Pro"
    title_size: float = 25
    panel_size: float = 16
    label_size: float = 13
    tick_size: float = 12.5
    line_width: float = 2.2
    path_width: float = 1.5
    """The width of a path behind its newest steps."""
    dot_size: float = 3.2
    marker_size: float = 10.0

    def __post_init__(self) -> None:
        check_theme(self)

    @classmethod
    def from_style(cls, name: str) -> Theme:
        """Return a theme with the colours and the font of a matplotlib style.

        Background, text, line colours, font and colour map are those of the style.
        Sizes are those of the theme ``"light"``.

        Args:
            name: the name of a matplotlib style, or the path of a style file.

        Raises:
            SceneError: the style does not exist, or has no line colours.
        """
        from animator.drawing.user_style import with_style

        return with_style(LIGHT, name)

    def color(self, index: int) -> str:
        """Return the colour of the setting at an index; colours repeat cyclically."""
        return self.trails[index % len(self.trails)]

    def dash(self, index: int) -> float:
        """Return the length of the dashes of a setting's lines, in line widths.

        It is 0, for solid lines, until all colours are used up.
        """
        return _DASHES[index // len(self.trails) % len(_DASHES)]

    def faded(self, color: str) -> str:
        """Return the colour of a path behind its newest steps, ``"#rrggbb"``."""
        kept = self.settled
        parts = (
            round(kept * int(color[i : i + 2], 16) + (1 - kept) * int(rim, 16))
            for i, rim in ((i, self.casing[i : i + 2]) for i in (1, 3, 5))
        )
        return "#" + "".join(f"{part:02x}" for part in parts)

    def weighted(self, weight: float) -> Theme:
        """Return the theme with the sizes of lines and markers scaled by a weight."""
        if weight == 1:
            return self
        sizes: dict[str, Any] = {
            name: max(SMALLEST, weight * getattr(self, name)) for name in _LINE_SIZES
        }
        return replace(self, **sizes)

    def for_panels(self, panels: int, *, keeps_type: bool = False) -> Theme:
        """Return the theme with sizes that suit a number of panels.

        Lines and markers have their full size for up to four panels, and fonts for up
        to twelve. For more panels they are smaller, to leave space for the contents.
        With `keeps_type`, fonts keep their size.
        """
        lines = min(1.0, max(0.4, math.sqrt(4 / panels)))
        type_ = (
            1.0
            if keeps_type
            else min(1.0, max(0.4, math.sqrt(MOST_FULL_SIZE / panels)))
        )
        shares = {
            **dict.fromkeys(_LINE_SIZES, lines),
            **dict.fromkeys(("panel_size", "label_size", "tick_size"), type_),
        }
        sizes: dict[str, Any] = {
            name: max(SMALLEST, share * getattr(self, name))
            for name, share in shares.items()
        }
        return replace(self, **sizes)


LIGHT = Theme(
    name="light",
    background="#ffffff",
    text="#1b1d22",
    muted="#5f6470",
    frame="#b9bec8",
    trails=(
        "#b1143b", "#0076ff", "#a77600", "#004e00", "#f50a93",
        "#317676", "#0000d8", "#4e3b58", "#27006c", "#3b141d",
    ),
    casing="#f3f1fb",
    shade="#f3f1fbb0",
    sign="#1b1d22",
    contour="#1b1d2433",
    map="devon",
    map_range=(0.95, 0.68),
    line_range=(0.62, 0.12),
)  # fmt: skip

DARK = Theme(
    name="dark",
    background="#0d1016",
    text="#f2f3f5",
    muted="#8d94a1",
    frame="#3a404c",
    trails=(
        "#ff4e27", "#76baff", "#ffe231", "#a76cff", "#9dce76",
        "#f59dba", "#6c9d6c", "#a7f5ff", "#ba76a7", "#e2f5ce",
    ),
    casing="#071220",
    shade="#071220b0",
    sign="#f2f3f5",
    contour="#e8f0ff33",
    map="oslo",
    map_range=(0.13, 0.385),
    line_range=(0.36, 0.85),
)  # fmt: skip

# The colours of the article, with red as the first path colour. They have medium
# lightness, and are distinguishable by colour-blind readers, too.
ARTICLE = Theme(
    name="article",
    background="#ffffff",
    text="#1d1f24",
    muted="#565b66",
    frame="#9aa0ab",
    trails=(
        "#e02424", "#2563d9", "#e89a00", "#00b39b", "#8e2a8a", "#c29bea", "#88aa66",
    ),
    map="terrain",
    contours=0,
    contour="#00000073",
    comet=0,
    settled=1.0,
    step_mark="cross",
    font="DejaVu Sans",
    title_size=22,
    tick_size=12,
    path_width=1.6,
    dot_size=5.0,
    marker_size=11.0,
)  # fmt: skip

THEMES = {theme.name: theme for theme in (LIGHT, DARK, ARTICLE)}


def theme_named(theme: str | Theme) -> Theme:
    """Return the theme of a name; a `Theme` is returned unchanged.

    Raises:
        SceneError: there is no theme of this name.
    """
    if isinstance(theme, Theme):
        return theme
    if not isinstance(theme, str) or theme not in THEMES:
        raise SceneError(f"theme is {theme!r}; give one of {', '.join(THEMES)}")
    return THEMES[theme]
