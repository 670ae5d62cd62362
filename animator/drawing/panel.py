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
    from animator.experiments.details import Needs
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


@runtime_checkable
class DetailedPanel(Panel, Protocol):
    """A panel that needs more of each run than the two numbers that are drawn.

    Each trajectory of its recording then has `details`, and ``recording.model_at`` the
    model after so many steps. The data are those of the experiment's problem: of a
    network, ``experiment.problem.inputs`` and ``experiment.problem.labels``.
    """

    @property
    def needs(self) -> Needs:
        """What to record of each run."""


@dataclass(frozen=True, slots=True)
class PanelContext:
    """What a panel knows about its scene.

    Attributes:
        maps: evaluates the loss maps of the scene, each once.
        has_legend: whether the panel has the legend of its recording; the first panel
            of a scene that shows the recording has it for all of them.
        arrow_key: what arrows on the panel mean, and their colours.
    """

    maps: LossMaps = field(default_factory=LossMaps)
    has_legend: bool = True
    arrow_key: Sequence[tuple[str, str]] = ()


@runtime_checkable
class ContextPanel(Protocol):
    """A panel that uses its context; in a scene, this is called instead of `draw`."""

    def draw_in_context(
        self, ax: Axes, recording: Recording, theme: Theme, context: PanelContext
    ) -> Drawing:
        """Draw the background on the axes, and return what grows and what moves."""
