"""Writes names beside the marks on a landscape."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.patheffects import withStroke

from animator.drawing.drawing import Drawing
from animator.drawing.text import Label, text_width

if TYPE_CHECKING:
    from collections.abc import Mapping

    from animator.drawing.camera import Camera
    from animator.drawing.relief import Relief
    from animator.drawing.theme import Theme

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
    rim = withStroke(linewidth=2.4, foreground=theme.casing + "b0")
    labels = []
    for name, place in marks.items():
        at = np.array([place])
        if np.abs(at).max() > 1:  # there is no mark
            continue
        label = Label(name, color=theme.sign, size=theme.label_size, zorder=8)
        label.set_path_effects([rim])
        camera.ax.add_artist(label)
        labels.append((label, np.column_stack([at, relief.at(*at.T)])))

    def update(step: float) -> None:
        scale = 72 / camera.ax.figure.dpi
        right = float(camera.ax.bbox.x1) * scale
        for label, point in labels:
            is_hidden = bool(relief.hides(point, camera, on_it=True)[0])
            x, y = (camera.project(point[0]) * scale).tolist()
            away = _AWAY * theme.marker_size
            if x + away + text_width(label) > right:
                x -= 2 * away + text_width(label)
            label.set_visible(not is_hidden)
            label.place(x + away, y + 0.5 * away)

    return Drawing(moving=[label for label, _ in labels], update=update)
