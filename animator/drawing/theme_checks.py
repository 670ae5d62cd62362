"""Checks the colours and the sizes of themes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import fields
from typing import TYPE_CHECKING

from animator.base.checks import is_integer, is_number, quoted
from animator.base.errors import SceneError

if TYPE_CHECKING:
    from animator.drawing.theme import Theme

_COLOR = re.compile(r"#(?:[0-9a-fA-F]{6}|[0-9a-fA-F]{8})")
SMALLEST, _LARGEST = 0.1, 100
"""The range of the sizes of fonts, lines and markers, in points."""
_LONGEST, _MOST_LINES = 1000, 1000


def check_theme(theme: Theme) -> None:
    """Raise `SceneError` if a colour or a number of a theme is invalid."""
    if not isinstance(theme.trails, Sequence) or not theme.trails:
        raise SceneError(f"theme: trails is {quoted(theme.trails)}; give colours")
    names = ("background", "text", "muted", "frame", "casing", "shade", "sign")
    for name, color in (
        *((name, getattr(theme, name)) for name in (*names, "contour")),
        *(("trails", color) for color in theme.trails),
    ):
        if not (isinstance(color, str) and _COLOR.fullmatch(color)):
            raise SceneError(
                f"theme: {name} is {quoted(color)}; give a colour such as '#e02424'"
            )
    if not isinstance(theme.font, str):
        raise SceneError(f"theme: font is {quoted(theme.font)}; give a family's name")
    _check_map(theme)
    for name in _sizes(theme):
        value = getattr(theme, name)
        if not is_number(value, SMALLEST, _LARGEST):
            raise SceneError(
                f"theme: {name} is {quoted(value)}; give {SMALLEST} to "
                f"{_LARGEST} points"
            )
    if not is_integer(theme.comet, 0, _LONGEST):
        raise SceneError(
            f"theme: comet is {quoted(theme.comet)}; give 0 to {_LONGEST} steps"
        )
    if not is_number(theme.settled, 0, 1):
        raise SceneError(f"theme: settled is {quoted(theme.settled)}; give 0 to 1")
    if theme.step_mark not in ("dot", "cross"):
        raise SceneError(
            f"theme: step_mark is {quoted(theme.step_mark)}; give 'dot' or 'cross'"
        )


def _check_map(theme: Theme) -> None:
    if not isinstance(theme.map, str):
        raise SceneError(f"theme: map is {quoted(theme.map)}; give a map's name")
    for name in ("map_range", "line_range"):
        ends = getattr(theme, name)
        if (
            not isinstance(ends, Sequence)
            or len(ends) != 2
            or not all(is_number(end, 0, 1) for end in ends)
        ):
            raise SceneError(
                f"theme: {name} is {quoted(ends)}; give two numbers, 0 to 1"
            )
    if not is_integer(theme.contours, 0, _MOST_LINES):
        raise SceneError(
            f"theme: contours is {quoted(theme.contours)}; give 0 to {_MOST_LINES}"
        )


def _sizes(theme: Theme) -> list[str]:
    """Return the names of the fields that are sizes, in points."""
    return [f.name for f in fields(theme) if f.name.endswith(("_size", "_width"))]
