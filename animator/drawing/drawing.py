"""What a panel hands to the compositor: its growing and its moving artists."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from matplotlib.artist import Artist

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.backend_bases import RendererBase
    from matplotlib.transforms import Bbox

    from animator.drawing.theme import Theme
    from animator.experiments.experiment import Experiment
    from animator.experiments.recorder import Recording


class Growing(Protocol):
    """An artist that is only ever added to, a step at a time (a trail, a curve).

    Drawing steps 0 to 3 and then 4 to 7 must give the same pixels as drawing 0 to 7, so
    what overlaps on one panel must be drawn by one growing artist.
    """

    def grow(self, first: int, last: int) -> None:
        """Show, at the next drawing, just what steps first to last add."""

    def draw(self, renderer: RendererBase) -> None:
        """Draw it, as every matplotlib artist does."""

    def get_window_extent(self, renderer: RendererBase | None = None) -> Bbox:
        """Return a box, in pixels, around all that the next drawing will touch."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """What a panel put on its axes besides the background.

    Attributes:
        growing: artists that are only added to.
        moving: artists drawn anew where they changed; all their ink must lie within
            two pixels of their `get_window_extent`.
        update: sets the moving artists to a step, a float that lies between two
            whole numbers while the clip glides from one step to the next. It must
            depend on nothing but that number.
        key: what the signs mean that it uses, such as ``"□ start"``; the scene tells
            each once, below the panels.
    """

    growing: Sequence[Growing] = ()
    moving: Sequence[Artist] = ()
    update: Callable[[float], None] = lambda step: None
    key: Sequence[str] = ()


@runtime_checkable
class Panel(Protocol):
    """One way to show an experiment; write your own with these two members."""

    @property
    def experiment(self) -> Experiment:
        """What it shows; panels that share one experiment share its recording."""

    def draw(self, ax: Axes, recording: Recording, theme: Theme) -> Drawing:
        """Draw the background on the axes, and return what grows and what moves."""
