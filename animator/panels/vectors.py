"""Gradient step, momentum step and the step that results, as arrows on a heatmap."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

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
from animator.experiments.details import Needs
from animator.experiments.experiment import Experiment
from animator.experiments.updates import UPDATE_NEEDS, Updates, split_steps
from animator.panels.heatmap import Heatmap

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from matplotlib.axes import Axes
    from matplotlib.backend_bases import RendererBase
    from numpy.typing import NDArray

    from animator.drawing.strokes import Point
    from animator.drawing.theme import Theme
    from animator.experiments.recorder import Recording


@dataclass(frozen=True, slots=True)
class Vectors:
    """A heatmap, and on it the parts of the step that an optimizer is about to make.

    From the optimizer's position, an arrow shows the gradient's part of the step,
    another one the momentum's part (of Adam: the first moment's), and a third one their
    sum, along which the marker moves. AdamW's weight decay has an arrow of its own.

    Where an optimizer divides by s, the root of a second moment, an ellipse around the
    optimizer's position is what this makes of a circle: its half-axes are as 1 to s. It
    goes through the tip of the step, without the weight decay.

    It knows torch's SGD, Adam, AdamW, RMSprop and Adagrad;
    `animator.experiments.updates.split_steps` has their equations and sources.

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

    @property
    def needs(self) -> Needs:
        """The gradients, the optimizer's state and its hyperparameters."""
        return UPDATE_NEEDS

    def draw(self, ax: Axes, recording: Recording, theme: Theme) -> Drawing:
        """Draw the heatmap, and return the arrows with what moves on it."""
        return self.draw_in_context(ax, recording, theme, PanelContext())

    def draw_in_context(
        self, ax: Axes, recording: Recording, theme: Theme, context: PanelContext
    ) -> Drawing:
        """Draw the panel in the context of its scene."""
        updates = [
            split_steps(recording.experiment, run) for run in recording.trajectories
        ]
        named = {name: color for name, color in _meanings(updates, theme)}
        drawing = self.heatmap.draw_in_context(
            ax, recording, theme, replace(context, arrow_key=list(named.items()))
        )
        colors = [theme.color(index) for index in (1, 2, 3)]
        arrows = [
            Arrows(
                ax,
                run.params,
                parts,
                (*colors, theme.color(run.setting)),
                self.scale,
                theme,
            )
            for run, parts in zip(recording.trajectories, updates, strict=True)
        ]

        def update(step: float) -> None:
            for artist in arrows:
                artist.set_step(step)

        key = [] if self.scale == 1 else [f"arrows × {self.scale:g}"]
        if any(parts.is_scaled for parts in updates):
            key.append("◯ a circle, divided by the root of the second moment")
        return drawing + Drawing(moving=arrows, update=update, key=key)


def _meanings(updates: Sequence[Updates], theme: Theme) -> Iterator[tuple[str, str]]:
    """Yield what the arrows mean, with their colours."""
    yield "gradient step", theme.color(1)
    if all(np.nansum(np.abs(parts.momentum)) == 0 for parts in updates) and any(
        parts.is_scaled for parts in updates
    ):
        pass  # such as Adagrad, which has none
    else:
        yield "momentum step", theme.color(2)
    if any(np.nansum(np.abs(parts.decay)) for parts in updates):
        yield "weight decay", theme.color(3)
    yield "step", theme.color(0)


class Arrows(Artist):
    """The arrows of one setting, and the ellipse of its second moment."""

    def __init__(
        self,
        ax: Axes,
        path: NDArray[np.floating],
        updates: Updates,
        colors: tuple[str, ...],
        scale: float,
        theme: Theme,
    ) -> None:
        """Draw arrows along a path (steps + 1, 2), a part in each colour."""
        super().__init__()
        self._ax = ax
        self._path = path[:-1].astype(np.float64)
        parts = (updates.gradient, updates.momentum, updates.decay, updates.step)
        self._parts = [scale * part for part in parts]
        self._second = updates.scale if updates.is_scaled else None
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
        """Return places in pixels; none if one is not finite."""
        ends = np.asarray(places)
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
        box = around([*points, *self._ellipse()], size)
        return Bbox.intersection(box, self._ax.bbox) or Bbox.null()

    def draw(self, renderer: RendererBase) -> None:
        """Draw the arrows, and the other two sides of their parallelogram."""
        points = self._points()
        if not points or not self.get_visible():
            return
        theme = self._theme
        gc = pen(renderer, self._ax.bbox)
        tail, *ends = points
        gradient, momentum, decay, step = ends
        side = (theme.shade, 0.5 * theme.line_width)
        if ellipse := self._ellipse():
            rim = (theme.casing, 1.3 * theme.line_width)
            stroke(renderer, gc, ellipse, rim, side)
        if decay == tail:
            stroke(renderer, gc, [gradient, step, momentum], side)
        arrows = list(zip(ends, self._colors, strict=True))
        if self._second is not None:  # its parts often have one direction
            arrows.sort(key=lambda pair: -math.dist(tail, pair[0]))
        for end, color in arrows:
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
