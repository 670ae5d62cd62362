"""Sliders: hyperparameters, and the values that each of them can have."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from animator.base.checks import is_number, quoted
from animator.base.errors import SceneError

SYMBOLS = {
    "lr": "α",
    "momentum": "β",
    "weight_decay": "λ",
    "dampening": "τ",
    "betas": "β₁, β₂",
    "eps": "ε",
    "rho": "ρ",
}
"""The usual symbols of hyperparameters (G. Goh, Why Momentum Really Works, 2017; and
torch's documentation)."""

MOST_COMBINATIONS = 5_000
"""The most combinations of values that a page or a clip can have."""
_DECIMALS = 6
"""Numbers that need more decimals are written in their shortest form."""
_LARGE = 1e7
"""Numbers from this one on are written in their shortest form, too."""


@dataclass(frozen=True, slots=True)
class Slider:
    """A hyperparameter, and the values that it can have.

    Attributes:
        name: the name of the hyperparameter, as in `vary`.
        values: the values, in the order in which they are shown.
        texts: the text of each value; numbers have the same number of decimals.
        grid: for starts that form a grid, the x and the y coordinates. The values are
            then their product; x varies slowest.
    """

    name: str
    values: Sequence[Any]
    texts: Sequence[str]
    grid: tuple[Sequence[float], Sequence[float]] | None = None

    @property
    def symbol(self) -> str:
        """The usual symbol of the hyperparameter, or its name if there is none."""
        return SYMBOLS.get(self.name, self.name.replace("_", " "))

    @property
    def label(self) -> str:
        """The name, with its symbol if there is one."""
        name = self.name.replace("_", " ")
        return f"{name} {SYMBOLS[self.name]}" if self.name in SYMBOLS else name


def make_slider(name: str, values: Iterable[Any] | Slider) -> Slider:
    """Return the slider of a hyperparameter.

    Args:
        name: the name of the hyperparameter.
        values: two or more distinct values, numbers or others.

    Raises:
        SceneError: there are fewer than two values, or a value occurs twice or is
            not finite.
    """
    if not name.isidentifier():
        raise SceneError(f"sliders: {quoted(name)} is not a hyperparameter")
    if isinstance(values, Slider):
        return values
    if isinstance(values, str | Mapping) or not isinstance(values, Iterable):
        raise SceneError(
            f"sliders: {name} is {quoted(values)}; give a list of values, such as "
            "[0.01, 0.1]"
        )
    plain = [_to_python(value) for value in values]
    if len(plain) < 2:
        raise SceneError(
            f"sliders: {name} has {len(plain) or 'no'} value{'s'[: not plain]}; "
            "give two or more"
        )
    unknown = [value for value in plain if not _is_finite(value)]
    if unknown:
        raise SceneError(f"sliders: {name} has {unknown[0]!r}; give finite numbers")
    for index, value in enumerate(plain):
        if value in plain[:index]:
            raise SceneError(f"sliders: {name} has {value!r} twice; give it once")
    return Slider(name, plain, texts_of(plain), _grid_of(plain))


def start_grid(x: Sequence[float], y: Sequence[float]) -> Slider:
    """Return the slider of starts on the grid of some coordinates.

    Raises:
        SceneError: there are fewer than two starts.
    """
    return make_slider("start", itertools.product(x, y))


def make_sliders(given: Mapping[str, Iterable[Any]]) -> list[Slider]:
    """Return the sliders of hyperparameters by name.

    Raises:
        SceneError: a slider is invalid.
    """
    return [make_slider(name, values) for name, values in given.items()]


def check_sliders(given: object) -> None:
    """Raise `SceneError` unless `given` maps names to values."""
    if not isinstance(given, Mapping) or not all(isinstance(n, str) for n in given):
        raise SceneError(
            f"scene: sliders is {quoted(given)}; give values by the names of "
            'hyperparameters, such as {"momentum": [0, 0.5, 0.9]}'
        )
    make_sliders(given)


def combinations(sliders: Sequence[Slider]) -> list[tuple[int, ...]]:
    """Return the value indices of each combination; the last slider varies fastest."""
    return list(itertools.product(*(range(len(each.values)) for each in sliders)))


def texts_of(values: Sequence[Any]) -> list[str]:
    """Return the texts of values; numbers have the same number of decimals.

    Their texts then have the same length, so that the text beside them does not move.
    Different values have different texts.
    """
    if all(is_number(value, -math.inf, math.inf) for value in values):
        decimals = max(map(_decimals, values))
        if decimals <= _DECIMALS and max(map(abs, values)) < _LARGE:
            return [f"{value:.{decimals}f}" for value in values]
        texts = [f"{value:.6g}" for value in values]
        differ = len(set(texts)) == len(set(values))
        return texts if differ else [str(value) for value in values]
    if all(isinstance(value, tuple) for value in values):
        columns = list(zip(*values, strict=False))
        if all(len(value) == len(columns) for value in values):
            rows = zip(*map(texts_of, columns), strict=True)
            return [f"({', '.join(row)})" for row in rows]
    return [str(value) for value in values]


def _decimals(value: float) -> int:
    """Return the number of decimals of a number rounded to ten significant digits."""
    exponent = Decimal(f"{value:.10g}").normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _to_python(value: Any) -> Any:
    """Convert NumPy numbers and arrays to Python numbers and tuples."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, list | tuple):
        return tuple(map(_to_python, value))
    return value


def _is_finite(value: Any) -> bool:
    """Return whether a value, and each value in a tuple, is no infinity and no NaN."""
    if isinstance(value, tuple):
        return all(map(_is_finite, value))
    return not isinstance(value, float) or math.isfinite(value)


def _grid_of(
    values: Sequence[Any],
) -> tuple[Sequence[float], Sequence[float]] | None:
    """Return the coordinates of which the values are the product, or None."""
    if not all(
        isinstance(value, tuple) and len(value) == 2 and all(map(is_number, value))
        for value in values
    ):
        return None
    x, y = (list(dict.fromkeys(column)) for column in zip(*values, strict=True))
    return (x, y) if list(itertools.product(x, y)) == list(values) else None
