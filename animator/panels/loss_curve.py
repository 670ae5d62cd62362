"""Draws the loss of each setting over the steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from animator.base.callers import Place, made_here
from animator.base.errors import SceneError
from animator.base.quoting import short_repr
from animator.drawing.curves import Curve, draw_curves
from animator.drawing.drawing import Drawing
from animator.drawing.end_labels import draw_end_labels
from animator.drawing.heading import draw_heading
from animator.drawing.legend_entries import entries_of
from animator.drawing.off_plane import draw_off_plane
from animator.drawing.panel import PanelContext
from animator.drawing.setting_runs import band_key, family_curve
from animator.experiments.experiment import (
    Experiment,
    check_experiments,
    experiments_of,
)
from animator.experiments.families import finite_median, losses, median_run
from animator.problems import ProjectedProblem

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from animator.drawing.theme import Theme
    from animator.experiments.families import Family
    from animator.experiments.recorder import Recording


VALIDATION_KEY = "╌ validation"
"""The explanation of dashed lines in the key."""


@dataclass(frozen=True, slots=True)
class LossCurve:
    """The loss of each setting over the steps, with a dot at the current step.

    If the problem has validation data, a dashed line shows the loss on them.

    Attributes:
        experiment: the experiment to show, or several experiments.
        title: the title above the panel; defaults to the problem's name.
        scale: the scale of the loss, ``"log"`` or ``"linear"``. On a logarithmic scale,
            a loss of zero is a gap in the curve and a triangle on the lower border.
        plane: for networks, whose maps are planes in weight space: whether to show the
            distance of the weights from that plane, and, as a dashed line, the loss at
            their projection onto it. The validation loss is then not shown.
        validation: whether to show the validation loss.

    Raises:
        SceneError: `experiment` is not an experiment, `scale` is unknown, or `plane` is
            set for a problem that has no plane.
    """

    experiment: Experiment | Sequence[Experiment]
    title: str | None = None
    scale: Literal["linear", "log"] = "log"
    plane: bool = False
    validation: bool = True
    made_at: Place | None = made_here()

    __repr__ = short_repr

    def __post_init__(self) -> None:
        check_experiments("LossCurve", self.experiment)
        if self.scale not in ("linear", "log"):
            raise SceneError(
                f"LossCurve: scale is {self.scale!r}; give 'linear' or 'log'"
            )
        for name in ("plane", "validation"):
            value = getattr(self, name)
            if not isinstance(value, bool):
                raise SceneError(f"LossCurve: {name} is {value!r}; give True or False")
        problems = [e.problem for e in experiments_of(self.experiment)]
        if self.plane and not all(isinstance(p, ProjectedProblem) for p in problems):
            raise SceneError(
                "LossCurve: plane=True is for networks, whose map is a plane of their "
                "weights; this problem's map is exact, so leave it out"
            )

    def draw(self, ax: Axes, recording: Recording, theme: Theme) -> Drawing:
        """Draw the axes, and return the growing curves and their dots."""
        return self.draw_in_context(ax, recording, theme, PanelContext())

    def draw_in_context(
        self, ax: Axes, recording: Recording, theme: Theme, context: PanelContext
    ) -> Drawing:
        """Draw the panel in the context of its scene."""
        curves = [
            curve
            for part in context.parts(recording)
            for family in part.families
            for curve in self._curves(family, part, theme, context)
        ]
        ax.set_ylabel("loss")
        heading = draw_heading(
            ax, self.title, recording, theme, context, lines=int(self.plane)
        )
        labels, width = Drawing(), 0.0
        if context.has_end_labels:
            entries = entries_of(recording, theme)
            heights = [entry.run.loss for entry in entries]
            labels, width = draw_end_labels(
                ax, entries, heights, theme, losses=context.has_losses
            )
        drawing = draw_curves(
            ax,
            curves,
            theme,
            scale=self.scale,
            zero_key="▼ loss 0",
            label_width=width,
        )
        drawing += labels
        if self.plane:
            drawing += draw_off_plane(ax, recording, theme)
        elif any(curve.dashed for curve in curves):
            drawing += Drawing(key=[VALIDATION_KEY])
        return drawing + heading + Drawing(key=band_key(recording))

    def _curves(
        self, family: Family, part: Recording, theme: Theme, context: PanelContext
    ) -> list[Curve]:
        """Return the curves of a setting; its dashed curve, if any, is the first."""
        run = median_run(family)
        color, diverged = theme.color(run.setting), run.outcome.diverged
        solid, dashed = losses(family), self._dashed(family, part, context)
        curves = []
        if dashed:
            values = finite_median(dashed)
            curves.append(Curve(values, color, diverged, dashed=True, owner=run.label))
        curves.append(
            family_curve(
                solid,
                color,
                diverged=diverged,
                dash=theme.dash(run.setting),
                owner=run.label,
            )
        )
        for values in [*solid, *dashed] if self.scale == "log" else ():
            check_not_negative(values, run.label)
        return curves

    def _dashed(
        self, family: Family, part: Recording, context: PanelContext
    ) -> list[NDArray[np.float64]]:
        """Return the values of each run's dashed curve, each (steps + 1,), if any."""
        if self.plane:
            maps, problem = context.maps, part.problem
            return [maps.evaluate_path(problem, run.params) for run in family]
        values = losses(family, "validation loss")
        is_known = any(np.isfinite(each).any() for each in values)
        return values if self.validation and is_known else []


def check_not_negative(loss: NDArray[np.floating], label: str) -> None:
    """Raise `SceneError` if a loss (steps + 1,) is negative."""
    below = np.flatnonzero(loss < 0)
    if len(below):
        step = int(below[0])
        raise SceneError(
            f"LossCurve: the loss of {label!r} is {loss[step]:g} at step {step}, which "
            "has no logarithm; give scale='linear'"
        )
