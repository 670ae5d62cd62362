"""The loss map, and the path of every setting over it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from animator.base.callers import Place, made_here
from animator.base.checks import LARGEST, is_number, is_range, quoted
from animator.base.errors import SceneError
from animator.base.quoting import short_repr
from animator.drawing.colormaps import check_cmap, color_map
from animator.drawing.colorscale import color_scale, draw_colorbar
from animator.drawing.contours import (
    Fill,
    check_contours,
    contour_levels,
    draw_contours,
    draw_map,
)
from animator.drawing.drawing import Drawing
from animator.drawing.families import draw_starts, path_lines, starts_of
from animator.drawing.heading import draw_heading
from animator.drawing.map_marks import draw_extremum
from animator.drawing.mark_names import Mark, name_marks
from animator.drawing.panel import PanelContext
from animator.drawing.ranges import calm_runs, fit_range
from animator.drawing.text import sanitize
from animator.drawing.ticks import fit_ticks
from animator.drawing.trail import draw_trails
from animator.experiments.experiment import Experiment, check_experiment
from animator.experiments.lossmap import check_points
from animator.problems import CostlyMap, PlaneProblem, Problem, WithMapNote, WithMinima

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import Normalize

    from animator.drawing.theme import Theme
    from animator.experiments.lossmap import LossMap, LossMaps
    from animator.experiments.recorder import Recording

Range = tuple[float, float]

_UNEVEN = 20.0
"""Ranges of which one is longer by this factor have no equal scales."""
_NARROW = 0.4
"""A range that is shorter than this share of the other one is made longer."""
_POINTS = 201
"""Points along each side of a map, if neither the panel nor the problem says."""
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
    events: bool = False
    colorbar: bool = True
    extremum: Literal["minimum", "maximum"] = "minimum"
    aspect: Literal["equal", "auto"] | None = None
    made_at: Place | None = made_here()

    __repr__ = short_repr

    def __post_init__(self) -> None:
        check_experiment("Heatmap", self.experiment)
        self._check_share()
        if self.points is not None:
            check_points(self.points, "Heatmap")
        check_cmap("Heatmap", self.cmap)
        if self.scale not in ("linear", "log") and not is_number(self.scale, 0.01, 100):
            raise SceneError(
                f"Heatmap: scale is {self.scale!r}; give 'linear', 'log' or a power "
                "such as 0.5, of 0.01 to 100"
            )
        if not is_number(self.penalty, 0, LARGEST):
            raise SceneError(
                f"Heatmap: penalty is {self.penalty!r}; give a number, 0 to {LARGEST:g}"
            )
        if self.extremum not in ("minimum", "maximum"):
            raise SceneError(
                f"Heatmap: extremum is {self.extremum!r}; give 'minimum' or 'maximum'"
            )
        if self.aspect not in (None, "equal", "auto"):
            raise SceneError(
                f"Heatmap: aspect is {quoted(self.aspect)}; give 'equal' or 'auto'"
            )
        if self.contours is not None:
            check_contours("Heatmap", self.contours)
        self._check_style()
        ranges = (("xlim", self.xlim), ("ylim", self.ylim), ("clip", self.clip))
        for name, limits in ranges:
            if limits is not None and not is_range(limits):
                raise SceneError(
                    f"Heatmap: {name} is {quoted(limits)}; give two numbers up to "
                    f"{LARGEST:g}, the smaller one first"
                )

    def _check_style(self) -> None:
        if not (isinstance(self.fill, bool) or self.fill == "bands"):
            raise SceneError(
                f"Heatmap: fill is {quoted(self.fill)}; give True, False or 'bands'"
            )
        for name in ("contour_labels", "dots", "events", "colorbar"):
            if not isinstance(getattr(self, name), bool):
                raise SceneError(
                    f"Heatmap: {name} is {quoted(getattr(self, name))}; "
                    "give True or False"
                )
        if not is_number(self.path_alpha, 0.05, 1):
            raise SceneError(
                f"Heatmap: path_alpha is {quoted(self.path_alpha)}; give 0.05 to 1"
            )
        if self.contours in (0, []) and self.fill is not True:
            raise SceneError(
                f"Heatmap: fill is {self.fill!r}, which needs contour lines; give "
                "contours, such as 15"
            )

    def _check_share(self) -> None:
        if not isinstance(self.share, Sequence):
            raise SceneError(f"Heatmap: share is {self.share!r}; give a list")
        for experiment in self.share:
            check_experiment("Heatmap: share", experiment)
        if self.share and any(
            not isinstance(experiment.problem, Problem)
            for experiment in (self.experiment, *self.share)
        ):
            raise SceneError(
                "Heatmap: share is not for networks, whose maps are not known before "
                "they are trained; leave it out"
            )

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
        extrema = self.extrema(landscape, problem)
        key = ["□ start", *([f"○ {self.extremum} of the map"] if extrema else [])]
        names = Drawing()
        if context.has_mark_names:
            key = []
            colors = image if self.fill else None
            marks = self._marks(extrema, recording, theme)
            paths = [run.params for run in recording.trajectories]
            names = name_marks(ax, landscape, colors, marks, paths, theme)
        if not np.isfinite(landscape.loss).all():
            ax.patch.set(hatch="////", edgecolor=theme.frame)  # seen through the map
            key.append("hatched: not finite")
        if isinstance(problem, WithMapNote) and problem.map_note:
            key.append(problem.map_note)
        for place in extrema:
            draw_extremum(ax, place, theme)
        draw_starts(ax, recording, theme)
        ax.set_aspect(self._aspect(problem))
        heading = draw_heading(ax, self.title, recording, theme, context)
        lines = path_lines(
            recording,
            theme,
            alpha=self.path_alpha,
            has_dots=self.dots,
            events=self.events,
        )
        if any(line.events for line in lines):
            key.append("◆ lower learning rate")
        ticks = Drawing(key=key, fit=lambda: fit_ticks(ax))
        return draw_trails(ax, lines, theme) + heading + ticks + bar + names

    def _marks(
        self,
        extrema: Sequence[tuple[float, float]],
        recording: Recording,
        theme: Theme,
    ) -> list[Mark]:
        """Return the marks to name: the start and the minimum, one of each."""
        radius = 0.5 * theme.marker_size + 1.6 * theme.line_width
        start = Mark("start", next(iter(starts_of(recording))), radius)
        return [start, *(Mark(self.extremum, at, radius) for at in extrema[:1])]

    def _aspect(self, problem: Problem) -> Literal["equal", "auto"]:
        """Return whether the axes have equal scales."""
        if self.aspect is not None:
            return self.aspect
        wide = problem.x.high - problem.x.low
        high = problem.y.high - problem.y.low
        is_even = 1 / _UNEVEN < wide / high < _UNEVEN
        return "equal" if _has_one_unit(problem) and is_even else "auto"

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
            label = self._colorbar_label(problem)
            look = (self.cmap, self.fill, tuple(levels) if self.fill == "bands" else ())
            scale = (look, type(norm), norm.vmin, norm.vmax, self.scale, label)
            bar, fit = draw_colorbar(ax, image, label, theme)
            context.colorbars.add(bar, scale)
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
        xlim, ylim = self._ranges(recording)
        landscape = maps.evaluate(
            problem,
            self._map_points(problem),
            xlim=xlim,
            ylim=ylim,
            penalty=self.penalty,
        )
        compared = [landscape]
        if self.share:  # complete maps, so that all of these panels have one scale
            experiments = dict.fromkeys([self.experiment, *self.share])
            compared = [
                maps.evaluate(shared, self._map_points(shared), penalty=self.penalty)
                for shared in (experiment.problem for experiment in experiments)
                if isinstance(shared, Problem)
            ]
        losses = [one.loss for one in compared]
        return landscape, color_scale(losses, self.scale, problem.name, self.clip)

    def _map_points(self, problem: Problem) -> int:
        """Return how many points the map has along each side."""
        if self.points is not None:
            return self.points
        return problem.map_points if isinstance(problem, CostlyMap) else _POINTS

    def _colorbar_label(self, problem: Problem) -> str:
        """Return what the colours show, where that is not the loss alone."""
        if not self.penalty:
            return ""
        return f"loss + {self.penalty / 2:g} ({problem.x.label}² + {problem.y.label}²)"

    def _ranges(self, recording: Recording) -> tuple[Range, Range]:
        """Return the ranges that were given, or else those that suit the paths."""
        paths = np.concatenate([run.params for run in calm_runs(recording)])
        problem = recording.problem
        x, y = (
            fit_range(drawn.low, drawn.high, values)
            if self.fit_paths
            else (drawn.low, drawn.high)
            for drawn, values in zip((problem.x, problem.y), paths.T, strict=True)
        )
        x, y = self.xlim or x, self.ylim or y
        if self._aspect(problem) == "equal" and self.aspect is None:
            wide, high = x[1] - x[0], y[1] - y[0]
            if high < _NARROW * wide and self.ylim is None:
                y = _longer(y, 0.5 * wide)
            elif wide < _NARROW * high and self.xlim is None:
                x = _longer(x, 0.5 * high)
        return x, y

    def extrema(
        self, landscape: LossMap, problem: Problem
    ) -> Sequence[tuple[float, float]]:
        """Return the minima that the problem knows, or the map's lowest point.

        A map that is flat, or has no finite loss, has none.
        """
        if self.extremum == "maximum":
            return [] if landscape.is_flat else [landscape.maximum[:2]]
        known = problem.known_minima if isinstance(problem, WithMinima) else ()
        if known and not self.penalty:
            return known
        return [] if landscape.is_flat else [landscape.minimum[:2]]


def _has_one_unit(problem: Problem) -> bool:
    """Return whether both coordinates have the same unit, so far as names say."""
    names = {problem.x.name, problem.y.name}
    return names == {"x", "y"} or isinstance(problem, PlaneProblem)


def _longer(limits: Range, length: float) -> Range:
    """Return a range of some length around the middle of another."""
    middle = (limits[0] + limits[1]) / 2
    return middle - length / 2, middle + length / 2
