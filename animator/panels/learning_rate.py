"""Draws the learning rate of each setting over the steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from animator.base.callers import Place, made_here
from animator.base.checks import quoted
from animator.base.errors import SceneError
from animator.base.quoting import short_repr
from animator.drawing.curves import draw_curves
from animator.drawing.drawing import Drawing
from animator.drawing.heading import draw_heading
from animator.drawing.panel import PanelContext
from animator.drawing.setting_runs import band_key, family_curve
from animator.experiments.experiment import Experiment, check_experiment
from animator.experiments.own_loop import Recorder

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from animator.drawing.theme import Theme
    from animator.experiments.recorder import Recording


@dataclass(frozen=True, slots=True)
class LearningRate:
    """The learning rate of each setting over the steps, as its scheduler sets it.

    If the two coordinates have different learning rates, the panel shows the first.

    Attributes:
        experiment: the experiment to show.
        title: the title above the panel.
        scale: the scale of the learning rate, ``"linear"`` or ``"log"``.

    Raises:
        SceneError: `experiment` is not an experiment, `scale` is unknown, or no
            learning rate was recorded.
    """

    experiment: Experiment
    title: str = "Learning rate"
    scale: Literal["linear", "log"] = "linear"
    made_at: Place | None = made_here()

    __repr__ = short_repr

    def __post_init__(self) -> None:
        check_experiment("LearningRate", self.experiment)
        if self.scale not in ("linear", "log"):
            raise SceneError(
                f"LearningRate: scale is {self.scale!r}; give 'linear' or 'log'"
            )

    def draw(self, ax: Axes, recording: Recording, theme: Theme) -> Drawing:
        """Draw the axes, and return the growing curves and their dots."""
        return self.draw_in_context(ax, recording, theme, PanelContext())

    def draw_in_context(
        self, ax: Axes, recording: Recording, theme: Theme, context: PanelContext
    ) -> Drawing:
        """Draw the panel in the context of its scene."""
        runs = recording.trajectories
        unknown = [
            run.label
            for run in recording.medians
            if not np.isfinite(run.lr[:, 0]).any()
        ]
        if len(unknown) == len(recording.families):
            raise _no_rates(recording.experiment, unknown[0])
        for run in runs:
            rates = run.lr[:, 0]
            if self.scale == "log" and (rates < 0).any():
                raise SceneError(
                    f"LearningRate: the rate of {run.label!r} is negative at step "
                    f"{int((rates < 0).argmax())}; give scale='linear'"
                )
        curves = [
            family_curve(
                [run.lr[:, 0] for run in family],
                theme.color(family[0].setting),
                dash=theme.dash(family[0].setting),
                owner=family[0].label,
            )
            for family in recording.families
        ]
        heading = draw_heading(ax, self.title, recording, theme, context)
        drawing = draw_curves(
            ax, curves, theme, scale=self.scale, zero_key="▼ learning rate 0"
        )
        ax.set_ylabel("lr")
        key = [f"{quoted(label)}: lr not recorded" for label in unknown]
        if any(curve.band is not None for curve in curves):
            key += band_key(recording)
        return drawing + heading + Drawing(key=key)


def _no_rates(experiment: Experiment, label: str) -> SceneError:
    """Return an error that explains why there is no learning rate to show."""
    if isinstance(experiment.settings[label], Recorder):
        return SceneError(
            f"LearningRate: the loop {label!r} was logged without its learning rate; "
            "write Recorder(model, optimizer)"
        )
    return SceneError(
        f"LearningRate: no setting of {experiment} has a learning rate; leave the "
        "panel out"
    )
