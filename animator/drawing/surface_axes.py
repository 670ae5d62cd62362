"""The axes of a landscape: x and y along its edges, and losses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.colors import LogNorm
from matplotlib.ticker import MaxNLocator

from animator.drawing.landscape import loss_heights
from animator.drawing.text import sanitize
from animator.drawing.tick_texts import tick_texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.colors import Normalize

    from animator.drawing.camera import Points
    from animator.experiments.lossmap import LossMap
    from animator.problems import Coordinate, Problem


_TICKS, _LEAST = 4, 3
"""Numbers along an axis, about, and how many there are at least."""
_NEAR = 1e-4
"""A tick beyond the end of an axis by less than this fraction of it is at the end."""


@dataclass(frozen=True, slots=True)
class Scale:
    """An axis of the landscape.

    Attributes:
        name: of the axis.
        places: of the ticks, -1 to 1 along the sides and 0 to 1 upward.
        texts: of the ticks.
    """

    name: str
    places: Sequence[float]
    texts: Sequence[str]


def surface_scales(
    landscape: LossMap, norm: Normalize, problem: Problem
) -> tuple[Scale, Scale, Scale]:
    """Return the axes of x, y and the losses."""
    x, y = (
        _side(coordinate, values)
        for coordinate, values in (
            (problem.x, landscape.x),
            (problem.y, landscape.y),
        )
    )
    low, high = float(norm.vmin or 0), float(norm.vmax or 0)
    losses = _ticks(low, high)
    if isinstance(norm, LogNorm):
        powers = np.arange(np.ceil(np.log10(low)), np.floor(np.log10(high)) + 1)
        stride = max(1, len(powers) // _TICKS)
        losses = 10.0 ** powers[::stride] if len(powers) > 1 else losses
    near = _NEAR * (high - low)
    losses = losses[(losses >= low - near) & (losses <= high + near)]
    places = loss_heights(norm, losses)
    # Omit ticks whose labels would overlap.
    kept = [i for i, z in enumerate(places) if i == 0 or z - places[i - 1] > 0.12]
    texts, offset = tick_texts(losses[kept].tolist())
    return x, y, Scale(offset, places[kept].tolist(), texts)


def _side(coordinate: Coordinate, values: Points) -> Scale:
    """Return the axis of a coordinate with ascending values."""
    low, high = float(values[0]), float(values[-1])
    ticks = _ticks(low, high)
    places = 2 * (ticks - low) / (high - low) - 1
    texts, offset = tick_texts(ticks.tolist())
    name = f"{coordinate.label} {offset}".strip()
    return Scale(sanitize(name), places.tolist(), texts)


def _ticks(low: float, high: float) -> Points:
    """Return round numbers of a range (N,), three or more if there are any."""
    near = _NEAR * (high - low)
    for count in range(_TICKS, 2 * _TICKS):
        locator = MaxNLocator(count, steps=[1, 2, 5, 10])
        ticks = np.asarray(locator.tick_values(low, high))
        ticks = ticks[(ticks >= low - near) & (ticks <= high + near)]
        if len(ticks) >= _LEAST:
            break
    return np.asarray(ticks)
