"""Encodes pixels as small images, for artists without another description."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_LOSSLESS, _QUALITY = 60, 78
"""The effort of an exact WebP, and the quality of one that is not exact."""
_FEW = 256
"""The largest number of colours of an exact image."""
_MOST_CELLS = 4096
"""The largest number of cells of a mesh that becomes an image."""

Place = tuple[float, float, float, float]


def picture(pixels: NDArray[np.uint8]) -> bytes:
    """Return pixels, RGBA (H, W, 4), as a WebP, exact if they have few colours."""
    image = Image.fromarray(np.ascontiguousarray(pixels))
    file = BytesIO()
    if pixels.size <= 4 * _MOST_CELLS or image.getcolors(_FEW) is not None:
        image.save(file, "WEBP", lossless=True, quality=_LOSSLESS, method=2)
    else:
        image.save(file, "WEBP", quality=_QUALITY, method=2)
    return file.getvalue()


def cropped(pixels: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], Place] | None:
    """Return the part of pixels, RGBA (H, W, 4), that is not empty, and its box.

    Returns:
        The pixels, and left, top, width and height; None if all are empty.
    """
    rows = np.flatnonzero(pixels[..., 3].any(axis=1))
    columns = np.flatnonzero(pixels[..., 3].any(axis=0))
    if not len(rows):
        return None
    top, bottom = int(rows[0]), int(rows[-1]) + 1
    left, right = int(columns[0]), int(columns[-1]) + 1
    place = (left, top, right - left, bottom - top)
    return pixels[top:bottom, left:right], place


def mesh_cells(
    gc: Any,
    transform: Any,
    columns: int,
    rows: int,
    coordinates: Any,
    offsets: Any,
    offset_transform: Any,
    colors: Any,
    *_: Any,
    height: float,
) -> tuple[NDArray[np.uint8], Place] | None:
    """Return the cells of an even mesh as pixels, and their box.

    The arguments are those of matplotlib's `draw_quad_mesh`, and the figure's height.

    Returns:
        A pixel for each cell (rows, columns, 4), and left, top, width and height in
        pixels; None if the cells differ in size, or are too many.
    """
    count = columns * rows
    if count > _MOST_CELLS or len(colors) != count or np.any(offsets):
        return None
    corners = np.asarray(coordinates, np.float64).reshape(-1, 2)
    grid = transform.transform(corners).reshape(rows + 1, columns + 1, 2)
    x, y = grid[0, :, 0], grid[:, 0, 1]
    if not (
        np.allclose(grid[..., 0], x, atol=0.01)
        and np.allclose(grid[..., 1], y[:, None], atol=0.01)
        and np.allclose(np.diff(x), np.diff(x).mean(), atol=0.02)
        and np.allclose(np.diff(y), np.diff(y).mean(), atol=0.02)
    ):
        return None
    cells = np.asarray(colors, np.float64).reshape(rows, columns, 4)
    cells = cells[:: -1 if y[-1] > y[0] else 1, :: 1 if x[-1] > x[0] else -1]
    x0, x1 = sorted((float(x[0]), float(x[-1])))
    y0, y1 = sorted((float(y[0]), float(y[-1])))
    place = (x0, height - y1, x1 - x0, y1 - y0)
    return np.rint(255 * cells).astype(np.uint8), place
