"""The loss map, and the path of every setting over it."""

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
from animator.drawing.families import draw_starts, path_lines
from animator.drawing.heading import draw_heading
from animator.drawing.map_marks import draw_extremum
from animator.drawing.mark_names import name_marks
from animator.drawing.panel import PanelContext
from animator.drawing.room import paths_of_all
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
"""Contour lines of a map that is not filled, if neither the panel nor the theme says.
"""


@dataclass(frozen=True, slots=True)
class Heatmap:
    """The loss over the two drawn coordinates, and each setting's path.

    The colour under a point is the loss at that point: the grid's points lie in the
    middle of their cells, and the loss is interpolated between them. Where it is not
    finite, the map is hatched.

    Attributes:
        experiment: what to show.
        title: above the panel; the problem's name if not given.
        cmap: one of matplotlib's colour maps; the theme's if not given.
        points: of the grid along each axis; if not given 201, or 51 for a network.
        contours: how many contour lines, or the losses that they are at; as many as the
            theme has if not given.
        scale: of the colours, ``"linear"``, ``"log"``, or the power of the loss above
            its minimum that they follow, such as 0.5.
        share: experiments whose maps have the same colours for the same losses.
        xlim: the range to the right, instead of the problem's.
        ylim: the range upward.
        fit_paths: whether a range that is not given is chosen so that the paths fit,
            as far as they do not leave the problem's map by more than its width.
        penalty: λ of the loss with weight decay, f(θ) + λ/2 · |θ|², that the map shows
            instead of the loss f(θ) alone. It is what torch.optim.SGD minimises with
            ``weight_decay=λ``, as it adds λθ to the gradient. θ are the two drawn
            coordinates.
        clip: the losses at which the colours end; beyond, they stay as they are there.
        fill: whether the map is filled with colour; ``"bands"`` fills each space
            between contour lines with one. If False, the lines have the colours.
        contour_labels: whether the lines have their losses as numbers; the losses of a
            number of lines are then rounded to two digits.
        dots: whether each step has a dot on the path.
        path_alpha: how opaque the paths are, 0.05 to 1, so that those that coincide
            show through.
        set_off: whether paths that coincide are drawn some widths of a line apart.
        events: whether a diamond marks each step at which the learning rate drops by a
            fifth or more.
        colorbar: whether there is one.
        extremum: what the ring marks, ``"minimum"`` or ``"maximum"``.
        aspect: ``"equal"`` if both axes have the same scale, so that paths stand
            perpendicular on contours, or ``"auto"`` if the map fills its room. If not
            given, scales are equal where both coordinates have the same unit; a range
            that is much shorter than the other is made longer for that.

    Raises:
        SceneError: `experiment` is not an experiment, or an attribute is out of its
            range.
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
        """Draw map, colour bar, start and minimum; return trails and markers."""
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
            paths = paths_of_all(ax) or own
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
            What fits the bar's numbers to its height, and what has the colours.
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
        draw_contours(
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
        """Return the map that is drawn, and the scale of its colours."""
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
        if self.share:  # complete maps, so that all of these panels have one scale
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
