"""Sliders: hyperparameters, and the values that each of them runs over."""

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

MOST = 5_000
"""Combinations of values that a page or a clip can have."""
_DECIMALS = 6
"""Numbers that need more decimals have their shortest representation."""
_LARGE = 1e7
"""Numbers from this one on have it, too."""


@dataclass(frozen=True, slots=True)
class Slider:
    """A hyperparameter, and the values that it runs over.

    Attributes:
        name: of the hyperparameter, as `vary` has it.
        values: in the order in which they are shown.
        texts: the text of each value: numbers have the same decimals.
        grid: of a start the coordinates to the right and upward, if the values are
            their product, the first coordinate slowest.
    """

    name: str
    values: Sequence[Any]
    texts: Sequence[str]
    grid: tuple[Sequence[float], Sequence[float]] | None = None

    @property
    def symbol(self) -> str:
        """The usual symbol, or else the name."""
        return SYMBOLS.get(self.name, self.name.replace("_", " "))

    @property
    def label(self) -> str:
        """The name, with its symbol if there is one."""
        name = self.name.replace("_", " ")
        return f"{name} {SYMBOLS[self.name]}" if self.name in SYMBOLS else name


def make_slider(name: str, values: Iterable[Any] | Slider) -> Slider:
    """Return the slider of a hyperparameter.

    Args:
        name: of the hyperparameter.
        values: numbers, or other values; each once.

    Raises:
        SceneError: there are less than two values, or one is given twice.
    """
    if not name.isidentifier():
        raise SceneError(f"sliders: {quoted(name)} is no hyperparameter")
    if isinstance(values, Slider):
        return values
    if isinstance(values, str | Mapping) or not isinstance(values, Iterable):
        raise SceneError(
            f"sliders: {name} is {quoted(values)}; give a list of values, such as "
            "[0.01, 0.1]"
        )
    plain = [_plain(value) for value in values]
    if len(plain) < 2:
        raise SceneError(
            f"sliders: {name} has {len(plain) or 'no'} value{'s'[: not plain]}; "
            "give two or more"
        )
    for index, value in enumerate(plain):
        if value in plain[:index]:
            raise SceneError(f"sliders: {name} has {value!r} twice; give it once")
    return Slider(name, plain, texts_of(plain), _grid_of(plain))


def start_grid(x: Sequence[float], y: Sequence[float]) -> Slider:
    """Return the slider of starts that form a grid of coordinates.

    Raises:
        SceneError: there are less than two.
    """
    return make_slider("start", itertools.product(x, y))


def make_sliders(given: Mapping[str, Iterable[Any]]) -> list[Slider]:
    """Return the sliders of hyperparameters by name.

    Raises:
        SceneError: a slider is wrong.
    """
    return [make_slider(name, values) for name, values in given.items()]


def check_sliders(given: object) -> None:
    """Raise `SceneError` unless the sliders of a scene are values by name."""
    if not isinstance(given, Mapping) or not all(isinstance(n, str) for n in given):
        raise SceneError(
            f"scene: sliders is {quoted(given)}; give values by the names of "
            'hyperparameters, such as {"momentum": [0, 0.5, 0.9]}'
        )
    make_sliders(given)


def combinations(sliders: Sequence[Slider]) -> list[tuple[int, ...]]:
    """Return the indices of each combination's values, the last slider fastest."""
    return list(itertools.product(*(range(len(each.values)) for each in sliders)))


def texts_of(values: Sequence[Any]) -> list[str]:
    """Return the texts of values; numbers have the same decimals.

    So their texts are equally long, and nothing beside them moves. Different values
    have different texts.
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
    """Return the decimals of a number, of which ten digits are significant."""
    exponent = Decimal(f"{value:.10g}").normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _plain(value: Any) -> Any:
    """Return NumPy's numbers and arrays as Python's numbers and tuples."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, list | tuple):
        return tuple(map(_plain, value))
    return value


def _grid_of(
    values: Sequence[Any],
) -> tuple[Sequence[float], Sequence[float]] | None:
    """Return the coordinates whose product the values are, if they are one."""
    if not all(
        isinstance(value, tuple) and len(value) == 2 and all(map(is_number, value))
        for value in values
    ):
        return None
    x, y = (list(dict.fromkeys(column)) for column in zip(*values, strict=True))
    return (x, y) if list(itertools.product(x, y)) == list(values) else None
