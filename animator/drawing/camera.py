"""A camera that views a landscape, and the base of artists drawn through it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.transforms import Bbox

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.backend_bases import RendererBase
    from numpy.typing import NDArray

    Points = NDArray[np.float64]

FLOOR = -0.22
"""The z coordinate of the floor; the heights of the landscape are 0 to 1."""
_HEIGHT = 0.9
"""The height of the landscape; its sides have length 2."""
_DISTANCE = 7.0
"""The distance of the camera from the centre of the landscape."""
_MIDDLE = (1 + FLOOR) / 2


class Camera:
    """Projects points of the landscape onto the axes, in pixels.

    The landscape extends from -1 to 1 along x and y, and its heights from 0 to 1.
    """

    def __init__(
        self,
        ax: Axes,
        views: Sequence[tuple[float, float]],
        solid: Points,
        *,
        zoom: float = 1.0,
        margins: tuple[float, float] = (0.0, 0.0),
    ) -> None:
        """Create a camera at the first of some views.

        Args:
            ax: the axes.
            views: pairs of elevation and azimuth, in degrees, between which the camera
                will move.
            solid: the points (N, 3) that must be visible from all views.
            zoom: the magnification; at 1 the points fit into the axes.
            margins: the margins beside the points and below them, in points.
        """
        self.ax = ax
        self._zoom, self._margins = zoom, margins
        seen = []
        for elevation, azimuth in views:
            self.look_from(elevation, azimuth)
            seen.append(self._in_view(solid))
        places = np.concatenate(seen)
        self._low = places.min(axis=0).tolist()
        self._high = places.max(axis=0).tolist()
        self.look_from(*views[0])

    def look_from(self, elevation: float, azimuth: float) -> None:
        """Move the camera; both angles are in degrees."""
        self.angle, self._up = math.radians(azimuth), math.radians(elevation)

    @property
    def position(self) -> Points:
        """The position of the camera (3,)."""
        cos, sin = math.cos(self._up), math.sin(self._up)
        x, y = cos * math.cos(self.angle), cos * math.sin(self.angle)
        return _DISTANCE * np.array([x, y, sin / _HEIGHT]) + (0, 0, _MIDDLE)

    @property
    def unit(self) -> float:
        """The length of half a side of the landscape at its centre, in pixels."""
        return self._fit()[0]

    def _fit(self) -> tuple[float, float, float]:
        """Return the unit, and the centre of the landscape in pixels."""
        left, bottom, right, top = np.asarray(self.ax.bbox.extents).tolist()
        beside, below = (m * self.ax.figure.dpi / 72 for m in self._margins)
        left, right, bottom = left + beside, right - beside, bottom + below
        (x0, y0), (x1, y1) = self._low, self._high
        unit = min(max(right - left, 1) / (x1 - x0), max(top - bottom, 1) / (y1 - y0))
        unit *= self._zoom
        x, y = (left + right) / 2, (bottom + top) / 2
        return unit, x - unit * (x0 + x1) / 2, y - unit * (y0 + y1) / 2

    def project(self, points: Points) -> Points:
        """Return the pixel coordinates (…, 2) of points (…, 3)."""
        unit, x, y = self._fit()
        return np.asarray(unit * self._in_view(points) + np.array([x, y]))

    def _in_view(self, points: Points) -> Points:
        """Return the view coordinates (…, 2) of points (…, 3), in half sides."""
        x, y, z = points[..., 0], points[..., 1], points[..., 2]
        z = _HEIGHT * (z - _MIDDLE)
        cos, sin = math.cos(self.angle), math.sin(self.angle)
        right, near = -x * sin + y * cos, x * cos + y * sin
        up = z * math.cos(self._up) - near * math.sin(self._up)
        near = near * math.cos(self._up) + z * math.sin(self._up)
        size = _magnified(near)
        seen = np.empty((*x.shape, 2))
        seen[..., 0], seen[..., 1] = size * right, size * up
        return seen


def _magnified(near: Any) -> Any:
    """Return the magnification of points that are `near` closer than the centre."""
    return _DISTANCE / (_DISTANCE - near)


class CameraArtist(Artist):
    """The base of artists that are redrawn for each position of the camera."""

    def __init__(self, camera: Camera, zorder: float) -> None:
        """Add the artist to the camera's axes."""
        super().__init__()
        self.camera = camera
        self.set_zorder(zorder)
        camera.ax.add_artist(self)

    def get_window_extent(self, renderer: RendererBase | None = None) -> Bbox:
        """Return the box of the axes, in pixels."""
        return Bbox(self.camera.ax.bbox.get_points())
