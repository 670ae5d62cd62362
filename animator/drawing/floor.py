"""Draws the floor under a landscape, with ticks along its edges, and the loss axis."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.colors import to_hex, to_rgb
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.transforms import Bbox, IdentityTransform

from animator.drawing.camera import FLOOR, Camera, CameraArtist
from animator.drawing.readout import Readout
from animator.drawing.room import axes_box
from animator.drawing.strokes import pen, points_to_pixels, stroke
from animator.drawing.text import Label, fit_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.artist import Artist
    from matplotlib.backend_bases import GraphicsContextBase, RendererBase

    from animator.drawing.camera import Points
    from animator.drawing.surface_axes import Scale
    from animator.drawing.theme import Theme

_APART = 0.3
"""The space between numbers along an edge, in multiples of the font size."""
_TICK = 0.035
"""The length of a tick, where the sides of the landscape are 2 long."""
_LONGEST = 0.3
"""The length of a name, as a share of the width of the panel."""
_FILL = 0.18
"""The weight of the frame's colour in the colour of the floor, 0 to 1."""


class Floor(CameraArtist):
    """The floor, with ticks along its two near edges and the left vertical edge."""

    def __init__(
        self,
        camera: Camera,
        scales: tuple[Scale, Scale, Scale] | None,
        land: Points,
        theme: Theme,
    ) -> None:
        """Draw the floor.

        Args:
            camera: the camera.
            scales: the axes x, y and z; None draws no axes.
            land: points (N, 3) of the landscape, which texts must not cover.
            theme: colours and sizes.
        """
        super().__init__(camera, 1)
        self._land = land
        self._theme = theme
        self._scales: Sequence[Scale] = scales or ()
        look: dict[str, Any] = {
            "color": theme.muted,
            "transform": IdentityTransform(),
        }
        figure = camera.ax.get_figure(root=True)
        assert figure is not None
        self._fitted = [
            Label(scale.name, size=theme.label_size) for scale in self._scales[:2]
        ]
        self._names = [
            Readout(0, 0, name.full, size=name.full_size, va="baseline", **look)
            for name in self._fitted
        ]
        self._numbers = [
            [
                Readout(0, 0, text, size=theme.tick_size, va="baseline", **look)
                for text in scale.texts
            ]
            for scale in self._scales
        ]
        offset = scales[2].name if scales else ""
        self._offset = Readout(0, 0, offset, size=theme.tick_size, **look)
        self._boxes: list[Bbox] = []
        for text in self.get_children():
            text.set_figure(figure)

    def get_children(self) -> list[Artist]:
        """Return the texts."""
        numbers = [text for texts in self._numbers for text in texts]
        return [*self._fitted, *self._names, *numbers, self._offset]

    def fit(self) -> None:
        """Fit the names of both sides to the size of the panel."""
        width = axes_box(self.camera.ax)[2]
        for name, fitted in zip(self._names, self._fitted, strict=True):
            others = [other.full for other in self._fitted if other is not fitted]
            fit_text(fitted, _LONGEST * width, apart=others)
            name.set_text(fitted.get_text())
            name.set_fontsize(fitted.get_fontsize())

    def draw(self, renderer: RendererBase) -> None:
        """Draw the floor, and the axes along its near edges."""
        if not self.get_visible():
            return
        theme = self._theme
        self._boxes = []
        gc = pen(renderer, self.camera.ax.bbox)
        corners = [(-1, -1, FLOOR), (1, -1, FLOOR), (1, 1, FLOOR), (-1, 1, FLOOR)]
        outline = self._pixels([*corners, corners[0]])
        gc.set_linewidth(0.0)
        fill = to_rgb(floor_color(theme))
        path = Path(outline, closed=True)
        renderer.draw_path(gc, path, IdentityTransform(), (*fill, 1.0))
        stroke(renderer, gc, outline.tolist(), (theme.frame, 0.5 * theme.line_width))
        for axis in range(len(self._scales)):
            if axis < 2:
                self._draw_side(renderer, gc, axis)
            else:
                self._draw_upright(renderer, gc)
        gc.restore()
        self.stale = False

    def _draw_side(
        self, renderer: RendererBase, gc: GraphicsContextBase, axis: int
    ) -> None:
        """Draw the tick labels and the label of x or y along its near edge."""
        angle = self.camera.angle
        near = math.copysign(1.0, math.sin(angle) if axis == 0 else math.cos(angle))

        def place(along: float, out: float) -> tuple[float, float, float]:
            across = near * (1 + out)
            return (along, across, FLOOR) if axis == 0 else (across, along, FLOOR)

        first, last = self._pixels([place(-1, 0), place(1, 0)])
        away = self._outward(first, last)
        scale, widest = self._scales[axis], 0.0
        look = self._theme.frame, 0.5 * self._theme.line_width
        ends = [place(along, out) for along in scale.places for out in (0, _TICK)]
        ticks = self._pixels(ends).reshape(-1, 2, 2)
        along, gap = np.array([-away[1], away[0]]), _APART * self._theme.tick_size
        gap *= points_to_pixels(renderer, 1)
        before = -math.inf
        order = np.argsort(ticks[:, 1] @ along)
        for index in order.tolist():
            tick, number = ticks[index], self._numbers[axis][index]
            box = number.get_window_extent(renderer)
            half = (abs(along[0]) * box.width + abs(along[1]) * box.height) / 2
            middle = float(tick[1] @ along)
            if middle - half - gap < before:  # its label would overlap others
                number.set_position((0.0, 0.0))
                continue
            before = middle + half
            stroke(renderer, gc, tick.tolist(), look)
            widest = max(widest, self._write(renderer, number, tick[1], away))
        middle = self._pixels([place(0, _TICK)])[0]
        self._write(renderer, self._names[axis], middle, away, widest)

    def _draw_upright(self, renderer: RendererBase, gc: GraphicsContextBase) -> None:
        """Draw the tick labels of losses along the leftmost vertical edge."""
        edges = [(x, y) for x in (-1.0, 1.0) for y in (-1.0, 1.0)]
        lefts = self._pixels([(x, y, 0.5) for x, y in edges])[:, 0]
        x, y = edges[int(lefts.argmin())]
        look = self._theme.frame, 0.5 * self._theme.line_width
        edge = self._pixels([(x, y, FLOOR), (x, y, 1)])
        stroke(renderer, gc, edge.tolist(), look)
        length = _TICK * self.camera.unit
        places = self._pixels([(x, y, z) for z in self._scales[2].places])
        height = 1.1 * points_to_pixels(renderer, self._theme.tick_size)
        drawn: list[float] = []
        last = len(places) - 1
        for index in dict.fromkeys([0, last, *range(1, last)]) if last >= 0 else ():
            right, up = places[index].tolist()
            number = self._numbers[2][index]
            if any(abs(up - other) < height for other in drawn):
                number.set_position((0.0, 0.0))  # no room for it, seen from above
                continue
            drawn.append(up)
            tick = np.array([(right, up), (right - length, up)])
            stroke(renderer, gc, tick.tolist(), look)
            self._write(renderer, number, tick[1], np.array([-1.0, 0.0]))
        if self._offset.get_text():
            ups = [edge[1, 1], *(up + height / 2 for up in drawn)]
            top = np.array((edge[1, 0], max(ups)))
            self._write(renderer, self._offset, top, np.array([0.0, 1.0]))

    def _outward(self, first: Points, last: Points) -> Points:
        """Return the direction perpendicular to an edge, away from the floor."""
        along = (last - first) / max(float(np.hypot(*(last - first))), 1e-9)
        away = np.array([-along[1], along[0]])
        inward = self._pixels([(0, 0, FLOOR)])[0] - (first + last) / 2
        return np.asarray(away if away @ inward < 0 else -away)

    def _write(
        self,
        renderer: RendererBase,
        text: Text,
        place: Points,
        away: Points,
        further: float = 0.0,
    ) -> float:
        """Write a text beside a point, in a direction away from it.

        Args:
            renderer: the renderer.
            text: the text.
            place: the point, in pixels.
            away: the direction.
            further: the smallest distance between point and text, in pixels.

        Returns:
            The extent of the text in that direction, in pixels.
        """
        text.set_position((0.0, 0.0))
        box = text.get_window_extent(renderer)
        half = (abs(away[0]) * box.width + abs(away[1]) * box.height) / 2
        gap = 0.35 * self._theme.tick_size * points_to_pixels(renderer, 1)
        # Where the landscape extends beyond the edge, move the text.
        along = np.array([-away[1], away[0]])
        span = (abs(along[0]) * box.width + abs(along[1]) * box.height) / 2 + gap
        land = self.camera.project(self._land) - place
        beside = land[np.abs(land @ along) < span] @ away
        further = max(further, float(beside.max(initial=0.0)))
        middle = place + (further + gap + half) * away
        corner = middle - ((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2)
        frame = self.camera.ax.bbox
        size = (box.width / 2, box.height / 2)
        fits = (frame.p0 <= middle - size).all() and (middle + size <= frame.p1).all()
        inner = np.array((size[0], 0.8 * size[1]))
        own = Bbox([middle - inner, middle + inner])
        if text not in self._names:  # numbers of two sides may meet at a corner
            fits = fits and not any(own.overlaps(other) for other in self._boxes)
        if fits:
            self._boxes.append(own)
            text.set_position((float(corner[0]), float(corner[1])))
            text.draw(renderer)
        return float(further + gap + 2 * half)

    def _pixels(self, points: Sequence[tuple[float, float, float]]) -> Points:
        return self.camera.project(np.array(points, float).reshape(-1, 3))


def floor_color(theme: Theme) -> str:
    """Return the colour of the floor, a blend of background and frame."""
    parts = zip(to_rgb(theme.background), to_rgb(theme.frame), strict=True)
    red, green, blue = ((1 - _FILL) * ground + _FILL * line for ground, line in parts)
    return to_hex((red, green, blue))
