"""The protocol of panels, and the context that a scene gives to them."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
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
    """A view of an experiment; write your own with these two members."""

    @property
    def experiment(self) -> Experiment | Sequence[Experiment]:
        """What the panel shows; panels of one experiment share its recording.

        For several experiments it gets one recording, which has the trajectories of
        all, each with a label and a colour of its own.
        """

    def draw(self, ax: Axes, recording: Recording, theme: Theme) -> Drawing:
        """Draw the background on the axes, and return what grows and what moves."""


@runtime_checkable
class DetailedPanel(Panel, Protocol):
    """A panel that needs more of each run than the two numbers that are drawn.

    Each trajectory of its recording then has `details`, and ``recording.model_at`` the
    model after a number of steps. The data are those of the experiment's problem: of a
    network, ``experiment.problem.inputs`` and ``experiment.problem.labels``.
    """

    @property
    def needs(self) -> Needs:
        """What to record of each run."""


@dataclass(frozen=True, slots=True)
class ColorBars:
    """The colour bars of panels that are compared, one for each scale.

    Attributes:
        scales: those that have a bar.
        places: the axes of each bar's map, the bar, and its scale.
        repeated: further bars of the same scales. They only reserve room, so that the
            panels have the same size, and are hidden when the layout is solved.
    """

    scales: set[Hashable] = field(default_factory=set)
    places: list[tuple[Axes, Axes, Hashable]] = field(default_factory=list)
    repeated: list[Axes] = field(default_factory=list)

    def add(self, ax: Axes, bar: Axes, scale: Hashable) -> None:
        """Add the bar beside some axes, and the scale that it explains."""
        self.places.append((ax, bar, scale))
        if scale in self.scales:
            self.repeated.append(bar)
        self.scales.add(scale)


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
        recordings: those of which the panel's recording is joined, if it shows several
            experiments.
        colorbars: the colour bars of this panel and of the panels in its place in
            the scenes beside its own.
    """

    maps: LossMaps = field(default_factory=LossMaps)
    has_legend: bool = True
    has_losses: bool = True
    has_end_labels: bool = False
    has_mark_names: bool = False
    arrow_key: Sequence[tuple[str, str]] = ()
    recordings: Sequence[Recording] = ()
    colorbars: ColorBars = field(default_factory=ColorBars)

    def parts(self, recording: Recording) -> Sequence[Recording]:
        """Return the recordings of each experiment that a panel's recording has."""
        return self.recordings or [recording]


@runtime_checkable
class ContextPanel(Protocol):
    """A panel that uses its context; in a scene, this is called instead of `draw`."""

    def draw_in_context(
        self, ax: Axes, recording: Recording, theme: Theme, context: PanelContext
    ) -> Drawing:
        """Draw the background on the axes, and return what grows and what moves."""
