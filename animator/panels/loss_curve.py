"""Each setting's loss over the steps, growing with the clock."""

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
    from numpy.typing import NDArray

    from animator.drawing.theme import Theme
    from animator.experiments.recorder import Recording


@dataclass(frozen=True, slots=True)
class LossCurve:
    """Each setting's loss over the steps, led by a dot.

    Attributes:
        experiment: what to show.
        title: above the panel; the problem's name if not given.
        scale: of the loss, ``"log"`` or ``"linear"``.

    Raises:
        SceneError: `experiment` is no experiment, or there is no such scale.
    """

    experiment: Experiment
    title: str | None = None
    scale: Literal["linear", "log"] = "log"

    def __post_init__(self) -> None:
        check_experiment("LossCurve", self.experiment)
        if self.scale not in ("linear", "log"):
            raise SceneError(
                f"LossCurve: scale is {self.scale!r}; give 'linear' or 'log'"
            )

    def draw(self, ax: Axes, recording: Recording, theme: Theme) -> Drawing:
        """Draw the axes; return the growing curves and their dots."""
        return self.draw_in_context(ax, recording, theme, PanelContext())

    def draw_in_context(
        self, ax: Axes, recording: Recording, theme: Theme, context: PanelContext
    ) -> Drawing:
        """Draw it among other panels."""
        losses = [trajectory.loss for trajectory in recording.trajectories]
        if self.scale == "log":
            for trajectory in recording.trajectories:
                check_positive(trajectory.loss, trajectory.label)
        ax.set(yscale=self.scale, ylim=limits(losses, self.scale), ylabel="loss")
        heading = draw_heading(ax, self.title, recording, theme, context)
        colors = [theme.color(index) for index in range(len(losses))]
        return draw_curves(ax, losses, colors, theme) + heading


def check_positive(loss: NDArray[np.floating], label: str) -> None:
    """Raise `SceneError` where a logarithmic scale cannot show a loss (steps + 1,)."""
    below = np.flatnonzero(loss <= 0)
    if len(below):
        step = int(below[0])
        raise SceneError(
            f"LossCurve: the loss of {label!r} is {loss[step]:g} at step {step}, which "
            "has no logarithm; give scale='linear'"
        )
