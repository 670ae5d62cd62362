"""The protocol of panels, and the context that a scene gives to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from animator.experiments.lossmap import LossMaps

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from animator.drawing.drawing import Drawing
    from animator.drawing.theme import Theme
    from animator.experiments.experiment import Experiment
    from animator.experiments.recorder import Recording


@runtime_checkable
class Panel(Protocol):
    """One way to show an experiment; write your own with these two members."""

    @property
    def experiment(self) -> Experiment:
        """What the panel shows; panels of one experiment share its recording."""

    def draw(self, ax: Axes, recording: Recording, theme: Theme) -> Drawing:
        """Draw the background on the axes, and return what grows and what moves."""


@dataclass(frozen=True, slots=True)
class PanelContext:
    """What a panel knows about its scene.

    Attributes:
        maps: evaluates the loss maps of the scene, each once.
        has_legend: whether the panel has the legend of its recording above it.
        has_losses: whether that legend has the losses.
        has_end_labels: whether curves are labelled at their ends, instead of a legend.
        has_mark_names: whether marks on a map are named beside them, not in the key.
        arrow_key: what arrows on the panel mean, and their colours.
    """

    maps: LossMaps = field(default_factory=LossMaps)
    has_legend: bool = True
    has_losses: bool = True
    has_end_labels: bool = False
    has_mark_names: bool = False
    arrow_key: Sequence[tuple[str, str]] = ()


@runtime_checkable
class ContextPanel(Protocol):
    """A panel that uses its context; in a scene, this is called instead of `draw`."""

    def draw_in_context(
        self, ax: Axes, recording: Recording, theme: Theme, context: PanelContext
    ) -> Drawing:
        """Draw the background on the axes, and return what grows and what moves."""
