"""The hyperparameters that a search tries: a grid, or proposals of optuna."""

from __future__ import annotations

import importlib.util
import itertools
import math
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from animator.base.checks import is_number, quoted
from animator.base.errors import SceneError

if TYPE_CHECKING:
    Code = tuple[float, ...]
    """A number for each hyperparameter: its value, or its index in a list of values."""

_FEWEST = 5
"""The minimum number of values of a range in a grid of several hyperparameters."""
_DIGITS = 3
"""The significant digits of a value that optuna proposes."""


@dataclass(frozen=True, slots=True)
class LogRange:
    """A range of positive numbers with a logarithmic scale."""

    low: float
    high: float

    def values(self, count: int) -> list[float]:
        """Return `count` numbers, including the ends, with as few digits as possible.

        The ratio of neighbours is constant, up to rounding to two or more digits. The
        numbers are the same on all machines.
        """
        if count == 1:
            return [rounded(math.sqrt(self.low * self.high), 2)]
        exact = np.geomspace(self.low, self.high, count)[1:-1].tolist()
        for digits in range(2, 17):
            found = [self.low, *(rounded(v, digits) for v in exact), self.high]
            if all(a < b for a, b in itertools.pairwise(found)):
                return found
        raise SceneError(
            f"log_range({self.low!r}, {self.high!r}) is too narrow for {count} "
            "numbers; widen it"
        )


Space = Mapping[str, LogRange | Sequence[Any]]
"""Hyperparameters by torch's names, each a range or a list of values."""


def log_range(low: float, high: float) -> LogRange:
    """Return a range with a logarithmic scale, as a search space for `tune`.

    Args:
        low: the smallest number, above 0.
        high: the largest number.

    Returns:
        The range.

    Raises:
        SceneError: the arguments are not numbers with 0 < low < high.
    """
    if not (is_number(low) and is_number(high) and 0 < low < high):
        raise SceneError(
            f"log_range: the ends are {quoted(low)} and {quoted(high)}; give two "
            "numbers above 0, the smaller one first"
        )
    return LogRange(float(low), float(high))


def check_space(space: object, caller: str) -> Space:
    """Return a search space, with lists converted to tuples.

    Raises:
        SceneError: the space is not a dict of ranges and lists.
    """
    if not isinstance(space, Mapping) or not space:
        raise SceneError(
            f"{caller}: hyperparameters are {quoted(space)}; give a dict such as "
            "{'lr': log_range(1e-4, 1)}"
        )
    found: dict[str, LogRange | Sequence[Any]] = {}
    for name, values in space.items():
        if getattr(values, "ndim", None) == 1 and hasattr(values, "tolist"):
            values = values.tolist()  # of an array, such as np.logspace(-4, 0, 5)
        if isinstance(values, LogRange):
            found[name] = values
        elif isinstance(values, list | tuple | range) and len(values):
            found[name] = tuple(values)
        else:
            raise SceneError(
                f"{caller}: {name} is {quoted(values)}; give log_range(low, high), or "
                "a list of values, such as "
                f"{'[0.01, 0.1]' if values == [] else f'[{quoted(values)}]'}"
            )
    return found


def grid(space: Space, trials: int) -> list[Code] | None:
    """Return a grid of at most `trials` points, or None if it would be too coarse.

    The grid includes all values of a list. With several hyperparameters, it includes at
    least five values of each range; a single range gets one value for each trial.
    """
    lists = [range(len(v)) for v in space.values() if not isinstance(v, LogRange)]
    ranges = [values for values in space.values() if isinstance(values, LogRange)]
    combinations = list(itertools.product(*lists))
    if not ranges:
        if len(combinations) > trials:
            return None
        return [_merged(space, chosen, ()) for chosen in combinations]
    each = trials // len(combinations)
    if len(space) > 1 and each < _FEWEST ** len(ranges):
        return None
    sizes = _sizes(max(each, 1), len(ranges))
    axes = [r.values(size) for r, size in zip(ranges, sizes, strict=True)]
    points = [
        _merged(space, chosen, at)
        for chosen in combinations
        for at in itertools.product(*axes)
    ]
    return sorted(points)


def _sizes(points: int, axes: int) -> list[int]:
    """Return the number of values along each axis of a grid of at most `points`."""
    sizes = [1] * axes
    while True:
        smallest = sizes.index(min(sizes))
        larger = [*sizes[:smallest], sizes[smallest] + 1, *sizes[smallest + 1 :]]
        if math.prod(larger) > points:
            return sizes
        sizes = larger


def _merged(space: Space, indices: Sequence[int], numbers: Sequence[float]) -> Code:
    """Merge the indices of lists and the numbers of ranges, in the space's order."""
    index, number = iter(indices), iter(numbers)
    return tuple(
        next(number) if isinstance(values, LogRange) else float(next(index))
        for values in space.values()
    )


def decoded(space: Space, code: Code) -> dict[str, Any]:
    """Return the hyperparameters of a code, by name."""
    return {
        name: number if isinstance(values, LogRange) else values[int(number)]
        for (name, values), number in zip(space.items(), code, strict=True)
    }


def check_searchable(space: Space, trials: int, caller: str) -> None:
    """Raise `SceneError` if a search needs optuna and it is not installed."""
    if grid(space, trials) is not None or importlib.util.find_spec("optuna"):
        return
    needed = math.prod(
        _FEWEST if isinstance(values, LogRange) else len(values)
        for values in space.values()
    )
    raise SceneError(
        f"{caller}: {trials} trials are too few for a grid of {', '.join(space)}; give "
        f"at least trials={needed}, or install optuna: pip install optuna"
    )


def proposals(space: Space, trials: int, seed: int) -> Generator[Code, float, None]:
    """Yield the hyperparameters of each trial; the caller sends back the trial's cost.

    They are the points of the `grid` if there is one. Otherwise they are proposed by
    optuna's TPE sampler.

    Source: J. Bergstra et al., Algorithms for Hyper-Parameter Optimization, 2011.
    """
    points = grid(space, trials)
    if points is not None:
        for point in points:
            _ = yield point
        return
    import optuna

    verbosity = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    try:
        study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=seed))
    finally:
        optuna.logging.set_verbosity(verbosity)
    for _ in range(trials):
        trial = study.ask()
        cost = yield tuple(
            _within(
                values, trial.suggest_float(name, values.low, values.high, log=True)
            )
            if isinstance(values, LogRange)
            else float(trial.suggest_categorical(name, tuple(range(len(values)))))
            for name, values in space.items()
        )
        study.tell(trial, cost)


def _within(ends: LogRange, value: float) -> float:
    return min(max(rounded(value, _DIGITS), ends.low), ends.high)


def named(values: Mapping[str, Any]) -> list[str]:
    """Return hyperparameters in the form of labels, such as ``lr 0.1``."""
    return [
        f"{name.replace('_', ' ')} {value:g}"
        if isinstance(value, float)
        else f"{name.replace('_', ' ')} {value}"
        for name, value in values.items()
    ]


def rounded(value: float, digits: int) -> float:
    """Round a number to some significant digits."""
    return float(f"{value:.{digits - 1}e}")
