"""Draws the runs of settings: their starts, paths, and curves with bands."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from animator.drawing.curves import Curve
from animator.drawing.map_marks import draw_start
from animator.drawing.offsets import path_offsets
from animator.drawing.polyline import Polyline
from animator.experiments.families import band, describe_band, finite_median

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from animator.drawing.theme import Theme
    from animator.experiments.families import Family
    from animator.experiments.recorder import Recording

_DROP = 0.8
"""A learning rate drops if its ratio to the one before is at most this."""
_THINNEST = 0.4
"""The smallest width of the lines of many runs, as a multiple of the usual width."""


def line_weight(family: Family) -> float:
    """Return the width of the lines of a setting's runs, as a multiple of the usual."""
    return float(max(_THINNEST, len(family) ** -0.4))


def path_lines(
    recording: Recording,
    theme: Theme,
    *,
    alpha: float = 1.0,
    has_dots: bool = True,
    events: bool = False,
    is_set_off: bool = False,
) -> list[Polyline]:
    """Return the path of each run, in the colour of its setting.

    Args:
        recording: the recording of the runs.
        theme: the colours.
        alpha: the opacity of the lines, 0 to 1.
        has_dots: whether to draw a dot at each step.
        events: whether to mark drops of the learning rate.
        is_set_off: whether to draw paths that coincide side by side.
    """
    problem = recording.problem
    runs = [(family, run) for family in recording.families for run in family]
    offsets: list[NDArray[np.float64] | None] = [None] * len(runs)
    if is_set_off:
        sides = problem.x.high - problem.x.low, problem.y.high - problem.y.low
        offsets = [*path_offsets([run.params for _, run in runs], sides)]
    return [
        Polyline(
            run.params,
            theme.color(run.setting),
            dash=theme.dash(run.setting),
            weight=line_weight(family),
            alpha=alpha,
            has_dots=has_dots,
            events=frozenset(rate_drops(run.lr[:, 0]) if events else ()),
            offsets=own,
            owner=run.label,
        )
        for (family, run), own in zip(runs, offsets, strict=True)
    ]


def rate_drops(rates: NDArray[np.floating]) -> list[int]:
    """Return the steps at which a learning rate (steps + 1,) drops by a fifth or more.

    A schedule that lowers the rate gradually has none.
    """
    return [
        step + 1
        for step, (before, after) in enumerate(pairwise(rates.tolist()))
        if after <= _DROP * before
    ]


def starts_of(recording: Recording) -> dict[tuple[float, float], Family]:
    """Return the distinct starts of runs, each with the first runs that start there."""
    starts: dict[tuple[float, float], Family] = {}
    for family in recording.families:
        for run in family:
            x, y = run.params[0].tolist()
            starts.setdefault((x, y), family)
    return starts


def draw_starts(ax: Axes, recording: Recording, theme: Theme) -> None:
    """Mark each start of a run by a square."""
    for place, family in starts_of(recording).items():
        draw_start(ax, place, theme, line_weight(family))


def family_curve(
    values: Sequence[NDArray[np.floating]],
    color: str,
    *,
    diverged: bool = False,
    dash: float = 0.0,
    owner: str = "",
) -> Curve:
    """Return the curve of a setting: that of its single run, or a median with a band.

    Args:
        values: the values of each run (steps + 1,).
        color: the colour of the setting.
        diverged: whether at least half of the runs diverged.
        dash: the length of dashes, in line widths; 0 for a solid line.
        owner: the label of the setting.
    """
    if len(values) == 1:
        return Curve(values[0], color, diverged, dash=dash, owner=owner)
    low, high = band(values)
    same = np.array_equal(low, high, equal_nan=True)
    limits = None if same else (low, high)
    median = finite_median(values)
    return Curve(median, color, diverged, dash=dash, band=limits, owner=owner)


def band_key(recording: Recording) -> list[str]:
    """Return the key of curves with bands; empty if there are none."""
    counts = dict.fromkeys(len(f) for f in recording.families if len(f) > 1)
    bands = " or ".join(map(describe_band, counts))
    return [f"line: median, band: {bands}"] if bands else []
