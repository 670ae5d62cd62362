"""A scene on a figure, which can be set to any step."""

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
    """A panel, its axes, and the recordings that it shows."""

    panel: Panel
    ax: Axes
    recordings: Sequence[Recording]


@dataclass(frozen=True, slots=True)
class Stage:
    """A scene on a figure, which can be set to any frame.

    Attributes:
        figure: the figure with all artists.
        timeline: maps frames to steps.
        growing: the artists that only grow, in drawing order.
        moving: the artists above them that move.
        updates: functions that set the moving artists to a step.
        title: the title of the scene.
        captions: the captions, by the first step that shows them.
        theme: the theme, with sizes that suit the number of panels.
        panels: the panels, in the order of the scene.
        maps: evaluates the loss maps.
        formulas: matplotlib settings that let formulas use characters of other fonts.
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
        """Return a context with the matplotlib settings for drawing."""
        settings: dict[Any, Any] = dict(self.formulas)
        return mpl.rc_context(settings) if settings else nullcontext()

    def move_to(self, frame: int) -> None:
        """Set all artists to a frame; the result depends only on its number."""
        self.set_step(self.timeline.step_at(frame))

    def set_step(self, step: float) -> None:
        """Set all artists to a step, or to a point between two steps."""
        for artist in self.growing:
            artist.grow(0, int(step))
        self.update(step)

    def update(self, step: float) -> None:
        """Set the moving artists to a step.

        Raises:
            SceneError: the update of a panel failed.
        """
        with during(f"drawing step {step:g}"):
            for update in self.updates:
                update(step)
