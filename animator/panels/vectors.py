"""Gradient step, momentum step and the step that results, as arrows on a heatmap."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.artist import Artist
from matplotlib.transforms import Bbox

from animator.base.callers import Place, made_here
from animator.base.checks import is_number, quoted
from animator.base.errors import SceneError
from animator.base.quoting import short_repr
from animator.drawing.drawing import Drawing
from animator.drawing.panel import PanelContext
from animator.drawing.polyline import around
from animator.drawing.strokes import arrow, pen, stroke
from animator.experiments.experiment import Experiment
from animator.experiments.updates import Updates, sgd_updates
from animator.panels.heatmap import Heatmap

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.backend_bases import RendererBase
    from numpy.typing import NDArray

    from animator.drawing.strokes import Point
    from animator.drawing.theme import Theme
    from animator.experiments.recorder import Recording


@dataclass(frozen=True, slots=True)
class Vectors:
    """A heatmap, and on it the parts of the step that SGD is about to make.

    From the optimizer's position, an arrow shows the gradient's part of the step,
    another one the momentum's part, and a third one their sum, along which the marker
    moves; `animator.experiments.updates.sgd_updates` has the equations.

    Attributes:
        heatmap: the heatmap on which the arrows are drawn.
        scale: how many times their true length the arrows are.

    Raises:
        SceneError: `heatmap` is not a heatmap, or `scale` is not a number above zero.
    """

    heatmap: Heatmap
    scale: float = 1.0
    made_at: Place | None = made_here()

    __repr__ = short_repr

    def __post_init__(self) -> None:
        if not isinstance(self.heatmap, Heatmap):
            raise SceneError(
                f"Vectors: {quoted(self.heatmap)} is no heatmap; give "
                "Heatmap(experiment)"
            )
        if not (is_number(self.scale, 0) and self.scale > 0):
            raise SceneError(f"Vectors: scale is {self.scale!r}; give a number above 0")

    @property
    def experiment(self) -> Experiment:
        """What the heatmap shows."""
        return self.heatmap.experiment

    def draw(self, ax: Axes, recording: Recording, theme: Theme) -> Drawing:
        """Draw the heatmap, and return the arrows with what moves on it."""
        return self.draw_in_context(ax, recording, theme, PanelContext())

    def draw_in_context(
        self, ax: Axes, recording: Recording, theme: Theme, context: PanelContext
    ) -> Drawing:
        """Draw the panel in the context of its scene."""
        colors = theme.color(1), theme.color(2), theme.color(0)
        meanings = ("gradient step", "momentum step", "step")
        arrow_key = list(zip(meanings, colors, strict=True))
        drawing = self.heatmap.draw_in_context(
            ax, recording, theme, replace(context, arrow_key=arrow_key)
        )
        arrows = [
            Arrows(
                ax,
                trajectory.params,
                sgd_updates(self.experiment, trajectory),
                (*colors[:2], theme.color(trajectory.setting)),
                self.scale,
                theme,
            )
            for trajectory in recording.trajectories
        ]

        def update(step: float) -> None:
            for artist in arrows:
                artist.set_step(step)

        key = [] if self.scale == 1 else [f"arrows × {self.scale:g}"]
        return drawing + Drawing(moving=arrows, update=update, key=key)


class Arrows(Artist):
    """The three arrows of one setting."""

    def __init__(
        self,
        ax: Axes,
        path: NDArray[np.floating],
        updates: Updates,
        colors: tuple[str, str, str],
        scale: float,
        theme: Theme,
    ) -> None:
        """Draw arrows along a path (steps + 1, 2), in three colours."""
        super().__init__()
        self._ax = ax
        self._path = path[:-1].astype(np.float64)
        self._parts = [
            scale * part for part in (updates.gradient, updates.momentum, updates.step)
        ]
        self._colors = colors
        self._theme = theme
        self._step = 0
        self.set_zorder(6.5)  # above the trails, below the markers
        ax.add_artist(self)

    def set_step(self, step: float) -> None:
        """Show the parts of the step that is being made."""
        if int(step) != self._step:
            self._step = int(step)
            self.stale = True

    def _points(self) -> list[Point]:
        """Return where the arrows begin and, in the order of the parts, end."""
        if self._step >= len(self._path):
            return []
        tail = self._path[self._step]
        ends = np.array([tail, *(tail + part[self._step] for part in self._parts)])
        if not np.isfinite(ends).all():
            return []
        pixels = np.clip(self._ax.transData.transform(ends), -1e5, 1e5)
        return [(x, y) for x, y in pixels.tolist()]

    def get_window_extent(self, renderer: RendererBase | None = None) -> Bbox:
        """Return the box around all arrows, in pixels."""
        points = self._points()
        if not points:
            return Bbox.null()
        size = 3 * self._theme.marker_size * self._ax.figure.dpi / 72
        box = around(points, size)
        return Bbox.intersection(box, self._ax.bbox) or Bbox.null()

    def draw(self, renderer: RendererBase) -> None:
        """Draw the arrows, and the other two sides of their parallelogram."""
        points = self._points()
        if not points or not self.get_visible():
            return
        theme = self._theme
        gc = pen(renderer, self._ax.bbox)
        tail, gradient, momentum, step = points
        side = (theme.shade, 0.5 * theme.line_width)
        stroke(renderer, gc, [gradient, step, momentum], side)
        ends = (gradient, momentum, step)
        for end, color in zip(ends, self._colors, strict=True):
            arrow(
                renderer,
                gc,
                tail,
                end,
                (theme.casing, 2.6 * theme.line_width),
                (color, 1.3 * theme.line_width),
            )
        gc.restore()
        self.stale = False
