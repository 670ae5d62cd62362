"""Hides a map's colour bar if the map to its right has the same one."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING

from animator.rendering.layout import spec_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def hide_repeated(places: Sequence[tuple[Axes, Axes, Hashable]]) -> None:
    """Hide the bars of a column if each has an equal bar to its right.

    Args:
        places: for each panel of one grid, the axes of its map, its bar, and the
            scale that the bar shows.
    """
    columns: dict[int, list[tuple[Axes, Axes, Hashable]]] = {}
    for place in places:
        columns.setdefault(spec_of(place[0]).colspan.start, []).append(place)
    for column, own in columns.items():
        right = {
            (spec_of(ax).rowspan, scale)
            for ax, _, scale in places
            if spec_of(ax).colspan.start > column
        }
        if all((spec_of(ax).rowspan, scale) in right for ax, _, scale in own):
            for _, bar, _ in own:
                for part in bar.findobj():  # the painter may draw each separately
                    part.set_visible(False)
