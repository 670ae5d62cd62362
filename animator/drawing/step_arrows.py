"""Draws the parts of a step as arrows side by side, with names at their tips."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.patheffects import withStroke
from matplotlib.text import Text
from matplotlib.transforms import Bbox, IdentityTransform

from animator.drawing.parallel_arrows import parallel_offsets
from animator.drawing.strokes import arrow, pen, stroke, stroke_box
from animator.drawing.tip_labels import place_labels, points_along

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.backend_bases import RendererBase
    from numpy.typing import NDArray

    from animator.drawing.strokes import Point
    from animator.drawing.theme import Theme
    from animator.experiments.updates import Updates

NAMES = ("gradient", "momentum", "decay", "step")
"""The names at the tips of the arrows."""
_WIDTH, _RIM = 0.8, 0.6
"""The width of an arrow, and of its rim, in line widths."""
_SHORT = 0.25
"""Arrows shorter than this, in marker sizes, have no name."""
_HALO = 2.2
"""The width of the outline of a name, in points."""
_RECENT = 40
"""The number of newest steps of the path that names must not cover."""


class Arrows(Artist):
    """The arrows of one setting, and the ellipse of its second moment.

    The arrow of the step is where the marker will move. The parts of the step are on
    both sides of it, offset by a marker's radius, so that nothing hides them.
    """

    def __init__(
        self,
        ax: Axes,
        path: NDArray[np.floating],
        updates: Updates,
        colors: tuple[str, ...],
        scale: float,
        theme: Theme,
        *,
        named: bool = True,
        label: str = "",
    ) -> None:
        """Create arrows along a path (steps + 1, 2), with a colour for each part."""
        super().__init__()
        self.set_label(label)  # the label of the setting
        self._ax = ax
        self._path = path[:-1].astype(np.float64)
        parts = (updates.gradient, updates.momentum, updates.decay, updates.step)
        self._parts = [scale * part for part in parts]
        self._second = updates.scale if updates.is_scaled else None
        self._colors = colors
        self._theme = theme
        self._step = 0
        self._placed: tuple[object, dict[str, Bbox]] = (None, {})
        self._names = {
            name: Text(
                0, 0, name, color=color, size=theme.tick_size, va="bottom",
                transform=IdentityTransform(), figure=ax.figure, clip_on=True,
            )
            for name, color in zip(NAMES, colors, strict=True)
            if named
        }  # fmt: skip
        halo = withStroke(linewidth=_HALO, foreground=theme.casing)
        for name in self._names.values():
            name.set_path_effects([halo])
        self.set_zorder(6.5)  # above the trails, below the markers
        ax.add_artist(self)

    def get_children(self) -> list[Artist]:
        """Return the names."""
        return list(self._names.values())

    def set_step(self, step: float) -> None:
        """Show the parts of the current step."""
        if int(step) != self._step:
            self._step = int(step)
            self.stale = True

    def _points(self) -> list[Point]:
        """Return the common tail and the tips of the arrows, in the order of the parts.

        These are the positions before the parts are moved beside the step.
        """
        if self._step >= len(self._path):
            return []
        tail = self._path[self._step]
        return self._on_screen([tail, *(tail + p[self._step] for p in self._parts)])

    def _ellipse(self) -> list[Point]:
        """Return the ellipse of the second moment, if there is one."""
        if self._second is None or not self._points():
            return []
        scale = self._second[self._step]
        arrow = self._parts[-1][self._step] - self._parts[2][self._step]
        radii = np.linalg.norm(scale * arrow) / scale
        turns = np.linspace(0, 2 * np.pi, 73)
        circle = np.column_stack([np.cos(turns), np.sin(turns)])
        return self._on_screen(self._path[self._step] + radii * circle)

    def _on_screen(self, places: Sequence[Any] | NDArray[np.float64]) -> list[Point]:
        """Convert points to pixels; return none if one of them is not finite."""
        ends = np.asarray(places)
        if not np.isfinite(ends).all():
            return []
        pixels = np.clip(self._ax.transData.transform(ends), -1e5, 1e5)
        return [(x, y) for x, y in pixels.tolist()]

    def _arrows(self) -> dict[str, tuple[Point, Point]]:
        """Return the tail and the tip of each visible arrow, in pixels."""
        points = self._points()
        if not points:
            return {}
        tail, *tips = points
        shifts = parallel_offsets(tail, tips, self._pixels(self._separation()))
        return {
            name: ((tail[0] + x, tail[1] + y), (tip[0] + x, tip[1] + y))
            for name, tip, (x, y) in zip(NAMES, tips, shifts, strict=True)
            if math.dist(tail, tip) >= 1
        }

    def _separation(self) -> float:
        """Return the distance between the step and its parts, in points."""
        return 0.5 * self._theme.marker_size + _WIDTH * self._theme.line_width

    def _pixels(self, points: float) -> float:
        return points * float(self._ax.figure.dpi) / 72

    def _boxes(self, renderer: RendererBase | None) -> dict[str, Bbox]:
        """Return the boxes of the names of arrows that are long enough."""
        arrows = self._arrows()
        marker = self._pixels(self._theme.marker_size)
        named = {
            name: ends
            for name, ends in arrows.items()
            if name in self._names and math.dist(*ends) >= _SHORT * marker
        }
        if not named:
            return {}
        frame = Bbox(self._ax.bbox.get_points())
        key = (self._step, tuple(frame.extents))
        if self._placed[0] != key:
            sizes = {}
            for name in named:
                extent = self._names[name].get_window_extent(renderer)
                sizes[name] = (float(extent.width), float(extent.height))
            first = max(0, self._step - _RECENT)
            path = self._on_screen(self._path[first : self._step + 1])
            lines = [path, *([tail, tip] for tail, tip in arrows.values())]
            taken = np.concatenate([points_along(line, 0.3 * marker) for line in lines])
            boxes = place_labels(named, sizes, taken, self._marks(), frame, marker)
            self._placed = key, boxes
        return self._placed[1]

    def _marks(self) -> list[Bbox]:
        """Return the boxes of marks on the map, such as the minimum's ring.

        The names beside the marks are included.
        """
        names = [text.get_window_extent() for text in self._ax.texts]
        return names + [
            stroke_box(self._on_screen([place]), self._pixels(line.get_markersize()))
            for line in self._ax.lines
            if line.get_marker() in ("o", "s")
            for place in np.asarray(line.get_xydata()).tolist()
            if np.isfinite(place).all()
        ]

    def get_window_extent(self, renderer: RendererBase | None = None) -> Bbox:
        """Return the box around all arrows and their names, in pixels."""
        points = [end for ends in self._arrows().values() for end in ends]
        if not points:
            return Bbox.null()
        size = self._pixels(2 * self._theme.marker_size)
        box = stroke_box([*points, *self._points(), *self._ellipse()], size)
        rim = self._pixels(2 * _HALO) + 2
        names = [name.padded(rim) for name in self._boxes(renderer).values()]
        box = Bbox.union([box, *names])
        return Bbox.intersection(box, self._ax.bbox) or Bbox.null()

    def draw(self, renderer: RendererBase) -> None:
        """Draw the arrows, with the step above the others, and their names."""
        arrows = self._arrows()
        if not arrows or not self.get_visible():
            return
        theme = self._theme
        gc = pen(renderer, self._ax.bbox)
        hairline = (theme.muted, 0.3 * theme.line_width)
        if ellipse := self._ellipse():
            rim = (theme.casing, 1.3 * theme.line_width)
            stroke(renderer, gc, ellipse, rim, hairline)
        width = _WIDTH * theme.line_width
        rim_width = width + 2 * _RIM * theme.line_width
        colors = dict(zip(NAMES, self._colors, strict=True))
        for name, (tail, tip) in arrows.items():
            layers = (theme.casing, rim_width), (colors[name], width)
            arrow(renderer, gc, tail, tip, *layers)
        gc.restore()
        for name, box in self._boxes(renderer).items():
            label = self._names[name]
            label.set_position((box.x0, box.y0))
            label.set_clip_box(self._ax.bbox)
            label.draw(renderer)
        self.stale = False
