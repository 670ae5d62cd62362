"""Each setting's parameters, or their norm, over the steps."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from animator.base.checks import is_number
from animator.base.errors import SceneError
from animator.drawing.curves import Curve, draw_curves
from animator.drawing.drawing import Drawing
from animator.drawing.heading import draw_heading
from animator.drawing.panel import PanelContext
from animator.experiments.experiment import Experiment, check_experiment

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from animator.drawing.theme import Theme
    from animator.experiments.recorder import Recording


@dataclass(frozen=True, slots=True)
class Parameters:
    """The two drawn parameters over the steps: a line for x, a double line for y.

    Attributes:
        experiment: what to show.
        title: above the panel; the problem's name if not given.
        norm: p of the norm ``(|x|ᵖ + |y|ᵖ)^(1/p)`` to show instead, such as 2 for the
            length of the vector of parameters, or ``math.inf`` for the largest.

    Raises:
        SceneError: `experiment` is not an experiment, or there is no such norm.
    """

    experiment: Experiment
    title: str | None = None
    norm: float | None = None

    def __post_init__(self) -> None:
        check_experiment("Parameters", self.experiment)
        if self.norm is not None and not (
            is_number(self.norm, 1) or self.norm == math.inf
        ):
            raise SceneError(
                f"Parameters: norm is {self.norm!r}; give a number, at least 1"
            )

    def draw(self, ax: Axes, recording: Recording, theme: Theme) -> Drawing:
        """Draw the axes; return the growing curves and their dots."""
        return self.draw_in_context(ax, recording, theme, PanelContext())

    def draw_in_context(
        self, ax: Axes, recording: Recording, theme: Theme, context: PanelContext
    ) -> Drawing:
        """Draw the panel in the context of its scene."""
        problem, runs = recording.problem, recording.trajectories
        heading = draw_heading(ax, self.title, recording, theme, context)
        key: list[str] = []
        if self.norm is None:
            curves = [
                Curve(
                    run.params[:, axis],
                    theme.color(run.setting),
                    run.outcome.diverged,
                    hollow=axis == 1,
                    dash=theme.dash(run.setting),
                )
                for axis in (0, 1)
                for run in runs
            ]
            key = [f"━ {problem.x.name}", f"═ {problem.y.name}"]
        else:
            curves = [
                Curve(
                    np.linalg.norm(run.params.astype(np.float64), self.norm, axis=1),
                    theme.color(run.setting),
                    run.outcome.diverged,
                    dash=theme.dash(run.setting),
                )
                for run in runs
            ]
        drawing = draw_curves(ax, curves, theme)
        ax.set_ylabel("parameters" if self.norm is None else _norm_name(self.norm))
        return drawing + heading + Drawing(key=key)


def _norm_name(norm: float) -> str:
    return f"{'∞' if norm == math.inf else format(norm, 'g')}-norm"
