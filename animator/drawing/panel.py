"""The protocol of panels, and the context that a scene passes to them."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from animator.experiments.lossmap import LossMaps

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from animator.drawing.drawing import Drawing
    from animator.drawing.theme import Theme
    from animator.experiments.details import Needs
    from animator.experiments.experiment import Experiment
    from animator.experiments.recorder import Recording


@runtime_checkable
class Panel(Protocol):
    """A view of an experiment. Custom panels need only these two members."""

    @property
    def experiment(self) -> Experiment | Sequence[Experiment]:
        """The experiment to show; panels of the same experiment share its recording.

        A panel of several experiments gets one recording with the trajectories of all,
        each with its own label and colour.
        """

    def draw(self, ax: Axes, recording: Recording, theme: Theme) -> Drawing:
        """Draw the background on the axes, and return the other artists.

        Args:
            ax: the axes of the panel.
            recording: the runs of the experiment.
            theme: colours and sizes, in points.

        Returns:
            The growing and the moving artists.
        """


@runtime_checkable
class DetailedPanel(Panel, Protocol):
    """A panel that needs more data of each run than the two coordinates.

    Each trajectory of its recording then has `details`, and ``recording.model_at``
    returns the model after a number of steps. The training data belong to the
    experiment's problem: those of a network are ``experiment.problem.inputs`` and
    ``experiment.problem.labels``.
    """

    @property
    def needs(self) -> Needs:
        """The data to record of each run."""


@dataclass(frozen=True, slots=True)
class ColorBars:
    """The colour bars of corresponding panels in scenes side by side, one per scale.

    Attributes:
        shown: the bar of each scale that is shown: that of the last scene.
        places: for each bar, the axes of its map, the axes of the bar, and its scale.
        repeated: the other bars of the same scales. They only reserve space, so that
            the panels have the same size, and are hidden after the layout is solved.
    """

    shown: dict[Hashable, Axes] = field(default_factory=dict)
    places: list[tuple[Axes, Axes, Hashable]] = field(default_factory=list)
    repeated: list[Axes] = field(default_factory=list)

    def add(self, ax: Axes, bar: Axes, scale: Hashable) -> None:
        """Add a bar beside some axes, and its scale."""
        self.places.append((ax, bar, scale))
        if scale in self.shown:
            self.repeated.append(self.shown[scale])
        self.shown[scale] = bar


@dataclass(frozen=True, slots=True)
class PanelContext:
    """The information that a scene passes to a panel.

    Attributes:
        maps: evaluates the loss maps of the scene, each only once.
        has_legend: whether the legend of the recording is above this panel.
        has_losses: whether that legend shows the losses.
        has_end_labels: whether labels at the ends of curves replace the legend.
        has_mark_names: whether marks on a map are named beside them, not in the key.
        arrow_key: the meanings of arrows on the panel, and their colours.
        avoided: lines, each (N, 2), that names of marks on a map should not cover,
            beside the paths.
        recordings: if the panel shows several experiments, their recordings, which are
            joined into one.
        colorbars: the colour bars of this panel and of the corresponding panels in the
            scenes beside its own.
    """

    maps: LossMaps = field(default_factory=LossMaps)
    has_legend: bool = True
    has_losses: bool = True
    has_end_labels: bool = False
    has_mark_names: bool = False
    arrow_key: Sequence[tuple[str, str]] = ()
    avoided: Sequence[NDArray[np.floating]] = ()
    recordings: Sequence[Recording] = ()
    colorbars: ColorBars = field(default_factory=ColorBars)

    def parts(self, recording: Recording) -> Sequence[Recording]:
        """Return the recordings of the panel's experiments."""
        return self.recordings or [recording]


@runtime_checkable
class ContextPanel(Protocol):
    """A panel that uses its context; scenes call `draw_in_context`, not `draw`."""

    def draw_in_context(
        self, ax: Axes, recording: Recording, theme: Theme, context: PanelContext
    ) -> Drawing:
        """Draw the panel in the context of its scene; see `Panel.draw`."""
