"""Thins contour lines where they would merge, as in a narrow valley."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.path import Path

if TYPE_CHECKING:
    from matplotlib.contour import ContourSet
    from numpy.typing import NDArray

    from animator.experiments.lossmap import LossMap

_APART = 5.0
"""Lines closer to each other than this, in pixels, are thinned."""
_SHORTEST = 24.0
"""Pieces shorter than this, in pixels, are omitted."""


def thin_lines(
    lines: ContourSet, landscape: LossMap, pixels: tuple[float, float]
) -> None:
    """Interrupt contour lines where their neighbours would be too close.

    Where lines are too dense, every second line is interrupted; where they are twice as
    dense, three of four, and so on. The middle line is complete.

    Args:
        lines: matplotlib's contour lines, a path for each level.
        landscape: the loss map.
        pixels: the approximate width and height of the map, in pixels.
    """
    levels = np.asarray(lines.levels, np.float64)
    spacing = _spacing(levels, landscape, pixels)
    x, y = landscape.x, landscape.y
    unit = pixels[0] / (x[-1] - x[0]), pixels[1] / (y[-1] - y[0])
    paths = []
    for number, path in enumerate(lines.get_paths(), start=1):
        apart = _nearest_values(
            spacing, landscape, np.asarray(path.vertices)
        ) * 2.0 ** _rank(number)
        paths.append(_joined_pieces(_pieces(path, apart >= _APART), unit))
    lines.set_paths(paths)


def _rank(number: int) -> int:
    """Return the exponent of 2 in the factorization of a number."""
    return (number & -number).bit_length() - 1


def _spacing(
    levels: NDArray[np.float64], landscape: LossMap, pixels: tuple[float, float]
) -> NDArray[np.float64]:
    """Return the distance between lines at each of the map's points, in pixels.

    It is the inverse of the gradient of the number of lines below the loss.
    """
    if len(levels) < 2:
        return np.full(landscape.loss.shape, np.inf)
    loss = np.nan_to_num(landscape.loss.astype(np.float64), nan=np.inf, posinf=np.inf)
    below = np.interp(loss, levels, np.arange(len(levels), dtype=np.float64))
    rows, columns = loss.shape
    up, right = np.gradient(below)
    slope = np.hypot(right * (columns - 1) / pixels[0], up * (rows - 1) / pixels[1])
    return 1.0 / np.maximum(_largest_nearby(slope), 1e-9)


def _largest_nearby(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the maximum of each point (H, W) and its eight neighbours."""
    padded = np.pad(values, 1, mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3))
    found: NDArray[np.float64] = windows.max(axis=(2, 3))
    return found


def _nearest_values(
    values: NDArray[np.float64], landscape: LossMap, places: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the values at the grid points nearest to some points (N, 2)."""
    rows, columns = values.shape
    x, y = landscape.x, landscape.y
    column = (places[:, 0] - x[0]) / (x[-1] - x[0]) * (columns - 1)
    row = (places[:, 1] - y[0]) / (y[-1] - y[0]) * (rows - 1)
    found: NDArray[np.float64] = values[
        np.clip(np.rint(row), 0, rows - 1).astype(int),
        np.clip(np.rint(column), 0, columns - 1).astype(int),
    ]
    return found


def _pieces(path: Path, keep: NDArray[np.bool_]) -> list[NDArray[np.float64]]:
    """Return the pieces (N, 2) of a path that consist of vertices to keep."""
    vertices = np.asarray(path.vertices, np.float64)
    if not len(vertices) or path.codes is None:
        return []
    starts = (path.codes == Path.MOVETO) | ~keep | ~np.concatenate([[True], keep[:-1]])
    pieces = np.split(np.arange(len(vertices)), np.flatnonzero(starts)[1:])
    return [vertices[piece] for piece in pieces if keep[piece].all()]


def _joined_pieces(
    pieces: list[NDArray[np.float64]], unit: tuple[float, float]
) -> Path:
    """Return one path of all pieces that are long enough to look like lines."""
    long = [
        piece
        for piece in pieces
        if np.hypot(*(np.diff(piece, axis=0) * unit).T).sum() >= _SHORTEST
    ]
    if not long:
        return Path(np.empty((0, 2)))
    codes = np.full(sum(map(len, long)), Path.LINETO, Path.code_type)
    codes[np.cumsum([0, *map(len, long[:-1])])] = Path.MOVETO
    return Path(np.concatenate(long), codes)
