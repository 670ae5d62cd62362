"""Which hyperparameters a search tries: a grid, or those that optuna proposes."""

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
    """A value for each hyperparameter; of a list, the index of the value."""

_FEWEST = 5
"""The fewest values of a range that make a grid of several hyperparameters."""
_DIGITS = 3
"""The digits of a value that optuna proposes."""


@dataclass(frozen=True, slots=True)
class LogRange:
    """Numbers between two ends, spread evenly over their logarithms."""

    low: float
    high: float

    def values(self, count: int) -> list[float]:
        """Return so many numbers, the ends included, with as few digits as possible.

        The ratio of neighbours is constant, up to rounding to two digits or more. The
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
            f"log_range({self.low!r}, {self.high!r}) has no {count} numbers; widen it"
        )


Space = Mapping[str, LogRange | Sequence[Any]]
"""Hyperparameters by torch's names, each a range or a list of values."""


def log_range(low: float, high: float) -> LogRange:
    """Return a range of numbers for `tune`, spread evenly over their logarithms.

    Args:
        low: the smallest number, above zero.
        high: the largest number.

    Raises:
        SceneError: they are no such numbers.
    """
    if not (is_number(low) and is_number(high) and 0 < low < high):
        raise SceneError(
            f"log_range: the ends are {quoted(low)} and {quoted(high)}; give two "
            "numbers above 0, the smaller one first"
        )
    return LogRange(float(low), float(high))


def check_space(space: object, caller: str) -> Space:
    """Return hyperparameters to search, lists as tuples.

    Raises:
        SceneError: they are no dict of ranges and lists.
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
    """Return a grid of at most so many points, or None if it would be too coarse.

    All values of a list are in it. A range is in it with five values or more, if there
    are several hyperparameters; one range alone has a value for each trial.
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
    """Return how many values each axis of a grid has, of so many points at most."""
    sizes = [1] * axes
    while True:
        smallest = sizes.index(min(sizes))
        larger = [*sizes[:smallest], sizes[smallest] + 1, *sizes[smallest + 1 :]]
        if math.prod(larger) > points:
            return sizes
        sizes = larger


def _merged(space: Space, indices: Sequence[int], numbers: Sequence[float]) -> Code:
    """Return the indices of lists and the numbers of ranges, in the space's order."""
    index, number = iter(indices), iter(numbers)
    return tuple(
        next(number) if isinstance(values, LogRange) else float(next(index))
        for values in space.values()
    )


def decoded(space: Space, code: Code) -> dict[str, Any]:
    """Return the hyperparameters that a code stands for, by name."""
    return {
        name: number if isinstance(values, LogRange) else values[int(number)]
        for (name, values), number in zip(space.items(), code, strict=True)
    }


def check_searchable(space: Space, trials: int, caller: str) -> None:
    """Raise `SceneError` if a search needs optuna, which is not installed."""
    if grid(space, trials) is not None or importlib.util.find_spec("optuna"):
        return
    needed = math.prod(
        _FEWEST if isinstance(values, LogRange) else len(values)
        for values in space.values()
    )
    raise SceneError(
        f"{caller}: {trials} trials are too few for a grid of {', '.join(space)}; give "
        f"at least trials={needed}, or install what searches: pip install optuna"
    )


def proposals(space: Space, trials: int, seed: int) -> Generator[Code, float, None]:
    """Yield the hyperparameters of each trial; each is sent the cost of the last.

    They are those of the `grid`, or else those that the sampler TPE of optuna proposes
    (Bergstra et al., Algorithms for hyper-parameter optimization, 2011) from a seed.
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
    """Return hyperparameters as labels have them, such as ``lr 0.1``."""
    return [
        f"{name.replace('_', ' ')} {value:g}"
        if isinstance(value, float)
        else f"{name.replace('_', ' ')} {value}"
        for name, value in values.items()
    ]


def rounded(value: float, digits: int) -> float:
    """Return a number with so many significant digits."""
    return float(f"{value:.{digits - 1}e}")
