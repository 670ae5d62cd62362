"""The loss map, and the path of every setting over it."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal, cast

import numpy as np
from matplotlib import colormaps
from matplotlib.colors import LogNorm, Normalize, PowerNorm
from matplotlib.ticker import LogLocator, MaxNLocator

from animator.base.checks import LARGEST, is_number, is_range, quoted
from animator.base.errors import SceneError
from animator.drawing.drawing import Drawing
from animator.drawing.heading import heading
from animator.drawing.text import sanitize
from animator.drawing.trail import Polyline, draw_trails
from animator.experiments.experiment import Experiment, check_experiment
from animator.experiments.lossmap import LossMap, check_points, kept_map
from animator.problems import Problem

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.image import AxesImage

    from animator.base.cache import Cache
    from animator.drawing.theme import Theme
    from animator.experiments.recorder import Recording

Range = tuple[float, float]

_FAR = 1.0
"""How far off the map, in its widths, a path may lead and still be made to fit."""
_DECADES = 6
"""How many powers of ten a logarithmic scale shows at most."""
_MOST_LINES = 1000
"""How many contour lines there may be."""
_NOT_FINITE = "▨ not finite"


@dataclass(frozen=True, slots=True)
class Heatmap:
    """The loss over the two drawn coordinates, and each setting's path.

    The colour under a point is the loss at that point: the grid's points lie in the
    middle of their cells, and the loss is interpolated between them. Where it is not
    finite, the map is hatched.

    Attributes:
        experiment: what to show.
        title: above the panel; the problem's name if not given.
        cmap: one of matplotlib's colour maps.
        points: of the grid along each axis; if not given 201, or 51 for a network.
        contours: how many contour lines, or the losses that they are at.
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
        colorbar: whether there is one.
        extremum: which one the ring marks, ``"minimum"`` or ``"maximum"``.

    Raises:
        SceneError: `experiment` is no experiment, or an attribute out of its range.
    """

    experiment: Experiment
    title: str | None = None
    cmap: str = "terrain"
    points: int | None = None
    contours: int | Sequence[float] = 0
    scale: Literal["linear", "log"] | float = "linear"
    share: Sequence[Experiment] = ()
    xlim: Range | None = None
    ylim: Range | None = None
    fit_paths: bool = False
    penalty: float = 0.0
    colorbar: bool = True
    extremum: Literal["minimum", "maximum"] = "minimum"

    def __post_init__(self) -> None:
        check_experiment("Heatmap", self.experiment)
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
        if self.points is not None:
            check_points(self.points, "Heatmap")
        if not isinstance(self.cmap, str) or self.cmap not in colormaps:
            raise SceneError(
                f"Heatmap: cmap is {self.cmap!r}, which matplotlib does not have; "
                "give one such as 'terrain' or 'viridis'"
            )
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
        self._check_contours()
        for name in ("xlim", "ylim"):
            limits = getattr(self, name)
            if limits is not None and not is_range(limits):
                raise SceneError(
                    f"Heatmap: {name} is {quoted(limits)}; give two numbers up to "
                    f"{LARGEST:g}, the smaller one first"
                )

    def _check_contours(self) -> None:
        contours = self.contours
        if isinstance(contours, int):
            good = is_number(contours, 0, _MOST_LINES)
        else:
            good = (
                isinstance(contours, Sequence)
                and len(contours) <= _MOST_LINES
                and all(map(is_number, contours))
            )
        if not good:
            raise SceneError(
                f"Heatmap: contours is {quoted(contours)}; give how many lines, up to "
                f"{_MOST_LINES}, or a list of losses"
            )

    def draw(self, ax: Axes, recording: Recording, theme: Theme) -> Drawing:
        """Draw map, colour bar, start and minimum; return trails and markers."""
        return self.draw_with_arrow_key(ax, recording, theme)

    def draw_with_arrow_key(
        self,
        ax: Axes,
        recording: Recording,
        theme: Theme,
        arrow_key: Sequence[tuple[str, str]] = (),
    ) -> Drawing:
        """Draw it, with arrows of some meanings and colours in its legend."""
        problem = recording.problem
        landscape, norm = self.coloured(recording)
        image = _draw_map(ax, landscape, self.cmap, norm)
        if self.colorbar:
            half = f"{self.penalty / 2:g}"
            decay = f"loss + {half} ({problem.x.name}² + {problem.y.name}²)"
            _draw_colorbar(ax, image, decay if self.penalty else "", theme)
        ax.set(
            xlim=landscape.x[[0, -1]],
            ylim=landscape.y[[0, -1]],
            xlabel=sanitize(problem.x.name),
            ylabel=sanitize(problem.y.name),
        )
        for axis in (ax.xaxis, ax.yaxis):
            axis.set_major_locator(MaxNLocator("auto", steps=[1, 2, 5, 10]))
        key = ["□ start", f"○ {self.extremum} of the map"]
        if not np.isfinite(landscape.loss).all():
            ax.patch.set(hatch="////", edgecolor=theme.frame)  # seen through the map
            key.append(_NOT_FINITE)
        self._draw_contours(ax, landscape, norm, theme)
        if note := getattr(problem, "note", ""):
            key.append(note)
        for place in self._extrema(landscape, problem):
            draw_minimum(ax, place, theme)
        draw_start(ax, problem.start, theme)

        title = problem.name if self.title is None else self.title
        readouts, tell = heading(ax, title, recording, theme, arrow_key)
        lines = [
            Polyline(trajectory.params, theme.color(index))
            for index, trajectory in enumerate(recording.trajectories)
        ]
        drawing = draw_trails(ax, lines, theme)

        def update(step: float) -> None:
            tell(step)
            drawing.update(step)

        return Drawing(drawing.growing, [*drawing.moving, *readouts], update, key)

    def coloured(self, recording: Recording) -> tuple[LossMap, Normalize]:
        """Return the map that is drawn, and the scale of its colours."""
        problem = recording.problem
        xlim, ylim = self._ranges(recording)
        whose: Any = self.experiment if problem is self.experiment.problem else problem
        look = (self.points, xlim, ylim, self.penalty, recording.cache)
        landscape = _map_of(whose, *look)
        return landscape, self._norm(landscape, problem, recording.cache)

    def _ranges(self, recording: Recording) -> tuple[Range, Range]:
        """Return the ranges that were given, or that the paths need."""
        problem = recording.problem
        paths = np.concatenate([t.params for t in recording.trajectories])
        found = []
        for index, (given, coordinate) in enumerate(
            ((self.xlim, problem.x), (self.ylim, problem.y))
        ):
            low, high = coordinate.low, coordinate.high
            if given is not None:
                low, high = given
            elif self.fit_paths:
                wide = _FAR * (high - low)
                values = paths[:, index].astype(np.float64)
                near = values[(values >= low - wide) & (values <= high + wide)]
                if len(near):
                    room = 0.12 * (np.ptp(near) or wide / 10)
                    low, high = float(near.min() - room), float(near.max() + room)
            found.append((low, high))
        return found[0], found[1]

    def _extrema(
        self, landscape: LossMap, problem: Problem
    ) -> Sequence[tuple[float, float]]:
        """Return the minima that the problem knows, or the map's lowest point."""
        if self.extremum == "maximum":
            return [landscape.maximum[:2]]
        known = getattr(problem, "minima", ())
        return known if known and not self.penalty else [landscape.minimum[:2]]

    def _norm(self, landscape: LossMap, problem: Problem, cache: Cache) -> Normalize:
        """Return the colours' scale, over this map and those that share it."""
        maps = [landscape]
        if self.share:  # whole maps, so that all of these panels find the same scale
            shared = dict.fromkeys([self.experiment, *self.share])
            maps = [
                _map_of(experiment, self.points, None, None, self.penalty, cache)
                for experiment in shared
            ]
        losses = [landscape.loss[np.isfinite(landscape.loss)] for landscape in maps]
        finite = np.concatenate(losses)
        if not len(finite):
            return Normalize(0, 1)
        low, high = float(finite.min()), float(finite.max())
        if low == high:
            return Normalize(low, low + 1)
        if self.scale == "linear":
            return Normalize(low, high)
        if self.scale != "log":
            return PowerNorm(self.scale, low, high)
        if low < 0:
            raise SceneError(
                f"Heatmap: the loss of {problem.name!r} reaches "
                f"{low:g}, which has no logarithm; give scale='linear' or a power"
            )
        return LogNorm(max(low, high / 10**_DECADES), high, clip=True)

    def _draw_contours(
        self, ax: Axes, landscape: LossMap, norm: Normalize, theme: Theme
    ) -> None:
        """Draw lines of equal loss, evenly spaced on the colours' scale."""
        if isinstance(self.contours, int):
            shares = np.arange(1, self.contours + 1) / (self.contours + 1)
            levels = np.asarray(norm.inverse(shares)).tolist()
        else:
            levels = sorted(set(self.contours))
        if levels:
            ax.contour(
                landscape.x,
                landscape.y,
                np.ma.masked_invalid(landscape.loss),
                levels=levels,
                colors=theme.shade,
                linewidths=0.45 * theme.line_width,
                linestyles="solid",
                zorder=2,
            )


@lru_cache(maxsize=32)
def _map_of(
    whose: Hashable,
    points: int | None,
    xlim: Range | None,
    ylim: Range | None,
    penalty: float,
    cache: Cache,
) -> LossMap:
    """Evaluate a map, or take it from those that were evaluated last, or were kept.

    A problem need not be hashable: an experiment stands for its own.
    """
    problem = cast("Problem", getattr(whose, "problem", whose))
    if points is None:
        points = getattr(problem, "points", 201)
    return kept_map(
        cache, problem, points=points, xlim=xlim, ylim=ylim, penalty=penalty
    )


def draw_minimum(ax: Axes, at: tuple[float, float], theme: Theme) -> None:
    """Mark the minimum by a ring that stays visible around a marker inside it."""
    size = theme.marker_size + 5.5 * theme.line_width
    _ring(ax, at, size, "o", theme)


def draw_start(ax: Axes, at: tuple[float, float], theme: Theme) -> None:
    """Mark the start by a square that stays visible around a marker inside it."""
    _ring(ax, at, theme.marker_size + 4.5 * theme.line_width, "s", theme)


def _ring(
    ax: Axes, at: tuple[float, float], size: float, shape: str, theme: Theme
) -> None:
    for color, width in ((theme.shade, 2.2), (theme.casing, 1.2)):
        ax.plot(
            *([value] for value in at),
            shape,
            markersize=size,
            markerfacecolor="none",
            markeredgecolor=color,
            markeredgewidth=width * theme.line_width / 1.5,
            zorder=3,
        )


def _draw_map(ax: Axes, landscape: LossMap, cmap: str, norm: Normalize) -> AxesImage:
    """Draw the map, each of the grid's points in the middle of its cell."""
    x, y = landscape.x, landscape.y
    right, up = (x[1] - x[0]) / 2, (y[1] - y[0]) / 2
    return ax.imshow(
        np.ma.masked_invalid(landscape.loss),
        cmap=cmap,
        norm=norm,
        origin="lower",
        extent=(x[0] - right, x[-1] + right, y[0] - up, y[-1] + up),
        aspect="auto",
        interpolation="bilinear",
        interpolation_stage="data",
    )


def _draw_colorbar(ax: Axes, image: AxesImage, label: str, theme: Theme) -> None:
    # As wide as a 24th of its height, if it is to be as high as the map: the share of
    # the panel's place that this takes, with some to spare.
    spec, box = ax.get_subplotspec(), ax.figure.bbox
    rows, columns = spec.get_gridspec().get_geometry() if spec else (1, 1)
    wide, high = (len(spec.colspan), len(spec.rowspan)) if spec else (1, 1)
    shape = (box.height * high / rows) / (box.width * wide / columns)
    bar = ax.figure.colorbar(
        image, ax=ax, pad=0.015, aspect=24, fraction=max(0.03, 1.4 * shape / 24)
    )
    bar.outline.set_visible(False)
    if isinstance(image.norm, LogNorm):
        bar.ax.yaxis.set_major_locator(LogLocator(numticks=6))
        bar.ax.yaxis.set_minor_locator(LogLocator(subs=(2, 5), numticks=6))
    else:
        bar.ax.yaxis.set_major_locator(MaxNLocator("auto", steps=[1, 2, 2.5, 5, 10]))
    bar.ax.tick_params(which="both", length=0, labelsize=theme.tick_size)
    bar.set_label(label, size=theme.tick_size)
