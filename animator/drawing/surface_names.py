"""Writes names beside the marks on a landscape."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.patheffects import PathEffectRenderer, withStroke

from animator.drawing.drawing import Drawing
from animator.drawing.mark_names import contrast
from animator.drawing.strokes import pen
from animator.drawing.text import Label, text_width

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.backend_bases import RendererBase
    from numpy.typing import NDArray

    from animator.drawing.camera import Camera
    from animator.drawing.relief import Relief
    from animator.drawing.theme import Theme

_RIM = 2.4
"""The width of the rim around a name, in points."""
_AWAY = 0.9
"""The distance between a name and its mark, in marker sizes."""


def name_surface_marks(
    camera: Camera,
    relief: Relief,
    marks: Mapping[str, tuple[float, float]],
    theme: Theme,
) -> Drawing:
    """Write names beside marks on a landscape, and move them with the camera.

    Args:
        camera: the camera.
        relief: the landscape; a name is hidden if a hill hides its mark.
        marks: a dict from names to points (x, y); the landscape extends from -1 to 1.
        theme: font sizes and colours.
    """
    rim = withStroke(linewidth=_RIM, foreground=contrast(theme.sign) + "b0")
    labels, places = [], []
    for name, place in marks.items():
        at = np.array([place])
        height = relief.at(*at.T)
        if np.abs(at).max() > 1 or not np.isfinite(height).all():  # it has no mark
            continue
        label = SurfaceName(name, color=theme.sign, size=theme.label_size, zorder=8)
        label.set_path_effects([rim])
        camera.ax.add_artist(label)
        labels.append(label)
        places.append(np.column_stack([at, height]))
    if not labels:
        return Drawing()
    points, widths = np.concatenate(places), list[float]()
    last: list[float] = []

    def update(step: float) -> None:
        view = [*camera.position.tolist(), *map(float, camera.ax.bbox.extents)]
        if view == last:  # it is the same for all steps of a camera that stands still
            return
        last[:] = view
        widths[:] = widths or [text_width(label) for label in labels]
        scale = 72 / camera.ax.figure.dpi
        right = float(camera.ax.bbox.x1) * scale
        hidden = relief.hides(points, camera, on_it=True).tolist()
        pixels = (camera.project(points) * scale).tolist()
        away = _AWAY * theme.marker_size
        for index, (x, y) in enumerate(pixels):
            if x + away + widths[index] > right:
                x -= 2 * away + widths[index]
            labels[index].set_visible(not hidden[index])
            labels[index].place(x + away, y + 0.5 * away)

    return Drawing(moving=labels, update=update)


class SurfaceName(Label):
    """A name that Agg renders once with its rim, and then moves by whole pixels."""

    _key: tuple[object, ...] = ()
    _image: NDArray[np.uint8]
    _corner: tuple[int, int]

    def draw(self, renderer: RendererBase) -> None:
        """Draw the name, baseline on its position."""
        if not isinstance(renderer, RendererAgg):
            super().draw(renderer)
            return
        if not self.get_visible():
            return
        key = (self.get_text(), self.get_fontproperties(), renderer.dpi)
        if key != self._key:
            self._render(renderer.dpi)
            self._key = key
        x, y = self.get_transform().transform(self.get_position())
        assert self.axes is not None
        gc = pen(renderer, self.axes.bbox)
        left, low = self._corner
        renderer.draw_image(gc, round(x) - left, round(y) - low, self._image)
        gc.restore()
        self.stale = False

    def _render(self, dpi: float) -> None:
        """Render the image (H, W, 4), and note where its baseline begins."""
        box, pad = self.get_window_extent(), 2 + int(_RIM * dpi / 72)
        _, y = self.get_transform().transform(self.get_position())
        low = pad + int(np.ceil(y - box.y0))
        high = low + int(np.ceil(box.y1 - y)) + pad
        probe = RendererAgg(int(np.ceil(box.width)) + 2 * pad, high, dpi)
        rims = PathEffectRenderer(self.get_path_effects(), probe)
        gc = probe.new_gc()
        gc.set_foreground(self.get_color())
        font = self.get_fontproperties()
        rims.draw_text(gc, pad, high - low, self.get_text(), font, 0)
        self._image = np.array(probe.buffer_rgba())[::-1]
        self._corner = pad, low
