"""Draws the runs of settings: their starts, their paths, and curves with bands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from animator.drawing.contours import draw_start
from animator.drawing.curves import Curve
from animator.drawing.polyline import Polyline
from animator.experiments.families import band, describe_band, median

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from animator.drawing.theme import Theme
    from animator.experiments.families import Family
    from animator.experiments.recorder import Recording

_THINNEST = 0.4
"""How thin the lines of a large family are, as a multiple of usual ones."""


def line_weight(family: Family) -> float:
    """Return how thick the lines of a setting's runs are, as a multiple of usual."""
    return float(max(_THINNEST, len(family) ** -0.4))


def path_lines(recording: Recording, theme: Theme) -> list[Polyline]:
    """Return the path of each run, in the colour of its setting."""
    return [
        Polyline(
            run.params,
            theme.color(run.setting),
            dash=theme.dash(run.setting),
            weight=line_weight(family),
        )
        for family in recording.families
        for run in family
    ]


def starts_of(recording: Recording) -> dict[tuple[float, float], Family]:
    """Return the places where runs start, each once, with the first family there."""
    starts: dict[tuple[float, float], Family] = {}
    for family in recording.families:
        for run in family:
            x, y = run.params[0].tolist()
            starts.setdefault((x, y), family)
    return starts


def draw_starts(ax: Axes, recording: Recording, theme: Theme) -> None:
    """Mark each place where a run starts by a square."""
    for place, family in starts_of(recording).items():
        draw_start(ax, place, theme, line_weight(family))


def family_curve(
    values: Sequence[NDArray[np.floating]],
    color: str,
    *,
    diverged: bool = False,
    dash: float = 0.0,
) -> Curve:
    """Return the curve of a setting: of its only run, or the median with a band.

    Args:
        values: of each run (steps + 1,).
        color: of the setting.
        diverged: whether the runs, or half of them, have diverged.
        dash: how long its dashes are, in widths of the line; 0 for none.
    """
    if len(values) == 1:
        return Curve(values[0], color, diverged, dash=dash)
    low, high = band(values)
    same = np.array_equal(low, high, equal_nan=True)
    limits = None if same else (low, high)
    return Curve(median(values), color, diverged, dash=dash, band=limits)


def band_key(recording: Recording) -> list[str]:
    """Return what the lines and the bands of curves show, if there are bands."""
    counts = dict.fromkeys(len(f) for f in recording.families if len(f) > 1)
    bands = " or ".join(map(describe_band, counts))
    return [f"━ median, ▒ {bands}"] if bands else []
