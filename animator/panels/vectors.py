"""Draws the parts of each step, such as its momentum, as arrows on a heatmap."""

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
    from numpy.typing import NDArray

    from animator.drawing.theme import Theme
    from animator.experiments.recorder import Recording
    from animator.experiments.trajectory import Trajectory


@dataclass(frozen=True, slots=True)
class Vectors:
    """A heatmap with arrows for the parts of the next step of each optimizer.

    One arrow shows the step from the current position, along which the marker moves.
    The step is the sum of the arrows beside it: the contribution of the gradient, the
    contribution of the momentum (for Adam, of the first moment), and for AdamW the
    weight decay. The arrows of the first setting have names at their tips. If there are
    several settings, the key explains the arrows.

    If an optimizer divides each coordinate by s, the square root of its second moment,
    an ellipse shows the effect of this division on a circle around the current
    position: its half-axes are proportional to 1/s. The ellipse passes through the tip
    of the step without weight decay.

    The panel supports torch's SGD, Adam, AdamW, RMSprop and Adagrad. Their equations
    and sources are in `animator.experiments.updates.split_steps`.

    Attributes:
        heatmap: the heatmap below the arrows.
        scale: the length of the arrows as a multiple of their true length, above 0.

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
                f"Vectors: {quoted(self.heatmap)} is not a heatmap; give "
                "Heatmap(experiment)"
            )
        if not (is_number(self.scale, 0) and self.scale > 0):
            raise SceneError(f"Vectors: scale is {self.scale!r}; give a number above 0")

    @property
    def experiment(self) -> Experiment:
        """The heatmap's experiment."""
        return self.heatmap.experiment

    @property
    def needs(self) -> Needs:
        """The panel needs gradients, optimizer state and hyperparameters."""
        return UPDATE_NEEDS

    def draw(self, ax: Axes, recording: Recording, theme: Theme) -> Drawing:
        """Draw the heatmap, and return its moving artists together with the arrows."""
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
        avoided = [
            line
            for run, parts in zip(recording.trajectories, updates, strict=True)
            for line in _lines(run, parts, self.scale)
        ]
        drawing = self.heatmap.draw_in_context(
            ax, recording, theme, replace(context, arrow_key=arrow_key, avoided=avoided)
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


def _lines(
    run: Trajectory, parts: Updates, scale: float
) -> Iterator[NDArray[np.floating]]:
    """Yield lines (3 * steps, 2) to the tips of the arrows of a run and back."""
    tails = run.params[:-1]
    for part in (parts.gradient, parts.momentum, parts.decay):
        tips = tails + scale * part
        yield np.stack([tails, tips, tails], axis=1).reshape(-1, 2)


def _meanings(updates: Sequence[Updates], theme: Theme) -> Iterator[tuple[str, str]]:
    """Yield the meaning of each arrow, and its colour."""
    yield "gradient step", theme.color(1)
    if all(np.nansum(np.abs(parts.momentum)) == 0 for parts in updates) and any(
        parts.is_scaled for parts in updates
    ):
        pass  # such as Adagrad, which has no momentum
    else:
        yield "momentum step", theme.color(2)
    if any(np.nansum(np.abs(parts.decay)) for parts in updates):
        yield "weight decay", theme.color(3)
    yield "step", theme.color(0)
