"""Draws the loss as a function of one coordinate, with a marker on the curve."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from animator.base.callers import Place, made_here
from animator.base.errors import SceneError
from animator.base.quoting import short_repr
from animator.drawing.axis_ranges import non_diverging_runs
from animator.drawing.drawing import Drawing
from animator.drawing.heading import draw_heading
from animator.drawing.panel import PanelContext
from animator.drawing.setting_runs import line_weight
from animator.drawing.text import sanitize
from animator.drawing.ticks import fit_ticks
from animator.experiments.experiment import Experiment, check_experiment
from animator.experiments.losses import section
from animator.problems import Problem

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.lines import Line2D
    from numpy.typing import NDArray

    from animator.drawing.theme import Theme
    from animator.experiments.recorder import Recording
    from animator.problems import Coordinate

_POINTS = 161


@dataclass(frozen=True, slots=True)
class Profile:
    """The loss as a function of one coordinate, at the current value of the other.

    Each setting has its own curve, a cross-section of the loss through its current
    position. Its marker therefore always lies on the curve.

    Attributes:
        experiment: the experiment to show; its problem must not be a network.
        along: the coordinate on the horizontal axis, ``"x"`` or ``"y"``.
        title: the title above the panel; defaults to the problem's name.

    Raises:
        SceneError: `experiment` is not an experiment, its problem is a network, or
            `along` is neither ``"x"`` nor ``"y"``.
    """

    experiment: Experiment
    along: Literal["x", "y"] = "x"
    title: str | None = None
    made_at: Place | None = made_here()

    __repr__ = short_repr

    def __post_init__(self) -> None:
        check_experiment("Profile", self.experiment)
        if not isinstance(self.experiment.problem, Problem):
            raise SceneError(
                "Profile: a network has no single parameter to show; use a Heatmap"
            )
        if self.along not in ("x", "y"):
            raise SceneError(f"Profile: along is {self.along!r}; give 'x' or 'y'")

    def draw(self, ax: Axes, recording: Recording, theme: Theme) -> Drawing:
        """Draw the axes, and return the moving curves and markers."""
        return self.draw_in_context(ax, recording, theme, PanelContext())

    def draw_in_context(
        self, ax: Axes, recording: Recording, theme: Theme, context: PanelContext
    ) -> Drawing:
        """Draw the axes, and return the moving curves and markers."""
        problem = recording.problem
        axis = "xy".index(self.along)
        drawn = (problem.x, problem.y)[axis]
        at = np.linspace(drawn.low, drawn.high, _POINTS)
        _set_axes(ax, drawn, recording)
        heading = draw_heading(ax, self.title, recording, theme, context)
        pairs = [
            _draw_curve(
                ax, at, theme.color(run.setting), theme.weighted(line_weight(family))
            )
            for family in recording.families
            for run in family
        ]

        def update(step: float) -> None:
            for (curve, marker), run in zip(pairs, recording.trajectories, strict=True):
                place = run.params_at(step)
                if not np.isfinite(place).all():
                    curve.set_visible(False)
                    marker.set_visible(False)
                    continue
                curve.set_ydata(section(problem, axis, at, place))
                (height,) = section(problem, axis, place[axis : axis + 1], place)
                marker.set_data([place[axis]], [height])

        artists = [artist for pair in pairs for artist in pair]
        drawing = Drawing(moving=artists, update=update, fit=lambda: fit_ticks(ax))
        return drawing + heading


def _set_axes(ax: Axes, drawn: Coordinate, recording: Recording) -> None:
    """Set the ranges, labels and ticks of the axes."""
    low, high = _heights(recording)
    room = 0.06 * (high - low)
    ax.set(
        xlim=(drawn.low, drawn.high),
        ylim=(low - room, high + room),
        xlabel=sanitize(drawn.label),
        ylabel="loss",
    )


def _draw_curve(
    ax: Axes, at: NDArray[np.float64], color: str, theme: Theme
) -> tuple[Line2D, Line2D]:
    """Draw a curve over `at` (M,) and its marker; both move at each step."""
    (curve,) = ax.plot(at, at, color=color, linewidth=1.2 * theme.line_width, zorder=5)
    (marker,) = ax.plot(
        [0],
        [0],
        "o",
        color=color,
        markersize=theme.marker_size,
        markeredgecolor=theme.casing,
        markeredgewidth=0.8 * theme.line_width,
        zorder=7,
    )
    return curve, marker


def _heights(recording: Recording) -> tuple[float, float]:
    """Return the range of losses to show: the losses of the paths within the map."""
    problem = recording.problem
    low, high = np.array([(c.low, c.high) for c in (problem.x, problem.y)]).T
    losses = [
        run.loss[((run.params >= low) & (run.params <= high)).all(axis=1)]
        for run in non_diverging_runs(recording)
    ]
    joined = np.concatenate(losses)
    joined = joined[np.isfinite(joined)]
    if not len(joined):
        return 0.0, 1.0
    bottom, top = float(joined.min()), float(joined.max())
    return bottom, top if top > bottom else bottom + (abs(bottom) or 1.0)
