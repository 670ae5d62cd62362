"""Draws the error of a quadratic along each eigenvector over the steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.colors import to_hex, to_rgb

from animator.base.callers import Place, made_here
from animator.base.checks import is_integer
from animator.base.errors import SceneError
from animator.base.quoting import short_repr
from animator.drawing.curves import Curve, draw_curves
from animator.drawing.drawing import Drawing
from animator.drawing.heading import draw_heading, place_label
from animator.drawing.panel import PanelContext
from animator.experiments.details import DETAILS_MEMORY, Needs
from animator.experiments.eigen import eigen_system
from animator.experiments.experiment import Experiment, check_experiment

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from animator.drawing.theme import Theme
    from animator.experiments.recorder import Recording

_MOST_NAMED = 6
"""The most eigenvectors that have a colour and a name of their own."""


@dataclass(frozen=True, slots=True)
class Eigen:
    """The error along each eigenvector of a quadratic's Hessian, on a log scale.

    Gradient descent treats the eigenvectors of the Hessian independently: with the
    learning rate γ and the eigenvalue λ, each step multiplies the error along an
    eigenvector by ``|1 - γ λ|``. If the panel shows one setting, each eigenvector has
    its own colour. If it shows several settings, the colour is that of the setting; it
    is stronger for larger λ.

    Source: G. Goh, Why Momentum Really Works, Distill, 2017.

    Attributes:
        experiment: the experiment to show; its loss must be quadratic in the weights,
            for example `quadratic`, or a linear model with `MSELoss`.
        title: the title above the panel; defaults to the problem's name.
        directions: the most eigenvectors to show, 1 to 50. If there are more, the panel
            shows some that are evenly spaced from the smallest eigenvalue to the
            largest.
        memory: the most bytes that the weights of one run may occupy.

    Raises:
        SceneError: `experiment` is not an experiment, or a number is out of range.
    """

    experiment: Experiment
    title: str | None = None
    directions: int = 6
    memory: int = DETAILS_MEMORY
    made_at: Place | None = made_here()

    __repr__ = short_repr

    def __post_init__(self) -> None:
        check_experiment("Eigen", self.experiment)
        if not is_integer(self.directions, 1, 50):
            raise SceneError(f"Eigen: directions is {self.directions!r}; give 1 to 50")

    @property
    def needs(self) -> Needs:
        """The panel needs all weights at every step."""
        return Needs(weights=True, memory=self.memory)

    def draw(self, ax: Axes, recording: Recording, theme: Theme) -> Drawing:
        """Draw the axes, and return the growing curves and their dots."""
        return self.draw_in_context(ax, recording, theme, PanelContext())

    def draw_in_context(
        self, ax: Axes, recording: Recording, theme: Theme, context: PanelContext
    ) -> Drawing:
        """Draw the panel in the context of its scene."""
        system = eigen_system(recording.experiment)
        count = len(system.values)
        shown = min(self.directions, count)
        chosen = np.unique(np.linspace(0, count - 1, shown).round().astype(int))
        runs, values = recording.trajectories, system.values[chosen]
        is_named = len(runs) == 1 and len(chosen) <= _MOST_NAMED
        heading = draw_heading(
            ax, self.title, recording, theme, context, lines=int(is_named)
        )
        if is_named:
            _draw_names(ax, values, theme)
        curves = []
        for run in runs:
            errors = system.errors(run, recording.steps)
            for rank, index in enumerate(chosen):
                share = (rank + 1) / len(chosen)
                color = _blended(theme.color(run.setting), theme.background, share)
                color = theme.color(rank) if is_named else color
                diverged = run.outcome.diverged
                curves.append(Curve(errors[:, index], color, diverged, owner=run.label))
        drawing = draw_curves(ax, curves, theme, scale="log")
        ax.set_ylabel("error along each eigen-direction")
        key = []
        if not is_named:
            key.append(f"strong colour: large λ ({values[0]:.3g} to {values[-1]:.3g})")
        if len(chosen) < count:
            key.append(f"{len(chosen)} of {count} directions")
        if system.flat:
            key.append(f"without {system.flat} flat one{'s' * (system.flat > 1)}")
        return drawing + heading + Drawing(key=key)


def _draw_names(ax: Axes, values: NDArray[np.float64], theme: Theme) -> None:
    """Write the eigenvalues in one line, each in the colour of its eigenvector."""
    size = theme.label_size
    for rank, value in enumerate(values.tolist()):
        left = rank / len(values)
        place_label(ax, left, 0.55 * size, "━", 0, theme.color(rank), size)
        name = f"λ = {value:.3g}" if not rank else f"{value:.3g}"
        place_label(ax, left, 0.55 * size, name, 1.1 * size, theme.text, size)


def _blended(color: str, background: str, share: float) -> str:
    """Blend a colour with a background; `share` is the weight of the colour, 0 to 1."""
    strength = 0.25 + 0.75 * share
    pairs = zip(to_rgb(color), to_rgb(background), strict=True)
    red, green, blue = (strength * own + (1 - strength) * back for own, back in pairs)
    return to_hex((red, green, blue))
