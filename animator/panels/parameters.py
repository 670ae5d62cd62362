"""Draws the parameters of each setting, or their norm, over the steps."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from animator.base.callers import Place, made_here
from animator.base.checks import is_number
from animator.base.errors import SceneError
from animator.base.quoting import short_repr
from animator.drawing.curves import Curve, draw_curves
from animator.drawing.drawing import Drawing
from animator.drawing.heading import draw_heading
from animator.drawing.panel import PanelContext
from animator.drawing.setting_runs import band_key, family_curve
from animator.experiments.experiment import Experiment, check_experiment

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from animator.drawing.theme import Theme
    from animator.experiments.families import Family
    from animator.experiments.recorder import Recording
    from animator.experiments.trajectory import Trajectory


@dataclass(frozen=True, slots=True)
class Parameters:
    """The two coordinates over the steps: a line for x, a double line for y.

    Attributes:
        experiment: the experiment to show.
        title: the title above the panel; defaults to the problem's name.
        norm: if given, the panel shows the norm ``(|x|ᵖ + |y|ᵖ)^(1/p)`` with this p, at
            least 1, instead of the coordinates: 2 for the Euclidean norm, ``math.inf``
            for the maximum norm.

    Raises:
        SceneError: `experiment` is not an experiment, or `norm` is less than 1.
    """

    experiment: Experiment
    title: str | None = None
    norm: float | None = None
    made_at: Place | None = made_here()

    __repr__ = short_repr

    def __post_init__(self) -> None:
        check_experiment("Parameters", self.experiment)
        if self.norm is not None and not (
            is_number(self.norm, 1) or self.norm == math.inf
        ):
            raise SceneError(
                f"Parameters: norm is {self.norm!r}; give a number, at least 1"
            )

    def draw(self, ax: Axes, recording: Recording, theme: Theme) -> Drawing:
        """Draw the axes, and return the growing curves and their dots."""
        return self.draw_in_context(ax, recording, theme, PanelContext())

    def draw_in_context(
        self, ax: Axes, recording: Recording, theme: Theme, context: PanelContext
    ) -> Drawing:
        """Draw the panel in the context of its scene."""
        problem = recording.problem
        heading = draw_heading(ax, self.title, recording, theme, context)
        key: list[str] = []
        if self.norm is None:
            curves = [
                replace(
                    _curve(family, theme, [run.params[:, axis] for run in family]),
                    hollow=axis == 1,
                )
                for axis in (0, 1)
                for family in recording.families
            ]
            key = [f"━ {problem.x.label}", f"═ {problem.y.label}"]
        else:
            curves = [
                _curve(family, theme, [_norms(run, self.norm) for run in family])
                for family in recording.families
            ]
        drawing = draw_curves(ax, curves, theme)
        ax.set_ylabel("parameters" if self.norm is None else _norm_name(self.norm))
        return drawing + heading + Drawing(key=key + band_key(recording))


def _curve(
    family: Family, theme: Theme, values: Sequence[NDArray[np.floating]]
) -> Curve:
    """Return the curve of a setting from the values of its runs, each (steps + 1,)."""
    diverged = all(run.outcome.diverged for run in family)
    setting = family[0].setting
    return family_curve(
        values,
        theme.color(setting),
        diverged=diverged,
        dash=theme.dash(setting),
        owner=family[0].label,
    )


def _norms(run: Trajectory, norm: float) -> NDArray[np.float64]:
    """Return a norm of the parameters (steps + 1,)."""
    return np.asarray(np.linalg.norm(run.params.astype(np.float64), norm, axis=1))


def _norm_name(norm: float) -> str:
    return f"{'∞' if norm == math.inf else format(norm, 'g')}-norm"
