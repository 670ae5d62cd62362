"""The points, and each setting's line through them as it is fitted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, cast, runtime_checkable

import numpy as np

from animator.base.errors import SceneError
from animator.drawing.drawing import Drawing
from animator.drawing.heading import draw_heading
from animator.drawing.panel import PanelContext
from animator.drawing.ticks import fit_ticks
from animator.experiments.experiment import Experiment, check_experiment

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from animator.drawing.theme import Theme
    from animator.experiments.recorder import Recording


@runtime_checkable
class FitProblem(Protocol):
    """What `Fit` needs of a problem in addition to what every problem has."""

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

    def __post_init__(self) -> None:
        check_experiment("Fit", self.experiment)
        problem = self.experiment.problem
        if not isinstance(problem, FitProblem):
            raise SceneError(
                f"Fit: {problem!r} has no data_x, data_y and predict; "
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
        start = recording.trajectories[0].params[0]
        ax.plot(
            at,
            problem.predict(start, at),
            color=theme.muted,
            linewidth=theme.line_width,
            linestyle=(0, (1, 2)),
        )
        # Curves that meet stay visible: each is the rim of those after it.
        count = len(recording.trajectories)
        widths = np.linspace(2.8, 1.0, count) if count > 1 else [1.6]
        curves = [
            ax.plot(
                at,
                at,
                color=theme.color(run.setting),
                linewidth=width * theme.line_width,
                zorder=5,
            )[0]
            for run, width in zip(recording.trajectories, widths, strict=True)
        ]

        def update(step: float) -> None:
            for curve, trajectory in zip(curves, recording.trajectories, strict=True):
                height = problem.predict(trajectory.params_at(step), at)
                curve.set_ydata(height)

        drawing = Drawing(moving=curves, update=update, fit=lambda: fit_ticks(ax))
        return drawing + heading


def _draw_points(ax: Axes, problem: FitProblem, theme: Theme) -> None:
    """Draw the points, with some room around them."""
    x, y = problem.data_x, problem.data_y
    room = 0.08 * (np.ptp(x) or 1.0), 0.12 * (np.ptp(y) or 1.0)
    ax.set(
        xlim=(x.min() - room[0], x.max() + room[0]),
        ylim=(y.min() - room[1], y.max() + room[1]),
        xlabel="x",
        ylabel="y",
    )
    ax.scatter(
        x, y, s=theme.dot_size**2 * 1.5, color=theme.muted, alpha=0.65, linewidth=0
    )
