"""Gradient step, momentum step and the step that results, as arrows on a heatmap."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from animator.base.callers import Place, made_here
from animator.base.checks import is_number, quoted
from animator.base.errors import SceneError
from animator.base.quoting import short_repr
from animator.drawing.drawing import Drawing
from animator.drawing.panel import PanelContext
from animator.drawing.step_arrows import Arrows
from animator.experiments.details import Needs
from animator.experiments.experiment import Experiment
from animator.experiments.updates import UPDATE_NEEDS, Updates, split_steps
from animator.panels.heatmap import Heatmap

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from matplotlib.axes import Axes

    from animator.drawing.theme import Theme
    from animator.experiments.recorder import Recording


@dataclass(frozen=True, slots=True)
class Vectors:
    """A heatmap, and on it the parts of the step that an optimizer is about to make.

    From the optimizer's position, an arrow shows the step, along which the marker
    moves. On either side of it, an arrow shows the gradient's part of the step, and
    another one the momentum's part (of Adam: the first moment's), of which it is the
    sum. AdamW's weight decay has an arrow of its own. The arrows of the first setting
    have their names at their tips; the key explains those of several.

    Where an optimizer divides by s, the root of a second moment, an ellipse around the
    optimizer's position is what this makes of a circle: its half-axes are as 1 to s. It
    goes through the tip of the step, without the weight decay.

    It knows torch's SGD, Adam, AdamW, RMSprop and Adagrad;
    `animator.experiments.updates.split_steps` has their equations and sources.

    Attributes:
        heatmap: the heatmap on which the arrows are drawn.
        scale: how many times their true length the arrows are.

    Raises:
        SceneError: `heatmap` is not a heatmap, or `scale` is not a number above zero.
    """

    heatmap: Heatmap
    scale: float = 1.0
    made_at: Place | None = made_here()

    __repr__ = short_repr

    def __post_init__(self) -> None:
        if not isinstance(self.heatmap, Heatmap):
            raise SceneError(
                f"Vectors: {quoted(self.heatmap)} is no heatmap; give "
                "Heatmap(experiment)"
            )
        if not (is_number(self.scale, 0) and self.scale > 0):
            raise SceneError(f"Vectors: scale is {self.scale!r}; give a number above 0")

    @property
    def experiment(self) -> Experiment:
        """What the heatmap shows."""
        return self.heatmap.experiment

    @property
    def needs(self) -> Needs:
        """The gradients, the optimizer's state and its hyperparameters."""
        return UPDATE_NEEDS

    def draw(self, ax: Axes, recording: Recording, theme: Theme) -> Drawing:
        """Draw the heatmap, and return the arrows with what moves on it."""
        return self.draw_in_context(ax, recording, theme, PanelContext())

    def draw_in_context(
        self, ax: Axes, recording: Recording, theme: Theme, context: PanelContext
    ) -> Drawing:
        """Draw the panel in the context of its scene."""
        updates = [
            split_steps(recording.experiment, run) for run in recording.trajectories
        ]
        many = len(recording.trajectories) > 1
        arrow_key = list(_meanings(updates, theme)) if many else []
        drawing = self.heatmap.draw_in_context(
            ax, recording, theme, replace(context, arrow_key=arrow_key)
        )
        colors = [theme.color(index) for index in (1, 2, 3)]
        arrows = [
            Arrows(
                ax,
                run.params,
                parts,
                (*colors, theme.color(run.setting)),
                self.scale,
                theme,
                named=run is recording.trajectories[0],
                label=run.label,
            )
            for run, parts in zip(recording.trajectories, updates, strict=True)
        ]

        def update(step: float) -> None:
            for artist in arrows:
                artist.set_step(step)

        key = [] if self.scale == 1 else [f"arrows × {self.scale:g}"]
        if any(parts.is_scaled for parts in updates):
            key.append("◯ a circle, divided by the root of the second moment")
        return drawing + Drawing(moving=arrows, update=update, key=key)


def _meanings(updates: Sequence[Updates], theme: Theme) -> Iterator[tuple[str, str]]:
    """Yield what the arrows mean, with their colours."""
    yield "gradient step", theme.color(1)
    if all(np.nansum(np.abs(parts.momentum)) == 0 for parts in updates) and any(
        parts.is_scaled for parts in updates
    ):
        pass  # such as Adagrad, which has none
    else:
        yield "momentum step", theme.color(2)
    if any(np.nansum(np.abs(parts.decay)) for parts in updates):
        yield "weight decay", theme.color(3)
    yield "step", theme.color(0)
