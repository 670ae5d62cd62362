"""Converts matplotlib's paths to commands and points."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.path import Path
from matplotlib.transforms import Affine2D

if TYPE_CHECKING:
    from matplotlib.backend_bases import GraphicsContextBase

_LETTERS = {Path.MOVETO: "M", Path.LINETO: "L", Path.CURVE3: "Q", Path.CURVE4: "C",
            Path.CLOSEPOLY: "Z"}  # fmt: skip
_MOST_SNAPPED = 1024
"""The largest number of corners of a path that Agg snaps to pixels."""
_LONG, _UNSEEN = 16, 0.2
"""Corners of a line from which on those are left out that change it by so little, in
pixels."""
_STRAIGHT = 1e-4
"""Tolerance in pixels for vertical and horizontal lines."""

Shape = tuple[str, list[float]]
"""The commands of a path, such as ``"M1L20Z1"``, and the coordinates of its points."""


def snaps(gc: GraphicsContextBase, path: Path, transform: Any) -> bool:
    """Return whether Agg snaps the corners of a path to pixels."""
    if gc.get_snap() is not None:
        return bool(gc.get_snap())
    corners = np.asarray(path.vertices)
    if not 1 < len(corners) <= _MOST_SNAPPED:
        return False
    if path.codes is not None:
        if np.isin(path.codes, (Path.CURVE3, Path.CURVE4)).any():
            return False
        corners = corners[path.codes != Path.CLOSEPOLY]
    moves = np.abs(np.diff(transform.transform(corners), axis=0))
    return bool((moves.min(axis=1, initial=np.inf) < _STRAIGHT).all())


def marker_shape(
    gc: GraphicsContextBase, path: Path, transform: Any, width: float
) -> tuple[str, list[float], float]:
    """Return a marker's commands and points, and the offset of its centre in a pixel.

    The line width is in pixels.
    """
    snapped = snaps(gc, path, transform)
    down = transform + Affine2D().scale(1, -1)
    shape = path.iter_segments(down, snap=snapped, stroke_width=width)
    return (*describe_path(shape), 0.0 if snapped else 0.5)


def simplify(path: Path) -> Path:
    """Return a path without the corners of a long line that are not visible."""
    lines = (Path.MOVETO, Path.LINETO)
    corners = np.asarray(path.vertices)
    if len(corners) < _LONG or (
        path.codes is not None and not np.isin(path.codes, lines).all()
    ):
        return path
    simpler = Path(path.vertices, path.codes)
    simpler.should_simplify, simpler.simplify_threshold = True, _UNSEEN
    return simpler


def origin(path: Path, transform: Any) -> dict[str, Any]:
    """Return what a long path was before it was put on the figure.

    Returns:
        Its ``"source"``, equal for equal paths only, and its ``"placed"``: the factor
        and the distance by which a coordinate becomes one in pixels, for x and for y.
        Nothing if the path is short, or turned.
    """
    matrix = transform.get_matrix() if transform.is_affine else np.ones((3, 3))
    corners = np.asarray(path.vertices)
    if len(corners) < _LONG or matrix[0, 1] or matrix[1, 0]:
        return {}
    codes = b"" if path.codes is None else np.asarray(path.codes).tobytes()
    placed = matrix[0, 0], matrix[0, 2], matrix[1, 1], matrix[1, 2]
    return {
        "source": (corners.tobytes(), codes),
        "placed": tuple(map(float, placed)),
    }


def describe_path(pieces: Iterator[Any]) -> Shape:
    """Return the commands of a path's pieces, and the coordinates of its points."""
    letters, numbers = [], list[float]()
    for values, code in pieces:
        if code == Path.STOP:
            break
        letters.append(_LETTERS[code])
        if code != Path.CLOSEPOLY:
            numbers += values.tolist()
    codes = "".join(f"{letter}{len(list(run))}" for letter, run in groupby(letters))
    return codes, numbers
