"""What a panel returns: its growing and its moving artists."""

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
    """An artist that is only ever added to, a step at a time (a trail, a curve).

    Drawing steps 0 to 3 and then 4 to 7 must give the same pixels as drawing 0 to 7, so
    what overlaps on one panel must be drawn by one growing artist.
    """

    def grow(self, first: int, last: int) -> None:
        """Show, at the next drawing, only what steps first to last add."""

    def draw(self, renderer: RendererBase) -> None:
        """Draw it, as every matplotlib artist does."""

    def get_window_extent(self, renderer: RendererBase | None = None) -> Bbox:
        """Return a box, in pixels, around all that the next drawing will touch."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """What a panel drew on its axes besides the background; ``+`` joins two.

    Attributes:
        growing: artists that are only added to.
        moving: artists drawn again where they changed. All that they draw must lie
            within two pixels of their `get_window_extent`.
        update: sets the moving artists to a step, a float that lies between two
            integers while the clip glides from one step to the next. It must depend
            on nothing but that number.
        key: what the symbols on the panel mean, such as ``"□ start"``; the scene
            explains each once, below the panels.
        fit: fits the texts of the background to the size of the axes. It is called
            several times while the layout is solved, each time with other sizes.
    """

    growing: Sequence[Growing] = ()
    moving: Sequence[Artist] = ()
    update: Callable[[float], None] = lambda step: None
    key: Sequence[str] = ()
    fit: Callable[[], None] = lambda: None

    def __add__(self, other: Drawing) -> Drawing:
        """Return both as one: the artists and the key of `other` come second."""

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
    """Return whether an artist, or a part of it, has changed since it was drawn."""
    if artist.stale or isinstance(artist, Axis):
        return bool(artist.stale)
    return any(map(is_stale, artist.get_children()))
