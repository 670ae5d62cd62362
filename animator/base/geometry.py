"""Sizes of pictures and boxes of pixels."""

from __future__ import annotations

from operator import index

from animator.base.errors import SceneError

SMALLEST, LARGEST = 64, 8192
"""How many pixels a side of a clip must have, and may have."""

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
"""Sizes that have a name."""

Box = tuple[int, int, int, int]
"""Left, top, right and bottom edge in pixels, counted from the top left corner."""


def check_size(size: object) -> Size:
    """Return a size in pixels, given as such or by its name.

    Raises:
        SceneError: no clip can have this size.
    """
    if isinstance(size, str) and size.lower() in SIZES:
        return SIZES[size.lower()]
    try:
        width, height = (index(side) for side in size)  # type: ignore[attr-defined]
    except (TypeError, ValueError):
        raise SceneError(
            f"size is {size!r}; give whole pixels, such as (1280, 720), or one of "
            f"{', '.join(SIZES)}"
        ) from None
    size = width, height
    text = f"{width}x{height}"
    if not all(SMALLEST <= side <= LARGEST for side in size):
        raise SceneError(
            f"size is {text}; give {SMALLEST} to {LARGEST} pixels for each side"
        )
    if any(side % 2 for side in size):
        even = "x".join(str(side + side % 2) for side in size)
        raise SceneError(
            f"size is {text}, but video players need even sides; try {even}"
        )
    return size
