"""Each setting's learning rate over the steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from animator.base.errors import SceneError
from animator.drawing.curves import draw_curves, limits
from animator.drawing.drawing import Drawing
from animator.drawing.heading import heading
from animator.experiments.experiment import Experiment, check_experiment
from animator.experiments.own_loop import Recorder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

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
        rates = [trajectory.lr[:, 0] for trajectory in recording.trajectories]
        check_rates(rates, recording.experiment)
        if self.scale == "log":
            rates = [np.where(rate > 0, rate, np.nan) for rate in rates]
        ax.set(yscale=self.scale, ylim=limits(rates, self.scale), ylabel="lr")
        readouts, tell = heading(ax, self.title, recording, theme)
        colors = [theme.color(index) for index in range(len(rates))]
        drawing = draw_curves(ax, rates, colors, theme)

        def update(step: float) -> None:
            tell(step)
            drawing.update(step)

        return Drawing(drawing.growing, [*drawing.moving, *readouts], update)


def check_rates(rates: Sequence[NDArray[np.floating]], experiment: Experiment) -> None:
    """Raise `SceneError` unless there are learning rates (steps + 1,) to show."""
    for (label, setting), rate in zip(experiment.settings.items(), rates, strict=True):
        if isinstance(setting, Recorder) and np.isnan(rate).all():
            raise SceneError(
                f"LearningRate: the loop {label!r} was logged without its learning "
                "rate; write Recorder(model, optimizer)"
            )
    if all(np.isnan(rate).all() for rate in rates):
        raise SceneError(
            f"LearningRate: no setting of {experiment} has a learning rate; leave the "
            "panel out"
        )
