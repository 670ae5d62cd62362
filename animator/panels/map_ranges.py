"""Chooses the number of points, the ranges and the aspect of loss maps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from animator.drawing.axis_ranges import fit_range, non_diverging_runs
from animator.problems import CostlyMap, PlaneProblem

if TYPE_CHECKING:
    from animator.experiments.recorder import Recording
    from animator.problems import Problem

Range = tuple[float, float]
Aspect = Literal["equal", "auto"]

_POINTS = 201
"""Grid points along each axis, unless the panel or the problem sets another number."""
_UNEVEN = 20.0
"""Scales are not equal if one range is longer than the other by this factor."""
_NARROW = 0.4
"""A range that is shorter than this fraction of the other one is extended."""


def map_points(problem: Problem, points: int | None) -> int:
    """Return the number of grid points along each axis: the panel's, or the default."""
    if points is not None:
        return points
    return problem.map_points if isinstance(problem, CostlyMap) else _POINTS


def penalty_label(problem: Problem, penalty: float) -> str:
    """Return the label of the colour bar if the map includes a penalty."""
    if not penalty:
        return ""
    return f"loss + {penalty / 2:g} ({problem.x.label}² + {problem.y.label}²)"


def map_aspect(problem: Problem, aspect: Aspect | None) -> Aspect:
    """Return the aspect of a map: the panel's, or the default.

    The default is ``"equal"`` if both coordinates have the same unit.
    """
    if aspect is not None:
        return aspect
    wide = problem.x.high - problem.x.low
    high = problem.y.high - problem.y.low
    is_even = 1 / _UNEVEN < wide / high < _UNEVEN
    return "equal" if _has_one_unit(problem) and is_even else "auto"


def map_ranges(
    recording: Recording,
    xlim: Range | None,
    ylim: Range | None,
    aspect: Aspect | None,
    *,
    fit_paths: bool,
) -> tuple[Range, Range]:
    """Return the ranges of a panel; fit those that it does not give to the paths.

    If the scales are equal, a range that is not given is extended if it is much shorter
    than the other one.
    """
    paths = np.concatenate([run.params for run in non_diverging_runs(recording)])
    problem = recording.problem
    x, y = (
        fit_range(drawn.low, drawn.high, values)
        if fit_paths
        else (drawn.low, drawn.high)
        for drawn, values in zip((problem.x, problem.y), paths.T, strict=True)
    )
    x, y = xlim or x, ylim or y
    if aspect is None and map_aspect(problem, None) == "equal":
        wide, high = x[1] - x[0], y[1] - y[0]
        if high < _NARROW * wide and ylim is None:
            y = _extended(y, 0.5 * wide)
        elif wide < _NARROW * high and xlim is None:
            x = _extended(x, 0.5 * high)
    return x, y


def _has_one_unit(problem: Problem) -> bool:
    """Return whether both coordinates have the same unit, judging by their names."""
    names = {problem.x.name, problem.y.name}
    return names == {"x", "y"} or isinstance(problem, PlaneProblem)


def _extended(limits: Range, length: float) -> Range:
    """Return a range of a given length with the same centre."""
    middle = (limits[0] + limits[1]) / 2
    return middle - length / 2, middle + length / 2
