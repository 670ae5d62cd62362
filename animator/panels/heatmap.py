"""Draws the loss map, and the path of each setting on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from animator.base.callers import Place, made_here
from animator.base.quoting import short_repr
from animator.drawing.colormaps import color_map
from animator.drawing.colorscale import color_scale, draw_colorbar
from animator.drawing.contours import (
    Fill,
    contour_levels,
    draw_contours,
    draw_map,
)
from animator.drawing.drawing import Drawing
from animator.drawing.heading import draw_heading
from animator.drawing.map_marks import draw_extremum
from animator.drawing.mark_names import name_marks
from animator.drawing.panel import PanelContext
from animator.drawing.room import paths_of_all
from animator.drawing.setting_runs import draw_starts, path_lines
from animator.drawing.text import sanitize
from animator.drawing.ticks import fit_ticks
from animator.drawing.trail import draw_trails
from animator.experiments.experiment import Experiment
from animator.panels.extrema import find_extrema, marks_to_name
from animator.panels.map_checks import check_map, check_style
from animator.panels.map_ranges import (
    Range,
    map_aspect,
    map_points,
    map_ranges,
    penalty_label,
)
from animator.problems import Problem, WithMapNote

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import Normalize

    from animator.drawing.theme import Theme
    from animator.experiments.lossmap import LossMap, LossMaps
    from animator.experiments.recorder import Recording

_LINES = 15
"""The number of contour lines of an unfilled map, unless panel or theme set it.
"""


@dataclass(frozen=True, slots=True)
class Heatmap:
    """The loss as a function of two coordinates, and the path of each setting.

    The colour of a pixel shows the loss at that pixel. Each grid point is at the centre
    of its cell, and the loss is interpolated between grid points. Where the loss is not
    finite, the map is hatched.

    Attributes:
        experiment: the experiment to show.
        title: the title above the panel; defaults to the problem's name.
        cmap: the name of a matplotlib colour map; defaults to the theme's.
        points: the number of grid points along each axis; defaults to 201, and to 51
            for a network.
        contours: the number of contour lines, or a list of their losses; defaults to
            the theme's number.
        scale: the scale of the colours: ``"linear"``, ``"log"``, or an exponent such as
            0.5; the colours then follow that power of the loss above its minimum.
        share: other experiments whose maps use the same colour for the same loss.
        xlim: the range of the horizontal axis; defaults to the problem's.
        ylim: the range of the vertical axis; defaults to the problem's.
        fit_paths: whether to choose ranges that are not given so that the paths fit.
            Parts of paths that lie further off the problem's map than its width are
            ignored.
        penalty: the weight decay λ. If it is not 0, the map shows f(θ) + λ/2 · |θ|²
            instead of the loss f(θ), where θ are the two coordinates. This is the
            function that torch.optim.SGD minimises with ``weight_decay=λ``, because it
            adds λθ to the gradient.
        clip: the lowest and the highest loss of the colour scale; losses beyond them
            have the colours of its ends.
        fill: whether the map is filled with colour; ``"bands"`` uses a single colour
            between adjacent contour lines. If False, the contour lines are coloured.
        contour_labels: whether contour lines are labelled with their losses. If
            `contours` is a number, the losses are then rounded to two digits.
        dots: whether each step is marked by a dot on the path.
        path_alpha: the opacity of the paths, 0.05 to 1, so that coinciding ones show.
        set_off: whether paths that coincide are drawn side by side.
        events: whether a diamond marks each step at which the learning rate drops by a
            fifth or more.
        colorbar: whether the map has a colour bar.
        extremum: the point that the ring marks, ``"minimum"`` or ``"maximum"``.
        aspect: ``"equal"`` for the same scale on both axes, so that gradients are
            perpendicular to contour lines, or ``"auto"`` to fill the panel. By default,
            the scales are equal if both coordinates have the same unit; a range that is
            much shorter than the other is then extended.

    Raises:
        SceneError: `experiment` is not an experiment, or an attribute is invalid.
    """

    experiment: Experiment
    title: str | None = None
    cmap: str | None = None
    points: int | None = None
    contours: int | Sequence[float] | None = None
    scale: Literal["linear", "log"] | float = "linear"
    share: Sequence[Experiment] = ()
    xlim: Range | None = None
    ylim: Range | None = None
    fit_paths: bool = False
    penalty: float = 0.0
    clip: Range | None = None
    fill: Fill = True
    contour_labels: bool = False
    dots: bool = True
    path_alpha: float = 1.0
    set_off: bool = False
    events: bool = False
    colorbar: bool = True
    extremum: Literal["minimum", "maximum"] = "minimum"
    aspect: Literal["equal", "auto"] | None = None
    made_at: Place | None = made_here()

    __repr__ = short_repr

    def __post_init__(self) -> None:
        check_map("Heatmap", self, limits=("xlim", "ylim", "clip"))
        check_style(self)

    def draw(self, ax: Axes, recording: Recording, theme: Theme) -> Drawing:
        """Draw the map, colour bar and marks; return the trails and markers."""
        return self.draw_in_context(ax, recording, theme, PanelContext())

    def draw_in_context(
        self, ax: Axes, recording: Recording, theme: Theme, context: PanelContext
    ) -> Drawing:
        """Draw the panel in the context of its scene."""
        problem = recording.problem
        landscape, norm = self.colored_map(recording, context.maps)
        bar, image = self._draw_map(ax, problem, landscape, norm, theme, context)
        ax.set(
            xlim=landscape.x[[0, -1]],
            ylim=landscape.y[[0, -1]],
            xlabel=sanitize(problem.x.label),
            ylabel=sanitize(problem.y.label),
        )
        extrema = find_extrema(landscape, problem, self.extremum, self.penalty)
        key = ["□ start", *([f"○ {self.extremum} of the map"] if extrema else [])]
        names = Drawing()
        if context.has_mark_names:
            key = []
            colors = image if self.fill else None
            marks = marks_to_name(self.extremum, extrema, recording, theme)
            own = [run.params for run in recording.trajectories]
            paths = [*(paths_of_all(ax) or own), *context.avoided]
            names = name_marks(ax, landscape, colors, marks, paths, theme)
        if not np.isfinite(landscape.loss).all():
            ax.patch.set(hatch="////", edgecolor=theme.frame)  # seen through the map
            key.append("hatched: not finite")
        if isinstance(problem, WithMapNote) and problem.map_note:
            key.append(problem.map_note)
        for place in extrema:
            draw_extremum(ax, place, theme)
        draw_starts(ax, recording, theme)
        ax.set_aspect(map_aspect(problem, self.aspect))
        heading = draw_heading(ax, self.title, recording, theme, context)
        lines = path_lines(
            recording,
            theme,
            alpha=self.path_alpha,
            has_dots=self.dots,
            events=self.events,
            is_set_off=self.set_off,
        )
        if any(line.events for line in lines):
            key.append("◆ lower learning rate")
        ticks = Drawing(key=key, fit=lambda: fit_ticks(ax))
        return draw_trails(ax, lines, theme) + heading + ticks + bar + names

    def _draw_map(
        self,
        ax: Axes,
        problem: Problem,
        landscape: LossMap,
        norm: Normalize,
        theme: Theme,
        context: PanelContext,
    ) -> tuple[Drawing, ScalarMappable]:
        """Draw the map with its contour lines, and its colour bar.

        Returns:
            A drawing that fits the bar's ticks to its height, and the mappable.
        """
        contours = theme.contours if self.contours is None else self.contours
        if self.fill is not True:
            contours = contours or _LINES
        levels = contour_levels(landscape, norm, contours, rounded=self.contour_labels)
        cmap = color_map(theme, self.cmap, of_lines=self.fill is False)
        image = draw_map(ax, landscape, cmap, norm, fill=self.fill, levels=levels)
        fit = Drawing()
        if self.colorbar:
            label = penalty_label(problem, self.penalty)
            look = (self.cmap, self.fill, tuple(levels) if self.fill == "bands" else ())
            scale = (look, type(norm), norm.vmin, norm.vmax, self.scale, label)
            bar, fit = draw_colorbar(ax, image, label, theme)
            context.colorbars.add(ax, bar, scale)
        fit += draw_contours(
            ax,
            landscape,
            levels,
            theme,
            thin=isinstance(contours, int),
            colors=image if self.fill is False else None,
            labels=self.contour_labels,
        )
        return fit, image

    def colored_map(
        self, recording: Recording, maps: LossMaps
    ) -> tuple[LossMap, Normalize]:
        """Return the map to draw, and the normalization of its colours."""
        problem = recording.problem
        xlim, ylim = map_ranges(
            recording, self.xlim, self.ylim, self.aspect, fit_paths=self.fit_paths
        )
        landscape = maps.evaluate(
            problem,
            map_points(problem, self.points),
            xlim=xlim,
            ylim=ylim,
            penalty=self.penalty,
        )
        compared = [landscape]
        if self.share:  # complete maps, so that these panels share one scale
            experiments = dict.fromkeys([self.experiment, *self.share])
            compared = [
                maps.evaluate(
                    shared, map_points(shared, self.points), penalty=self.penalty
                )
                for shared in (experiment.problem for experiment in experiments)
                if isinstance(shared, Problem)
            ]
        losses = [one.loss for one in compared]
        return landscape, color_scale(losses, self.scale, problem.name, self.clip)
