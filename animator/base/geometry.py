"""Sizes of images, in pixels or units of length, and boxes of pixels."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from operator import index

from animator.base.errors import SceneError

SMALLEST, LARGEST = 64, 8192
"""The minimum and maximum side length of a clip, in pixels."""

Size = tuple[int, int]
"""Width and height, in pixels."""

SIZES: dict[str, Size] = {
    "720p": (1280, 720),
    "1080p": (1920, 1080),
    "4k": (3840, 2160),
    "square": (1080, 1080),
    "portrait": (1080, 1920),
    "slide": (1600, 900),
    "readme": (800, 450),
}
"""Named sizes, in pixels."""

Box = tuple[int, int, int, int]
"""Left, top, right and bottom edges in pixels, from the top left corner."""


UNITS = {"in": 1.0, "cm": 1 / 2.54, "mm": 1 / 25.4}
"""Units of length, in inches."""

_PAGE = re.compile(
    r"(\d{1,6}(?:\.\d{1,12})?) *([a-z]*) *[x×] *(\d{1,6}(?:\.\d{1,12})?) *([a-z]*)",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class PageSize:
    """The size of a page, in a unit of length.

    Attributes:
        width: the width in `unit`.
        height: the height in `unit`.
        unit: a key of `UNITS`: ``"in"``, ``"cm"`` or ``"mm"``.
    """

    width: float
    height: float
    unit: str = "in"

    def __str__(self) -> str:
        return f"{self.width:.10g}{self.unit}x{self.height:.10g}{self.unit}"

    @property
    def inches(self) -> tuple[float, float]:
        """Width and height in inches."""
        return self.width * UNITS[self.unit], self.height * UNITS[self.unit]

    def pixels(self, dpi: float) -> Size:
        """Return width and height in pixels, at `dpi` pixels per inch."""
        width, height = self.inches
        return round(width * dpi), round(height * dpi)


def parse_size(text: str) -> Size | PageSize:
    """Parse a size.

    Args:
        text: the name of a size; width and height in pixels, such as ``"1280x720"``; or
            in a unit of length, such as ``"3.4inx2.4in"`` or ``"86x60mm"``.

    Raises:
        SceneError: the string is not a size.
    """
    name = text.strip().lower()
    if name in SIZES:
        return SIZES[name]
    match = _PAGE.fullmatch(name)
    if match is None:
        raise SceneError(_no_size(text))
    width, first, height, unit = match.groups()
    if not unit and not first and width.isdigit() and height.isdigit():
        return int(width), int(height)
    if not unit and first in UNITS:
        raise SceneError(
            f"size is {text!r}, whose height has no unit; "
            f"give {width}{first}x{height}{first}"
        )
    if not unit and not first:
        raise SceneError(
            f"size is {text!r}, but pixels are whole; give a unit, such as "
            f"{width}inx{height}in"
        )
    first = first or unit
    wrong = next((each for each in (first, unit) if each not in UNITS), None)
    if wrong is not None:
        raise SceneError(
            f"size is {text!r}, but {wrong!r} is not a unit; give one of "
            f"{', '.join(UNITS)}, or no unit for pixels"
        )
    if first != unit:
        raise SceneError(
            f"size is {text!r}, in {first} and in {unit}; give both sides in {unit}"
        )
    return PageSize(float(width), float(height), unit)


def _no_size(text: str) -> str:
    import difflib

    shown = text if len(text) <= 40 else f"{text[:40]}…"
    near = difflib.get_close_matches(text.lower(), SIZES, 1) if len(text) < 40 else []
    if near:
        return f"{shown!r} is not a size; did you mean {near[0]}?"
    return (
        f"{shown!r} is not a size; give WIDTHxHEIGHT, such as 1280x720 in pixels or "
        f"3.4inx2.4in, or one of {', '.join(SIZES)}"
    )


def check_page(page: PageSize, dpi: float) -> PageSize:
    """Return the page, after checking its size in pixels.

    Raises:
        SceneError: the page is too small or too large at this resolution.
    """
    pixels = page.pixels(dpi)
    if not all(SMALLEST <= side <= LARGEST for side in pixels):
        raise SceneError(
            f"size is {page}, which is {pixels[0]}x{pixels[1]} pixels at {dpi:g} dpi; "
            f"give a size or a dpi with {SMALLEST} to {LARGEST} pixels for each side"
        )
    return page


def check_size(size: object) -> Size | PageSize:
    """Convert a size, given as a tuple, a `PageSize` or a string, and check it.

    Raises:
        SceneError: it is not a size, or is too small or too large.
    """
    if isinstance(size, str):
        size = parse_size(size)
    if isinstance(size, PageSize):
        sides = size.width, size.height
        if size.unit not in UNITS or not all(
            isinstance(side, int | float) and math.isfinite(side) for side in sides
        ):
            raise SceneError(f"size is {size!r}; give one such as '3.4inx2.4in'")
        return size
    try:
        width, height = (index(side) for side in size)  # type: ignore[attr-defined]
    except (TypeError, ValueError):
        raise SceneError(
            f"size is {size!r}; give whole pixels, such as (1280, 720), a page, such "
            f"as '3.4inx2.4in', or one of {', '.join(SIZES)}"
        ) from None
    size = width, height
    text = f"{width}x{height}"
    if not all(SMALLEST <= side <= LARGEST for side in size):
        raise SceneError(
            f"size is {text}; give {SMALLEST} to {LARGEST} pixels for each side"
        )
    return size
