"""The loss map, and the path of every setting over it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.ticker import MaxNLocator

from animator.errors import SceneError
from animator.experiment import Experiment, check_experiment
from animator.lossmap import LossMap, loss_map
from animator.panels.drawing import Drawing
from animator.panels.heading import heading
from animator.panels.trail import Tip, Trail, Trails

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.image import AxesImage

    from animator.recorder import Recording
    from animator.theme import Theme


@dataclass(frozen=True, slots=True)
class Heatmap:
    """The loss over the two drawn coordinates, and each setting's path.

    The colour under a point is the loss at that point: the grid's points lie in the
    middle of their cells, and the loss is interpolated between them.

    Attributes:
        experiment: what to show.
        title: above the panel; the problem's name if not given.
        cmap: one of matplotlib's colour maps.
        points: of the grid along each axis.

    Raises:
        SceneError: `experiment` is no experiment, or too few points.
    """

    experiment: Experiment
    title: str | None = None
    cmap: str = "terrain"
    points: int = 201

    def __post_init__(self) -> None:
        check_experiment("Heatmap", self.experiment)
        if not isinstance(self.points, int) or self.points < 2:
            raise SceneError(
                f"Heatmap: points is {self.points!r}; give a whole number, at least 2"
            )

    def draw(self, ax: Axes, recording: Recording, theme: Theme) -> Drawing:
        """Draw map, colour bar, start and minimum; return trails and markers."""
        problem = self.experiment.problem
        landscape = loss_map(problem, self.points)
        image = _draw_map(ax, landscape, self.cmap)
        ax.set(
            xlim=(problem.x.low, problem.x.high),
            ylim=(problem.y.low, problem.y.high),
            xlabel=problem.x.name,
            ylabel=problem.y.name,
        )
        for axis in (ax.xaxis, ax.yaxis):
            axis.set_major_locator(MaxNLocator(7, steps=[1, 2, 5, 10]))
        bar = ax.figure.colorbar(image, ax=ax, pad=0.015, aspect=24, fraction=0.06)
        bar.outline.set_visible(False)
        bar.ax.yaxis.set_major_locator(MaxNLocator(5))
        bar.ax.tick_params(length=0)

        draw_minimum(ax, landscape.minimum[:2], theme)
        draw_start(ax, problem.start, theme)
        title = problem.name if self.title is None else self.title
        readouts, tell = heading(ax, title, recording, theme)
        trails = [
            Trail(ax, trajectory.params, theme.color(index), theme)
            for index, trajectory in enumerate(recording.trajectories)
            if np.isfinite(trajectory.params[0]).all()  # else it never left the start
        ]
        tips = [Tip(trail, head=head) for head in (False, True) for trail in trails]

        def update(step: float) -> None:
            tell(step)
            for tip in tips:
                tip.set_step(step)

        return Drawing([Trails(trails)] if trails else [], [*tips, *readouts], update)


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


def _draw_map(ax: Axes, landscape: LossMap, cmap: str) -> AxesImage:
    """Draw the map, each of the grid's points in the middle of its cell."""
    x, y = landscape.x, landscape.y
    right, up = (x[1] - x[0]) / 2, (y[1] - y[0]) / 2
    return ax.imshow(
        np.ma.masked_invalid(landscape.loss),
        cmap=cmap,
        origin="lower",
        extent=(x[0] - right, x[-1] + right, y[0] - up, y[-1] + up),
        aspect="auto",
        interpolation="bilinear",
        interpolation_stage="data",
    )
