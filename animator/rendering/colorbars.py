"""Hides the colour bars of maps that have the same one to their right."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING

from animator.rendering.layout import spec_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def hide_repeated(places: Sequence[tuple[Axes, Axes, Hashable]]) -> None:
    """Hide the bars of each column whose maps all have the same bar to their right.

    Args:
        places: of the panels of one grid: the axes of a map, its bar, and the scale
            that the bar explains.
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
                for part in bar.findobj():  # each may be drawn by itself
                    part.set_visible(False)
