"""Sorts the artists of a figure into background, growing and moving.

The painter draws the background once, adds growing artists to it, and draws moving
artists above both. Artists that lie above a growing or moving artist count as moving:
only so do its frames equal those of a figure that is drawn in full.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.spines import Spine
from matplotlib.text import Text
from matplotlib.transforms import Bbox, BboxBase

from animator.drawing.drawing import Drawing, Growing

_STILL, _GROWS, _MOVES = range(3)
_LIFTED = 1000.0
"""The z-orders at which growing artists, moving artists and those above them begin."""


@dataclass(frozen=True, slots=True)
class Layers:
    """The artists that are not in the background, in the order of drawing.

    Attributes:
        growing: artists that only grow; they lie below all that move.
        moving: artists that move, or lie above one that grows or moves.
        updates: functions of the step, which update growing artists that lie above a
            moving one.
    """

    growing: Sequence[Growing]
    moving: Sequence[Artist]
    updates: Sequence[Callable[[float], None]]


@dataclass(slots=True)
class _Group:
    """The artists of an axes, or a figure's own artists, in the order of drawing."""

    bbox: BboxBase
    artists: list[Any]
    has_grown: bool = False
    has_moved: bool = False
    below: list[_Group] = field(default_factory=list)
    """The earlier groups that this one overlaps, and the group itself."""


def sort_layers(figure: Figure, drawings: Sequence[Drawing]) -> Layers:
    """Sort the artists of a figure into layers, and set their z-orders.

    An artist lies above another one if its z-order is higher. If they are equal,
    growing artists lie above the background, and moving artists above both.

    Args:
        figure: the figure, with all panels drawn.
        drawings: the drawings of its panels.
    """
    kinds: dict[Any, int] = {}
    for drawing in drawings:
        kinds |= dict.fromkeys(drawing.growing, _GROWS)
        kinds |= dict.fromkeys(drawing.moving, _MOVES)
    for artist in kinds:
        artist.set_in_layout(False)
    groups = _groups(figure, kinds)
    growing: list[Any] = []
    moving: list[Any] = []
    for group in groups:
        for artist in group.artists:
            kind = kinds.get(artist, _STILL)
            is_over = any(other.has_moved for other in group.below)
            if kind == _GROWS and not is_over:
                growing.append(artist)
                group.has_grown = True
            elif kind != _STILL or any(g.has_grown or g.has_moved for g in group.below):
                moving.append(artist)
                group.has_moved = True
    found = {*growing, *moving}
    moving += [a for a in kinds if a not in found]  # these are parts of other artists
    lifted = [a for a in moving if kinds.get(a) == _GROWS]
    return Layers(growing, moving, [_growth(artist) for artist in lifted])


def _groups(figure: Figure, kinds: dict[Any, int]) -> list[_Group]:
    """Return the groups of a figure's artists, in the order of drawing."""
    axes: list[Axes] = sorted(figure.axes, key=lambda ax: ax.get_zorder())
    groups: list[_Group] = []
    for ax in axes:
        if not ax.get_visible():
            continue
        group = _Group(ax.bbox, list(_leaves(ax, kinds)))
        group.below = [*(g for g in groups if _overlap(g.bbox, ax.bbox)), group]
        groups.append(group)
    others = [a for a in figure.get_children() if not isinstance(a, Axes)]
    rest = _Group(figure.bbox, _lift(others, kinds))
    rest.below = [rest]
    return [*groups, rest]


def _leaves(ax: Axes, kinds: dict[Any, int]) -> Iterator[Artist]:
    """Yield the artists of an axes and of its insets, in the order of drawing."""
    if ax.axison and ax.get_frame_on():
        yield ax.patch
    children = [
        child for child in ax.get_children() if child is not ax.patch and _drawn(child)
    ]
    for child in _lift(children, kinds):
        if isinstance(child, Axes):
            yield from _leaves(child, kinds)
        else:
            yield child


def _drawn(artist: Artist) -> bool:
    """Return whether an axes draws this child."""
    ax: Any = artist.axes
    if isinstance(artist, Axis | Spine) and not ax.axison:
        return False
    return not isinstance(artist, Spine) or bool(ax.get_frame_on())


def _lift(artists: Sequence[Artist], kinds: dict[Any, int]) -> list[Artist]:
    """Sort artists, and set their z-orders so that matplotlib draws in this order."""
    placed = sorted(artists, key=lambda a: (a.get_zorder(), kinds.get(a, _STILL)))
    first = next((i for i, a in enumerate(placed) if _is_live(a, kinds)), len(placed))
    base = max([_LIFTED, *(a.get_zorder() + 1 for a in placed[:first])])
    for index, artist in enumerate(placed[first:]):
        artist.set_zorder(base + index)
    return placed


def _is_live(artist: Artist, kinds: dict[Any, int]) -> bool:
    """Return whether an artist, or a part of it, grows or moves."""
    if isinstance(artist, Axes):
        return any(_is_live(child, kinds) for child in artist.get_children())
    return artist in kinds


def _overlap(one: BboxBase, other: BboxBase) -> bool:
    """Return whether two boxes have more than an edge in common."""
    common = Bbox.intersection(one, other)
    return common is not None and min(common.width, common.height) > 1


def _growth(artist: Any) -> Callable[[float], None]:
    """Return a function of the step that draws all that an artist adds until then."""
    at = -1

    def update(step: float) -> None:
        nonlocal at
        if int(step) != at:
            at = int(step)
            artist.grow(0, at)
            artist.stale = True

    return update


def places_titles(artists: Iterable[object]) -> bool:
    """Return whether some artists are placed only when their axes are drawn in full."""
    return any(isinstance(a, Axis) or type(a) is Text for a in artists)
