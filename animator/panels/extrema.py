"""Finds the marks of a map: its minima or its maximum, and where the runs start."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from animator.drawing.families import starts_of
from animator.drawing.mark_names import Mark
from animator.drawing.markers import ring_width
from animator.problems import WithMinima

if TYPE_CHECKING:
    from animator.drawing.theme import Theme
    from animator.experiments.lossmap import LossMap
    from animator.experiments.recorder import Recording
    from animator.problems import Problem

Extremum = Literal["minimum", "maximum"]


def find_extrema(
    landscape: LossMap,
    problem: Problem,
    extremum: Extremum = "minimum",
    penalty: float = 0.0,
) -> Sequence[tuple[float, float]]:
    """Return the minima that a problem knows, or its map's lowest point.

    A map that is flat, or has no finite loss, has none.

    Args:
        landscape: the map.
        problem: whose map it is.
        extremum: which one is meant; of a maximum, it is the map's highest point.
        penalty: of the map; with one, the problem's own minima are others.
    """
    if extremum == "maximum":
        return [] if landscape.is_flat else [landscape.maximum[:2]]
    known = problem.known_minima if isinstance(problem, WithMinima) else ()
    if known and not penalty:
        return known
    return [] if landscape.is_flat else [landscape.minimum[:2]]


def marks_to_name(
    extremum: Extremum,
    extrema: Sequence[tuple[float, float]],
    recording: Recording,
    theme: Theme,
) -> list[Mark]:
    """Return the marks to name: the start and the extremum, one of each."""
    radius = 0.5 * theme.marker_size + 1.6 * theme.line_width
    place = next(iter(starts_of(recording)))
    meeting = {
        run.setting
        for run in recording.trajectories
        if tuple(run.params[0].tolist()) == place
    }
    ring = ring_width(theme.marker_size, 0.9 * theme.line_width, len(meeting))
    start = Mark("start", place, radius + 0.5 * (len(meeting) - 1) * ring)
    return [start, *(Mark(extremum, at, radius) for at in extrema[:1])]
