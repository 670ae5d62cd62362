"""Draws the points of a problem, and the curve that each setting fits to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, cast, runtime_checkable

import numpy as np

from animator.base.callers import Place, made_here
from animator.base.checks import quoted
from animator.base.errors import SceneError
from animator.base.quoting import short_repr
from animator.drawing.drawing import Drawing
from animator.drawing.heading import draw_heading
from animator.drawing.panel import PanelContext
from animator.drawing.setting_runs import line_weight, starts_of
from animator.drawing.text import sanitize
from animator.drawing.ticks import fit_ticks
from animator.experiments.experiment import (
    Experiment,
    check_experiments,
    experiments_of,
)
from animator.problems import Measured

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from animator.drawing.theme import Theme
    from animator.experiments.families import Family
    from animator.experiments.recorder import Recording

_FADING = 0.35
"""The opacity of n curves of one setting is n to the power of minus this."""


@runtime_checkable
class FitProblem(Protocol):
    """The members that `Fit` needs in addition to those of every problem.

    If the problem has `data_names`, a pair of strings, they label the axes.
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
        """Return the prediction (M,) at the x coordinates `at` (M,) for params (2,)."""


@dataclass(frozen=True, slots=True)
class Fit:
    """The points of a problem, and the curve that each setting has fitted so far.

    Validation points are hollow.

    Attributes:
        experiment: the experiment to show, or several experiments with the same points;
            the problem must have the members of `FitProblem`.
        title: the title above the panel; defaults to the problem's name.
    """

    experiment: Experiment | Sequence[Experiment]
    title: str | None = None
    made_at: Place | None = made_here()

    __repr__ = short_repr

    def __post_init__(self) -> None:
        check_experiments("Fit", self.experiment)
        problems: list[FitProblem] = []
        for experiment in experiments_of(self.experiment):
            shown = experiment.problem
            if not isinstance(shown, FitProblem):
                raise SceneError(
                    f"Fit: {quoted(shown)} has no data_x, data_y and predict; "
                    "show a problem such as line_fit(MSELoss())"
                )
            problems.append(shown)
        for problem in problems[1:]:
            if not all(
                np.array_equal(getattr(problem, name), getattr(problems[0], name))
                for name in ("data_x", "data_y")
            ):
                raise SceneError(
                    "Fit: the experiments have different points; show each of them in "
                    "its own panel"
                )

    def draw(self, ax: Axes, recording: Recording, theme: Theme) -> Drawing:
        """Draw the points and the initial curves, and return the moving curves."""
        return self.draw_in_context(ax, recording, theme, PanelContext())

    def draw_in_context(
        self, ax: Axes, recording: Recording, theme: Theme, context: PanelContext
    ) -> Drawing:
        """Draw the points and the initial curves, and return the moving curves."""
        parts = context.parts(recording)
        runs = [
            (cast("FitProblem", part.experiment.problem), run)
            for part in parts
            for run in part.trajectories
        ]
        key = _draw_points(ax, runs[0][0], theme)
        heading = draw_heading(ax, self.title, recording, theme, context)
        at = np.linspace(*ax.get_xlim(), 101)
        _draw_guesses(ax, parts, at, theme)
        # Curves that meet stay visible: each is the rim of those after it.
        count = sum(len(part.families) for part in parts)
        nested = np.linspace(2.4, 0.9, count) if count > 1 else np.array([1.35])
        widths = np.where(_are_single(parts), nested, 1.0).tolist()
        curves = [
            ax.plot(
                at,
                at,
                color=theme.color(run.setting),
                linewidth=line_weight(family) * width * theme.line_width,
                alpha=len(family) ** -_FADING,
                zorder=5,
                label=run.label,
            )[0]
            for part in parts
            for family, width in zip(part.families, widths, strict=False)
            for run in family
        ]

        def update(step: float) -> None:
            for curve, (problem, run) in zip(curves, runs, strict=True):
                height = problem.predict(run.params_at(step), at)
                curve.set_ydata(height)

        drawing = Drawing(moving=curves, update=update, fit=lambda: fit_ticks(ax))
        return drawing + heading + Drawing(key=key)


def _are_single(parts: Sequence[Recording]) -> list[bool]:
    """Return for each setting whether it has a single run."""
    return [len(family) == 1 for part in parts for family in part.families]


def _draw_guesses(
    ax: Axes, parts: Sequence[Recording], at: NDArray[np.float64], theme: Theme
) -> None:
    """Draw the initial curve of each start at the x coordinates `at` (M,), dotted.

    If there are several starts, each curve has the colour of its setting.
    """
    guesses: dict[tuple[float, ...], Family] = {}
    for part in parts:
        problem = cast("FitProblem", part.experiment.problem)
        for start, family in starts_of(part).items():
            place = np.asarray(start, family[0].params.dtype)
            guesses.setdefault(tuple(problem.predict(place, at).tolist()), family)
    for guess, family in guesses.items():
        several = len(guesses) > 1
        ax.plot(
            at,
            guess,
            color=theme.color(family[0].setting) if several else theme.muted,
            linewidth=line_weight(family) * theme.line_width,
            linestyle=(0, (1, 2)),
        )


def _draw_points(ax: Axes, problem: FitProblem, theme: Theme) -> list[str]:
    """Draw the points, with a margin around them; return their key."""
    x, y = problem.data_x, problem.data_y
    trained = len(x)
    held_out = problem.validation if isinstance(problem, Measured) else None
    if held_out is not None:
        others = [np.asarray(row)[:, 0] for row in held_out.points]
        x, y = np.append(x, others[0]), np.append(y, others[1])
    names = getattr(problem, "data_names", ("x", "y"))
    room = 0.08 * (np.ptp(x) or 1.0), 0.12 * (np.ptp(y) or 1.0)
    ax.set(
        xlim=(x.min() - room[0], x.max() + room[0]),
        ylim=(y.min() - room[1], y.max() + room[1]),
        xlabel=sanitize(names[0]),
        ylabel=sanitize(names[1]),
    )
    size, alpha = theme.dot_size**2 * 1.5, 0.65
    seen, unseen = slice(trained), slice(trained, None)
    ax.scatter(x[seen], y[seen], s=size, color=theme.muted, alpha=alpha, linewidth=0)
    if held_out is None:
        return []
    ax.scatter(
        x[unseen],
        y[unseen],
        s=size,
        facecolor="none",
        edgecolor=theme.muted,
        alpha=alpha,
        linewidth=0.5 * theme.line_width,
    )
    return ["○ validation points"]
