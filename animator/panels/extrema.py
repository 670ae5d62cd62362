"""Finds the marks of a loss map: its minima or maximum, and the start of the runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from animator.drawing.mark_names import Mark
from animator.drawing.markers import ring_width
from animator.drawing.setting_runs import starts_of
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
    """Return the known minima of a problem, or else the lowest point of its map.

    The result is empty for a flat map, for a map without finite losses, and if the
    lowest point is on the border: the loss goes on to fall beyond it.

    Args:
        landscape: the map.
        problem: the problem of the map.
        extremum: ``"minimum"`` or ``"maximum"``; the maximum is always the highest
            point of the map.
        penalty: the weight decay that the map includes. If it is not 0, the minima that
            the problem knows are not those of the map, and are ignored.
    """
    if extremum == "maximum":
        return _inside(landscape, landscape.maximum[:2])
    known = problem.known_minima if isinstance(problem, WithMinima) else ()
    if known and not penalty:
        return known
    return _inside(landscape, landscape.minimum[:2])


def _inside(
    landscape: LossMap, place: tuple[float, float]
) -> Sequence[tuple[float, float]]:
    """Return the place of an extremum, if it is not on the border of the map."""
    x, y = place
    is_inside = x not in landscape.x[[0, -1]] and y not in landscape.y[[0, -1]]
    return [place] if is_inside and not landscape.is_flat else []


def marks_to_name(
    extremum: Extremum,
    extrema: Sequence[tuple[float, float]],
    recording: Recording,
    theme: Theme,
) -> list[Mark]:
    """Return the marks to name: at most one start and one extremum."""
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
