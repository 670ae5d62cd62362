"""The axes of a landscape: x and y along its edges, and losses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.colors import LogNorm
from matplotlib.ticker import MaxNLocator

from animator.drawing.floor import Scale
from animator.drawing.landscape import loss_heights
from animator.drawing.numbers import format_number
from animator.drawing.text import sanitize
from animator.drawing.ticks import tick_labels

if TYPE_CHECKING:
    from matplotlib.colors import Normalize

    from animator.drawing.camera import Points
    from animator.experiments.lossmap import LossMap
    from animator.problems import Coordinate, Problem


_TICKS = 4
"""The approximate number of ticks of an axis."""


_DIGITS = 9
"""The significant digits of losses that are nearly the same."""
_NEAR = 1e-4
"""A tick beyond the end of an axis by less than this fraction of it is at the end."""


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
    texts = [f"{losses[i]:g}".replace("-", "\N{MINUS SIGN}") for i in kept]
    if len(set(texts)) < len(texts):
        texts = [format_number(float(losses[i]), _DIGITS) for i in kept]
    return x, y, Scale("", places[kept].tolist(), texts)


def _side(coordinate: Coordinate, values: Points) -> Scale:
    """Return the axis of a coordinate with ascending values."""
    low, high = float(values[0]), float(values[-1])
    ticks = _ticks(low, high)
    places = 2 * (ticks - low) / (high - low) - 1
    texts, offset = tick_labels(ticks.tolist())
    name = f"{coordinate.label} {offset}".strip()
    return Scale(sanitize(name), places.tolist(), texts)


def _ticks(low: float, high: float) -> Points:
    """Return round numbers (N,) in a range."""
    ticks = np.asarray(MaxNLocator(_TICKS, steps=[1, 2, 5, 10]).tick_values(low, high))
    near = _NEAR * (high - low)
    return np.asarray(ticks[(ticks >= low - near) & (ticks <= high + near)])
