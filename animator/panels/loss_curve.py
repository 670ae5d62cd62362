"""Each setting's loss over the steps, growing with the clock."""

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
from animator.drawing.entries import entries_of
from animator.drawing.families import band_key, family_curve
from animator.drawing.heading import draw_heading
from animator.drawing.off_plane import draw_off_plane
from animator.drawing.panel import PanelContext
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
"""What the key of a scene says about dashed lines."""


@dataclass(frozen=True, slots=True)
class LossCurve:
    """Each setting's loss over the steps, led by a dot.

    The loss over validation data is a dashed line, if there are any.

    Attributes:
        experiment: what to show; or several experiments.
        title: above the panel; the problem's name if not given.
        scale: of the loss, ``"log"`` or ``"linear"``. On a logarithmic one, a loss of
            zero leaves a gap, and a triangle on the lower border.
        plane: whether the map's loss under each marker is shown beside the real one, as
            a dashed line, and how far the weights are off the map's plane; this is for
            networks, whose maps are planes of weights. Then the validation loss is not
            shown.
        validation: whether the validation loss is shown.

    Raises:
        SceneError: `experiment` is not an experiment, there is no such scale, or the
            problem has no plane.
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
        """Draw the axes; return the growing curves and their dots."""
        return self.draw_in_context(ax, recording, theme, PanelContext())

    def draw_in_context(
        self, ax: Axes, recording: Recording, theme: Theme, context: PanelContext
    ) -> Drawing:
        """Draw the panel in the context of its scene."""
        curves: list[Curve] = []
        for part in context.parts(recording):
            for family in part.families:
                run = median_run(family)
                color, diverged = theme.color(run.setting), run.outcome.diverged
                shown = losses(family)
                dashed = self._dashed(family, part, context)
                if dashed:
                    values = finite_median(dashed)
                    below = Curve(values, color, diverged, dashed=True, owner=run.label)
                    curves.append(below)
                curve = family_curve(
                    shown,
                    color,
                    diverged=diverged,
                    dash=theme.dash(run.setting),
                    owner=run.label,
                )
                curves.append(curve)
                for values in [*shown, *dashed] if self.scale == "log" else ():
                    check_not_negative(values, run.label)
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

    def _dashed(
        self, family: Family, part: Recording, context: PanelContext
    ) -> list[NDArray[np.float64]]:
        """Return what is shown beside the losses of runs, each (steps + 1,), if any."""
        if self.plane:
            maps, problem = context.maps, part.problem
            return [maps.evaluate_path(problem, run.params) for run in family]
        values = losses(family, "validation loss")
        is_known = any(np.isfinite(each).any() for each in values)
        return values if self.validation and is_known else []


def check_not_negative(loss: NDArray[np.floating], label: str) -> None:
    """Raise `SceneError` where a logarithmic scale cannot show a loss (steps + 1,)."""
    below = np.flatnonzero(loss < 0)
    if len(below):
        step = int(below[0])
        raise SceneError(
            f"LossCurve: the loss of {label!r} is {loss[step]:g} at step {step}, which "
            "has no logarithm; give scale='linear'"
        )
