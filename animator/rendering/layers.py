"""Sorts the artists of a figure into background, growing and moving.

The painter draws the background once, adds what grows to it, and draws what moves above
both. So that its frames are those of a figure that is drawn in full, what lies above
something that grows or moves is drawn as what moves is.
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
"""The z-order at which what grows, what moves and what lies above them begins."""


@dataclass(frozen=True, slots=True)
class Layers:
    """The artists that are not the background, in the order in which they are drawn.

    Attributes:
        growing: what only grows; it lies below all that moves.
        moving: what moves, and what lies above something that grows or moves.
        updates: set the artists that grow above something that moves to a step.
    """

    growing: Sequence[Growing]
    moving: Sequence[Artist]
    updates: Sequence[Callable[[float], None]]


@dataclass(slots=True)
class _Group:
    """The artists of an axes, or those of a figure beside its axes, as drawn."""

    bbox: BboxBase
    artists: list[Any]
    has_grown: bool = False
    has_moved: bool = False
    below: list[_Group] = field(default_factory=list)
    """The earlier groups that it overlaps, and itself."""


def sort_layers(figure: Figure, drawings: Sequence[Drawing]) -> Layers:
    """Sort the artists of a figure on which drawings were made, and set their z-orders.

    An artist lies above another one if its z-order is higher. Where they are equal,
    what grows lies above the background, and what moves lies above both.

    Args:
        figure: the figure.
        drawings: of its panels.
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
    moving += [artist for artist in kinds if artist not in found]  # parts of others
    lifted = [a for a in moving if kinds.get(a) == _GROWS]
    return Layers(growing, moving, [_growth(artist) for artist in lifted])


def _groups(figure: Figure, kinds: dict[Any, int]) -> list[_Group]:
    """Return the artists of a figure in groups, in the order of drawing."""
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
    """Yield what an axes draws, one after the other; its insets in their places."""
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
    """Return whether an axes draws its child."""
    ax: Any = artist.axes
    if isinstance(artist, Axis | Spine) and not ax.axison:
        return False
    return not isinstance(artist, Spine) or bool(ax.get_frame_on())


def _lift(artists: Sequence[Artist], kinds: dict[Any, int]) -> list[Artist]:
    """Sort artists, and set their z-orders so that matplotlib has the same order."""
    placed = sorted(artists, key=lambda a: (a.get_zorder(), kinds.get(a, _STILL)))
    first = next((i for i, a in enumerate(placed) if _is_live(a, kinds)), len(placed))
    base = max([_LIFTED, *(a.get_zorder() + 1 for a in placed[:first])])
    for index, artist in enumerate(placed[first:]):
        artist.set_zorder(base + index)
    return placed


def _is_live(artist: Artist, kinds: dict[Any, int]) -> bool:
    """Return whether an artist, or one in it, grows or moves."""
    if isinstance(artist, Axes):
        return any(_is_live(child, kinds) for child in artist.get_children())
    return artist in kinds


def _overlap(one: BboxBase, other: BboxBase) -> bool:
    """Return whether two boxes have more than an edge in common."""
    common = Bbox.intersection(one, other)
    return common is not None and min(common.width, common.height) > 1


def _growth(artist: Any) -> Callable[[float], None]:
    """Return what lets a growing artist grow from its start to a step."""
    at = -1

    def update(step: float) -> None:
        nonlocal at
        if int(step) != at:
            at = int(step)
            artist.grow(0, at)
            artist.stale = True

    return update


def places_titles(artists: Iterable[object]) -> bool:
    """Return whether there are artists that an axes places when it is drawn in full."""
    return any(isinstance(a, Axis) or type(a) is Text for a in artists)
