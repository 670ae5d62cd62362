"""A camera that looks at a landscape, and the artists that are seen by it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.transforms import Bbox

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.backend_bases import RendererBase
    from numpy.typing import NDArray

    Points = NDArray[np.float64]

_HEIGHT = 0.9
"""Of the landscape, where its sides are 2 long."""
_DISTANCE = 7.0
"""Of the camera from the middle."""


class Camera:
    """Projects points of the landscape onto the axes, in pixels.

    The landscape's sides go from -1 to 1, and its heights from 0 to 1.
    """

    def __init__(self, ax: Axes, elevation: float, azimuth: float) -> None:
        """Look at the middle of the landscape; both angles are in degrees."""
        self.ax = ax
        self._up = math.radians(elevation)
        # The extent of the corners below, above and beside the middle, at any angle.
        cos, sin = math.cos(self._up), math.sin(self._up)
        high, corner = _HEIGHT / 2, math.sqrt(2)
        self._below = (high * cos + corner * sin) * self._zoom(
            corner * cos - high * sin
        )
        self._above = (high * cos + corner * sin) * self._zoom(
            high * sin - corner * cos
        )
        self._aside = corner * self._zoom(0.0)
        self.turn_to(azimuth)

    @staticmethod
    def _zoom(near: Any) -> Any:
        """Return the magnification of what is nearer than the middle by a distance."""
        return _DISTANCE / (_DISTANCE - near)

    def turn_to(self, azimuth: float) -> None:
        """Turn the camera to an angle, in degrees."""
        self.angle = math.radians(azimuth)

    def project(self, points: Points) -> Points:
        """Return where points (…, 3) are on the axes (…, 2), in pixels."""
        x, y, z = np.moveaxis(points, -1, 0)
        z = _HEIGHT * (z - 0.5)
        cos, sin = math.cos(self.angle), math.sin(self.angle)
        right, near = -x * sin + y * cos, x * cos + y * sin
        up = z * math.cos(self._up) - near * math.sin(self._up)
        near = near * math.cos(self._up) + z * math.sin(self._up)
        zoom = self._zoom(near)
        (left, bottom), (end, top) = self.ax.bbox.get_points()
        size = min(
            (end - left) / (2 * self._aside),
            (top - bottom) / (self._below + self._above),
        )
        middle = (bottom + top) / 2 + size * (self._below - self._above) / 2
        return np.stack(
            [(left + end) / 2 + size * right * zoom, middle + size * up * zoom], axis=-1
        )


class CameraArtist(Artist):
    """An artist that is drawn again for each position of the camera."""

    def __init__(self, camera: Camera, zorder: float) -> None:
        """Add it to the camera's axes."""
        super().__init__()
        self.camera = camera
        self.set_zorder(zorder)
        camera.ax.add_artist(self)

    def get_window_extent(self, renderer: RendererBase | None = None) -> Bbox:
        """Return the box of the axes, in pixels."""
        return Bbox(self.camera.ax.bbox.get_points())
