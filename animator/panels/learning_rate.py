"""Each setting's learning rate over the steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from animator.base.errors import SceneError
from animator.drawing.curves import draw_curves, limits
from animator.drawing.drawing import Drawing
from animator.drawing.heading import draw_heading
from animator.drawing.panel import PanelContext
from animator.experiments.experiment import Experiment, check_experiment

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from animator.drawing.theme import Theme
    from animator.experiments.recorder import Recording


@dataclass(frozen=True, slots=True)
class LearningRate:
    """Each setting's learning rate over the steps, as its scheduler has it.

    Where the two drawn parameters have different ones, that of the first is shown.

    Attributes:
        experiment: what to show.
        title: above the panel.
        scale: of the learning rate, ``"linear"`` or ``"log"``.

    Raises:
        SceneError: `experiment` is no experiment, or there is no such scale.
    """

    experiment: Experiment
    title: str = "Learning rate"
    scale: Literal["linear", "log"] = "linear"

    def __post_init__(self) -> None:
        check_experiment("LearningRate", self.experiment)
        if self.scale not in ("linear", "log"):
            raise SceneError(
                f"LearningRate: scale is {self.scale!r}; give 'linear' or 'log'"
            )

    def draw(self, ax: Axes, recording: Recording, theme: Theme) -> Drawing:
        """Draw the axes; return the growing curves and their dots."""
        return self.draw_in_context(ax, recording, theme, PanelContext())

    def draw_in_context(
        self, ax: Axes, recording: Recording, theme: Theme, context: PanelContext
    ) -> Drawing:
        """Draw it among other panels."""
        rates = [trajectory.lr[:, 0] for trajectory in recording.trajectories]
        if self.scale == "log":
            rates = [np.where(rate > 0, rate, np.nan) for rate in rates]
        ax.set(yscale=self.scale, ylim=limits(rates, self.scale), ylabel="lr")
        heading = draw_heading(ax, self.title, recording, theme, context)
        colors = [theme.color(index) for index in range(len(rates))]
        return draw_curves(ax, rates, colors, theme) + heading
