"""Finds the pixels that an artist touches, for every kind of artist."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from numpy.typing import NDArray

from animator.base.geometry import Box
from animator.drawing.drawing import Growing

_OVERHANG = 2
"""How far, in pixels, an artist may draw beyond its window extent."""


class Extents:
    """Finds the boxes that artists touch on a figure.

    matplotlib's window extent is fast, and is used where it is known to be right. It
    is infinite for a scatter, too small for a text with a box or an arrow, and empty
    for an axis. All other artists are drawn on an empty canvas, where the pixels that
    changed are found.
    """

    def __init__(self, figure: Figure, renderer: RendererAgg) -> None:
        """Find boxes on a figure, with the renderer that draws it."""
        self._figure = figure
        self._renderer = renderer
        self._size = int(renderer.width), int(renderer.height)
        self._canvas: RendererAgg | None = None
        self._words: NDArray[np.uint32]

    def box(self, artist: Artist) -> Box | None:
        """Return the box of the pixels that an artist touches, if any."""
        if not artist.get_visible():
            return None
        if _is_known(artist):
            pad: float = _OVERHANG
            if isinstance(artist, Line2D):
                pad += self._width_of(artist)
            extent = artist.get_window_extent(self._renderer)
            if np.isfinite(extent.extents).all():
                return self._rounded(extent, pad)
            if _is_ours(artist):  # the box around nothing
                return None
        return self._measured(artist)

    def grown(self, artist: Growing) -> Box | None:
        """Return the pixels that the next drawing of a growing artist may touch.

        They are all of them if the artist is not of this package and gives no box, as
        a collection of matplotlib's gives none.
        """
        extent = artist.get_window_extent(self._renderer)
        if _is_ours(artist) and not np.isfinite(extent.extents).all():
            return None
        return self._rounded(extent)

    def _rounded(self, extent: Bbox, pad: float = _OVERHANG) -> Box | None:
        """Convert matplotlib's box, which counts from the bottom, to rows of pixels."""
        width, height = self._size
        x0, y0, x1, y1 = np.asarray(extent.extents).tolist()
        left, right = max(min(x0, x1) - pad, 0), min(max(x0, x1) + pad, width)
        bottom, top = max(min(y0, y1) - pad, 0), min(max(y0, y1) + pad, height)
        if not (left < right and bottom < top):  # empty, or not finite
            return None
        return (
            math.floor(left),
            height - math.ceil(top),
            math.ceil(right),
            height - math.floor(bottom),
        )

    def _width_of(self, line: Line2D) -> float:
        """Return how far a line may draw beyond its points, in pixels."""
        points = 2 * line.get_linewidth()
        if line.get_marker() not in (None, "", " ", "None", "none"):
            points += line.get_markersize() + 2 * line.get_markeredgewidth()
        return float(points * self._figure.dpi / 72)

    def _measured(self, artist: Artist) -> Box | None:
        """Draw an artist on an empty canvas; return the box around its pixels."""
        if self._canvas is None:
            self._canvas = RendererAgg(*self._size, self._renderer.dpi)
            pixels = np.asarray(self._canvas.buffer_rgba())
            self._words = pixels.view(np.uint32)[..., 0]
            self._words[:] = 0
        artist.draw(self._canvas)
        rows = np.flatnonzero(self._words.any(axis=1))
        if not len(rows):
            return None
        top, bottom = int(rows[0]), int(rows[-1]) + 1
        columns = np.flatnonzero(self._words[top:bottom].any(axis=0))
        left, right = int(columns[0]), int(columns[-1]) + 1
        self._words[top:bottom, left:right] = 0
        width, height = self._size
        return (
            max(left - _OVERHANG, 0),
            max(top - _OVERHANG, 0),
            min(right + _OVERHANG, width),
            min(bottom + _OVERHANG, height),
        )


def _is_ours(artist: object) -> bool:
    """Return whether an artist is of this package, and gives its box as documented."""
    return type(artist).__module__.startswith("animator.")


def _is_known(artist: Artist) -> bool:
    """Return whether an artist's window extent is known to be right."""
    kind: Any = type(artist)
    known: Any = artist
    if _is_ours(artist):
        return True
    if (
        artist.get_path_effects()
        or artist.get_sketch_params()
        or artist.get_agg_filter()
    ):
        return False
    if kind is Text:
        return bool(known.get_bbox_patch() is None)
    if kind is Line2D:  # other joins have spikes
        return bool(known.get_solid_joinstyle() == "round")
    return kind is AxesImage
