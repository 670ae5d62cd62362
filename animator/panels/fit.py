"""The points, and each setting's line through them as it is fitted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, cast, runtime_checkable

import numpy as np

from animator.base.callers import Place, made_here
from animator.base.checks import quoted
from animator.base.errors import SceneError
from animator.base.quoting import short_repr
from animator.drawing.drawing import Drawing
from animator.drawing.families import line_weight, starts_of
from animator.drawing.heading import draw_heading
from animator.drawing.panel import PanelContext
from animator.drawing.text import sanitize
from animator.drawing.ticks import fit_ticks
from animator.experiments.experiment import Experiment, check_experiment

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from animator.drawing.theme import Theme
    from animator.experiments.recorder import Recording


@runtime_checkable
class FitProblem(Protocol):
    """What `Fit` needs of a problem in addition to what every problem has.

    If it has `data_names`, two texts, they label the axes.
    """

    @property
    def data_x(self) -> NDArray[np.floating]:
        """The x coordinates of the points (n,)."""

    @property
    def data_y(self) -> NDArray[np.floating]:
        """The y coordinates of the points (n,)."""

    def predict(
        self, params: NDArray[np.floating], at: NDArray[np.floating]
    ) -> NDArray[np.floating]:
        """Return the model's height (M,) over `at` (M,), for drawn params (2,)."""


@dataclass(frozen=True, slots=True)
class Fit:
    """A problem's points, and the curve that each setting has fitted so far.

    Attributes:
        experiment: what to show; its problem must have points and a prediction.
        title: above the panel; the problem's name if not given.
    """

    experiment: Experiment
    title: str | None = None
    made_at: Place | None = made_here()

    __repr__ = short_repr

    def __post_init__(self) -> None:
        check_experiment("Fit", self.experiment)
        problem = self.experiment.problem
        if not isinstance(problem, FitProblem):
            raise SceneError(
                f"Fit: {quoted(problem)} has no data_x, data_y and predict; "
                "show a problem such as line_fit(MSELoss())"
            )

    def draw(self, ax: Axes, recording: Recording, theme: Theme) -> Drawing:
        """Draw the points and the guess at the start; return the moving curves."""
        return self.draw_in_context(ax, recording, theme, PanelContext())

    def draw_in_context(
        self, ax: Axes, recording: Recording, theme: Theme, context: PanelContext
    ) -> Drawing:
        """Draw the points and the guess at the start; return the moving curves."""
        problem = cast("FitProblem", self.experiment.problem)
        _draw_points(ax, problem, theme)
        heading = draw_heading(ax, self.title, recording, theme, context)
        at = np.linspace(*ax.get_xlim(), 101)
        _draw_guesses(ax, problem, recording, at, theme)
        # Curves that meet stay visible: each is the rim of those after it.
        families = recording.families
        widths = np.linspace(2.8, 1.0, len(families)) if len(families) > 1 else [1.6]
        curves = [
            ax.plot(
                at,
                at,
                color=theme.color(run.setting),
                linewidth=line_weight(family) * width * theme.line_width,
                zorder=5,
            )[0]
            for family, width in zip(families, widths, strict=True)
            for run in family
        ]

        def update(step: float) -> None:
            for curve, trajectory in zip(curves, recording.trajectories, strict=True):
                height = problem.predict(trajectory.params_at(step), at)
                curve.set_ydata(height)

        drawing = Drawing(moving=curves, update=update, fit=lambda: fit_ticks(ax))
        return drawing + heading


def _draw_guesses(
    ax: Axes,
    problem: FitProblem,
    recording: Recording,
    at: NDArray[np.float64],
    theme: Theme,
) -> None:
    """Draw the curve of each start over `at` (M,), dotted.

    If there are several starts, each has the colour of its setting.
    """
    starts = starts_of(recording)
    for start, family in starts.items():
        guess = problem.predict(np.asarray(start, family[0].params.dtype), at)
        ax.plot(
            at,
            guess,
            color=theme.color(family[0].setting) if len(starts) > 1 else theme.muted,
            linewidth=line_weight(family) * theme.line_width,
            linestyle=(0, (1, 2)),
        )


def _draw_points(ax: Axes, problem: FitProblem, theme: Theme) -> None:
    """Draw the points, with some room around them."""
    x, y = problem.data_x, problem.data_y
    names = getattr(problem, "data_names", ("x", "y"))
    room = 0.08 * (np.ptp(x) or 1.0), 0.12 * (np.ptp(y) or 1.0)
    ax.set(
        xlim=(x.min() - room[0], x.max() + room[0]),
        ylim=(y.min() - room[1], y.max() + room[1]),
        xlabel=sanitize(names[0]),
        ylabel=sanitize(names[1]),
    )
    ax.scatter(
        x, y, s=theme.dot_size**2 * 1.5, color=theme.muted, alpha=0.65, linewidth=0
    )
