"""Converts trails and their tips to data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from animator.drawing.band import ALPHA
from animator.player.names import css_color

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from animator.drawing.band import Band
    from animator.drawing.polyline import Polyline, Trail
    from animator.drawing.trail import Tip, Trails
    from animator.player.store import Store

Owner = Callable[[str], int | None]
"""Returns the number of the setting with a label, if there is one."""


def trails_item(
    trails: Trails, store: Store, owner: Owner, series: Mapping[bytes, int]
) -> dict[str, Any]:
    """Return the trails of an axes as an item.

    Args:
        trails: the trails.
        store: the store for the arrays.
        owner: finds the settings of trails.
        series: the numbers of the trajectories by the bytes of their parameters.
    """
    theme = trails.trails[0].theme
    return {
        "kind": "trails",
        "trails": [_trail(trail, store, owner, series) for trail in trails.trails],
        "bands": [_band(band, store, owner) for band in trails.bands],
        "pens": {
            "casing": css_color(theme.casing),
            "shade": css_color(theme.shade),
            "stepMark": theme.step_mark,
        },
    }


def tip_item(tip: Tip, trails: Trails, number: int) -> dict[str, Any]:
    """Return the tip of one of some trails; `number` is the number of their item."""
    return {
        "kind": "tip",
        "trails": number,
        "trail": trails.trails.index(tip.trail),
        "head": tip.head,
    }


def _trail(
    trail: Trail, store: Store, owner: Owner, series: Mapping[bytes, int]
) -> dict[str, Any]:
    line = trail.line
    number = series.get(path_key(line.path))

    def pixels(points: float) -> float:
        return round(trail.pixels(points), 4)

    return {
        "owner": owner(line.owner),
        "series": number,
        **_places(line, store, is_curve=trail.is_curve),
        "isCurve": trail.is_curve,
        "isDashed": trail.is_dashed,
        "color": css_color(trail.color),
        "lineColor": css_color(trail.line_color),
        "casingColor": css_color(trail.casing_color),
        "alpha": trail.alpha,
        "width": pixels(trail.width),
        "dot": pixels(trail.dot),
        "casing": pixels(trail.casing),
        "lineWidth": pixels(trail.theme.line_width),
        "dash": trail.dash,
        "hasDots": trail.has_dots,
        "hasMarks": line.has_marks,
        "markSize": pixels(trail.mark_size),
        "events": sorted(trail.events),
        "marker": pixels(trail.marker),
        "rim": pixels(trail.rim),
        "shade": pixels(trail.shade),
        "comet": trail.comet,
        "offsets": None if line.offsets is None else store.array(line.offsets),
    }


def _places(line: Polyline, store: Store, *, is_curve: bool) -> dict[str, Any]:
    """Return the coordinates of a path as one array, or those of a curve as two."""
    if not is_curve:
        points = store.array(line.path)
        return {"x": None, "y": points, "points": points}
    x, y = line.path.T
    is_step = np.array_equal(x, np.arange(len(x)))
    across = None if is_step else store.array(x)
    return {"x": across, "y": store.array(y), "points": None}


def path_key(path: NDArray[np.floating]) -> bytes:
    """Return a key that is equal for equal paths."""
    return np.asarray(path, np.float64).tobytes()


def _band(band: Band, store: Store, owner: Owner) -> dict[str, Any]:
    low, high = band.ends
    return {
        "owner": owner(band.owner),
        "low": store.array(low),
        "high": store.array(high),
        "color": css_color(band.color, ALPHA),
    }
