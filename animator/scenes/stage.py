"""A scene that is set on a figure, ready to be moved to any step."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import matplotlib as mpl

from animator.base.errors import during
from animator.experiments.lossmap import LossMaps

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from animator.drawing.drawing import Growing
    from animator.drawing.panel import Panel
    from animator.drawing.theme import Theme
    from animator.experiments.recorder import Recording
    from animator.scenes.timeline import Timeline


@dataclass(frozen=True, slots=True)
class PlacedPanel:
    """A panel, the axes that it was drawn on, and the recordings that it shows."""

    panel: Panel
    ax: Axes
    recordings: Sequence[Recording]


@dataclass(frozen=True, slots=True)
class Stage:
    """A scene that is set on a figure, ready to be moved to any frame.

    Attributes:
        figure: on which everything is.
        timeline: says which step a frame shows.
        growing: the artists that are only added to, the lowest first.
        moving: the artists above them that move.
        updates: set the moving artists to a step.
        title: of the scene.
        captions: the texts below the title, by the step from which on they are seen.
        theme: with the sizes that suit the number of panels.
        panels: in the order of the scene.
        maps: evaluates the loss maps.
        formulas: matplotlib's settings by which its formulas have characters of other
            fonts.
    """

    figure: Figure
    timeline: Timeline
    growing: Sequence[Growing]
    moving: Sequence[Artist]
    updates: Sequence[Callable[[float], None]]
    title: str
    captions: Mapping[int, str]
    theme: Theme
    panels: Sequence[PlacedPanel]
    maps: LossMaps = field(default_factory=LossMaps)
    formulas: Mapping[str, Any] = field(default_factory=dict)

    def settings(self) -> AbstractContextManager[None]:
        """Return a context with the settings that it is drawn with in its style."""
        settings: dict[Any, Any] = dict(self.formulas)
        return mpl.rc_context(settings) if settings else nullcontext()

    def move_to(self, frame: int) -> None:
        """Set all artists to a frame; this depends on nothing but its number."""
        self.set_step(self.timeline.step_at(frame))

    def set_step(self, step: float) -> None:
        """Set all artists to a step, or to a point between two."""
        for artist in self.growing:
            artist.grow(0, int(step))
        self.update(step)

    def update(self, step: float) -> None:
        """Set the moving artists to a step.

        Raises:
            SceneError: a panel failed in doing so.
        """
        with during(f"drawing step {step:g}"):
            for update in self.updates:
                update(step)
