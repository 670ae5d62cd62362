"""The result of drawing a panel: its growing and its moving artists."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from matplotlib.artist import Artist
from matplotlib.axis import Axis

if TYPE_CHECKING:
    from matplotlib.backend_bases import RendererBase
    from matplotlib.transforms import Bbox


class Growing(Protocol):
    """An artist that only grows, step by step, such as a trail or a curve.

    Drawing steps 0 to 3 and then 4 to 7 must give the same pixels as drawing steps 0 to
    7. Therefore a single growing artist must draw all parts of a panel that overlap.
    """

    def grow(self, first: int, last: int) -> None:
        """Restrict the next drawing to the part that steps first to last add."""

    def draw(self, renderer: RendererBase) -> None:
        """Draw the artist, as in matplotlib."""

    def get_window_extent(self, renderer: RendererBase | None = None) -> Bbox:
        """Return a box, in pixels, around all that the next drawing will change."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """The artists of a panel that change during a clip; ``+`` joins two drawings.

    Attributes:
        growing: the artists that only grow.
        moving: the artists that move, and are redrawn where they changed. They must not
            draw more than two pixels outside their `get_window_extent`.
        update: a function that sets the moving artists to a step, a float; it lies
            between two integers while the clip moves from one step to the next. The
            result must depend only on this number.
        key: explanations of the symbols on the panel, such as ``"□ start"``. The scene
            shows each explanation once, below the panels.
        fit: a function that fits the texts of the background to the size of the axes.
            The layout solver calls it several times, for different sizes.
    """

    growing: Sequence[Growing] = ()
    moving: Sequence[Artist] = ()
    update: Callable[[float], None] = lambda step: None
    key: Sequence[str] = ()
    fit: Callable[[], None] = lambda: None

    def __add__(self, other: Drawing) -> Drawing:
        """Return the joined drawing; the artists and the key of `other` come second."""

        def update(step: float) -> None:
            self.update(step)
            other.update(step)

        def fit() -> None:
            self.fit()
            other.fit()

        return Drawing(
            [*self.growing, *other.growing],
            [*self.moving, *other.moving],
            update,
            [*self.key, *other.key],
            fit,
        )


def is_stale(artist: Artist) -> bool:
    """Return whether an artist, or one of its children, changed after it was drawn."""
    if artist.stale or isinstance(artist, Axis):
        return bool(artist.stale)
    return any(map(is_stale, artist.get_children()))
