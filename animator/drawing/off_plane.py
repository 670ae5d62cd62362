"""Writes the distance of each run from the plane of the map at the current step."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from animator.drawing.drawing import Drawing
from animator.drawing.heading import place_label, place_readout
from animator.drawing.room import axes_box

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from animator.drawing.theme import Theme
    from animator.experiments.recorder import Recording
    from animator.experiments.trajectory import Trajectory

_DOT, _NUMBER, _GAP = 1.1, 4.3, 0.7
"""The space for a dot, a distance and a gap, in multiples of the font size."""
_TEXT = "off the plane"


def draw_off_plane(ax: Axes, recording: Recording, theme: Theme) -> Drawing:
    """Write the distance of each run from the plane, just above the axes.

    If there is not enough space for all runs, write only the largest distance.
    """
    runs, size, up = recording.medians, theme.label_size, 0.55 * theme.label_size
    key = ["╌ on the plane"]
    width = (len(runs) * (_DOT + _NUMBER + _GAP) + 0.62 * len(_TEXT)) * size
    if len(runs) == 1 or width > axes_box(ax)[2]:
        farthest = place_readout(ax, 0.0, up, theme, ha="left")
        prefix = "≤ " if len(runs) > 1 else ""

        def update(step: float) -> None:
            distance = max(distance_at(run, step) for run in runs)
            farthest.set_text(f"{prefix}{format_distance(distance)} {_TEXT}")

        return Drawing(moving=[farthest], update=update, key=key)
    drawing, right = Drawing(key=key), 0.0
    for run in runs:
        place_label(ax, 0, up, "●", right, theme.color(run.setting), size)
        right += (_DOT + _NUMBER) * size
        drawing += _draw_distance(ax, run, up, right, theme)
        right += _GAP * size
    place_label(ax, 0, up, _TEXT, right, theme.text, size)
    return drawing


def _draw_distance(
    ax: Axes, run: Trajectory, up: float, right: float, theme: Theme
) -> Drawing:
    """Write the distance of a run; it ends `right` points from the axes' left edge."""
    readout = place_readout(ax, 0.0, up, theme, ha="right", right=right)
    readout.set_label(run.label)

    def update(step: float) -> None:
        readout.set_text(format_distance(distance_at(run, step)))

    return Drawing(moving=[readout], update=update)


def distance_at(run: Trajectory, step: float) -> float:
    """Return the distance of a run from the plane at a step, or at its end."""
    if run.off_plane is None:
        return 0.0
    last = max(run.outcome.step - run.outcome.diverged, 0)
    return float(run.off_plane[min(int(step), last)])


def format_distance(distance: float) -> str:
    """Format a distance in at most seven characters."""
    if not math.isfinite(distance):
        return "–"
    if 0 < distance < 1e-3:
        return f"{distance:.1e}"
    return f"{distance:.3f}" if distance < 10 else f"{distance:.4g}"
