"""Families, which are the runs of one setting with several seeds; their medians."""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from animator.base.errors import RenderWarning
from animator.experiments.trajectory import Outcome, Trajectory

_FEW = 10
"""With fewer runs, a band extends from the lowest to the highest value."""

Family = tuple[Trajectory, ...]
"""The runs of one setting, in the order of its seeds."""
Values = NDArray[np.floating]


def families_of(trajectories: Iterable[Trajectory]) -> list[Family]:
    """Group trajectories by setting."""
    groups = itertools.groupby(trajectories, lambda run: (run.setting, run.label))
    return [tuple(runs) for _, runs in groups]


def without_copies(caller: str, family: Family) -> Family:
    """Return the runs of a setting, or only the first one if all are identical.

    Warns:
        RenderWarning: all runs are identical.
    """
    first = family[0]
    if len(family) == 1 or not all(
        np.array_equal(run.params, first.params, equal_nan=True)
        and np.array_equal(run.loss, first.loss, equal_nan=True)
        for run in family[1:]
    ):
        return family
    warnings.warn(
        f"{caller}: {first.label!r}: all {len(family)} seeds give the same run, so one "
        "is drawn; leave seeds out, or give batch_size, or a random function as start",
        RenderWarning,
        stacklevel=4,
    )
    return family[:1]


def median_run(family: Family) -> Trajectory:
    """Return the median of the runs of a setting, or its only run.

    The loss of a diverged run counts as infinite, so the median diverges when half of
    the runs have diverged. Its distance off the plane is the maximum over the runs.
    """
    first = family[0]
    if len(family) == 1:
        return first
    loss = median(losses(family))
    steps = len(loss) - 1
    diverged = np.isinf(loss)
    outcome = Outcome(bool(diverged.any()), steps)
    if diverged.any():
        outcome = Outcome(True, int(diverged.argmax()))
    loss[diverged] = np.nan
    names = [*first.series, "gradient norm"]
    off = [run.off_plane for run in family if run.off_plane is not None]
    return replace(
        first,
        params=_over_runs(np.nanmedian, [run.params for run in family]),
        loss=loss,
        gradient=np.full_like(first.gradient, np.nan),
        outcome=outcome,
        lr=_over_runs(np.nanmedian, [run.lr for run in family]),
        off_plane=_over_runs(np.nanmax, off) if off else None,
        seed=None,
        series={name: median([run.values(name) for run in family]) for name in names},
        details=None,
    )


def losses(family: Family, name: str = "loss") -> list[NDArray[np.float64]]:
    """Return the losses of the runs, each (steps + 1,).

    If there are several runs, the loss of a run after its divergence is infinite.

    Args:
        family: the runs of one setting.
        name: the series, ``"loss"`` or ``"validation loss"``.
    """
    found = []
    for run in family:
        loss = run.values(name).astype(np.float64)
        if run.outcome.diverged and len(family) > 1:
            loss[run.outcome.step :] = np.inf
        found.append(loss)
    return found


def median(values: Sequence[Values]) -> Values:
    """Return the median (M,) of arrays (M,), ignoring NaN."""
    return _over_runs(np.nanmedian, values)


def finite_median(values: Sequence[Values]) -> Values:
    """Return the median (M,) of arrays (M,), with NaN where it is infinite."""
    found = median(values)
    return np.where(np.isinf(found), np.nan, found)


def band(values: Sequence[Values]) -> tuple[Values, Values]:
    """Return the lower and upper ends (M,) of the band of arrays (M,).

    For ten or more arrays the band contains the middle 80 % of the values, otherwise
    all values. The ends are not interpolated.
    """
    if len(values) < _FEW:
        return _over_runs(np.nanmin, values), _over_runs(np.nanmax, values)
    ends = (
        partial(np.nanpercentile, q=percent, method="nearest") for percent in (10, 90)
    )
    low, high = (_over_runs(end, values) for end in ends)
    return low, high


def describe_band(count: int) -> str:
    """Describe the band of a number of runs, for the legend."""
    return f"{'lowest to highest' if count < _FEW else '10–90 %'} of {count} seeds"


def _over_runs(function: Callable[..., Values], values: Sequence[Values]) -> Values:
    """Apply a NumPy function along the axis of runs, without warnings about NaN."""
    with warnings.catch_warnings():  # where all values are NaN, so is the result
        warnings.simplefilter("ignore", RuntimeWarning)
        return function(np.stack(values), axis=0)
