"""Fonts and font sizes other than a theme's own."""

from __future__ import annotations

import difflib
import math
import re
from dataclasses import replace

from animator.base.checks import is_number, quoted
from animator.base.errors import SceneError
from animator.drawing.theme import Theme

PAGE_TYPE = 8.0
"""The default font size on a page, in points."""
_SMALLEST, _LARGEST = 1, 100
_POINTS = re.compile(r"(\d{1,6}(?:\.\d{1,6})?) *(\w*)", re.ASCII)
_WIDE, _HIGH = 12.8, 7.2
"""The size of the picture that a theme is made for, in inches."""
_TITLE, _PANEL = 1.25, 1.1
"""The sizes of titles on a page, as multiples of the font size."""


def check_font_size(size: object) -> float:
    """Return a font size in points, given as a number or as a text such as ``"8pt"``.

    Raises:
        SceneError: the size is invalid or out of range.
    """
    if isinstance(size, str):
        match = _POINTS.fullmatch(size.strip().lower())
        if match is None:
            raise SceneError(f"font_size is {quoted(size)}; give points, such as 8pt")
        number, unit = match.groups()
        if unit not in ("", "pt"):
            raise SceneError(
                f"font_size is {quoted(size)}; give points, such as {number}pt"
            )
        size = float(number)
    if not is_number(size, _SMALLEST, _LARGEST):
        raise SceneError(
            f"font_size is {quoted(size)}; give {_SMALLEST} to {_LARGEST} points"
        )
    return float(size)


def check_font(font: object) -> str:
    """Return the name of an installed font family.

    Raises:
        SceneError: the family is not installed.
    """
    from animator.drawing.fonts import families, is_installed

    if not isinstance(font, str) or not font.strip():
        raise SceneError(
            f"font is {quoted(font)}; give a family's name, such as 'STIXGeneral'"
        )
    known = families()
    lower = {name.lower(): name for name in known}
    if font.lower() in lower:
        return lower[font.lower()]
    if is_installed(font):  # a font of a Python package
        return font
    near = difflib.get_close_matches(font.lower(), lower, 1)
    advice = f"did you mean {lower[near[0]]!r}?" if near else "install it"
    raise SceneError(f"font is {quoted(font)}, which is not installed; {advice}")


def with_type_size(
    theme: Theme, points: float, page: tuple[float, float] | None = None
) -> Theme:
    """Return a theme with a given font size of axis labels; other sizes scale with it.

    On a page, no text is smaller than the axis labels, and titles are only a little
    larger. Lines and markers have sizes between those that suit the text and those that
    suit the page.

    Args:
        theme: the theme.
        points: the font size, in points.
        page: the width and height of the page in inches; None if there is no page.
    """
    share = points / theme.label_size
    if page is None:
        names = ("title_size", "panel_size", "tick_size")
        sizes = [share * float(getattr(theme, name)) for name in names]
    else:
        sizes = [_TITLE * points, _PANEL * points, points]
        share = math.sqrt(share * math.sqrt(page[0] * page[1] / (_WIDE * _HIGH)))
    title, panel, tick = (min(size, _LARGEST) for size in sizes)
    return replace(
        theme.weighted(share),
        title_size=title,
        panel_size=panel,
        label_size=points,
        tick_size=tick,
    )
