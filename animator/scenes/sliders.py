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
"""Numbers that need more decimals are written in the shortest way."""


@dataclass(frozen=True, slots=True)
class Slider:
    """A hyperparameter, and the values that it runs over.

    Attributes:
        name: of the hyperparameter, as `vary` has it.
        values: in the order in which they are shown.
        texts: what is written for each of them: numbers have the same decimals.
        grid: for a start whose values form a grid, the coordinates to the right and
            upward; the values are their product, the first coordinate slowest.
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


def make_slider(name: str, values: Iterable[Any]) -> Slider:
    """Return the slider of a hyperparameter.

    Args:
        name: of the hyperparameter.
        values: numbers, or other values; each once. Those of ``start`` are pairs, or
            two lists of coordinates, which form a grid.

    Raises:
        SceneError: there are less than two values, or one is given twice.
    """
    if not name.isidentifier():
        raise SceneError(f"sliders: {quoted(name)} is no hyperparameter")
    if isinstance(values, str | Mapping) or not isinstance(values, Iterable):
        raise SceneError(
            f"sliders: {name} is {quoted(values)}; give a list of values, such as "
            "[0.01, 0.1]"
        )
    plain = [_plain(value) for value in values]
    grid = _grid(plain) if name == "start" else None
    if grid is not None:
        plain = list(itertools.product(*grid))
    if len(plain) < 2:
        raise SceneError(
            f"sliders: {name} has {len(plain) or 'no'} value{'s'[: not plain]}; "
            "give two or more"
        )
    for index, value in enumerate(plain):
        if value in plain[:index]:
            raise SceneError(f"sliders: {name} has {value!r} twice; give it once")
    return Slider(name, plain, texts_of(plain), grid)


def make_sliders(given: Mapping[str, Iterable[Any]]) -> list[Slider]:
    """Return the sliders of hyperparameters by name.

    Raises:
        SceneError: a slider is wrong, or there are more combinations than `MOST`.
    """
    sliders = [make_slider(name, values) for name, values in given.items()]
    counts = [len(slider.values) for slider in sliders]
    if math.prod(counts) > MOST:
        product = " × ".join(f"{count:,}" for count in counts)
        product = f" ({product})" if len(counts) > 1 else ""
        raise SceneError(
            f"sliders: {', '.join(s.name for s in sliders)}: {math.prod(counts):,} "
            f"combinations{product}; give at most {MOST:,}: larger steps, or fewer "
            "sliders"
        )
    return sliders


def check_sliders(given: object) -> None:
    """Raise `SceneError` unless something is sliders by name."""
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
    """Return what is written for values; numbers have the same decimals.

    So their texts are equally long, and nothing beside them moves.
    """
    if all(is_number(value, -math.inf, math.inf) for value in values):
        decimals = max(map(_decimals, values))
        if decimals <= _DECIMALS:
            return [f"{value:.{decimals}f}" for value in values]
        return [f"{value:.6g}" for value in values]
    if all(isinstance(value, tuple) for value in values):
        columns = list(zip(*values, strict=False))
        if all(len(value) == len(columns) for value in values):
            rows = zip(*map(texts_of, columns), strict=True)
            return [f"({', '.join(row)})" for row in rows]
    return [str(value) for value in values]


def _decimals(value: float) -> int:
    """Return how many decimals a number has; noise of its last digits is no digit."""
    exponent = Decimal(f"{value:.10g}").normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _plain(value: Any) -> Any:
    """Return a value of Python's own for one of NumPy."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, list | tuple):
        return tuple(map(_plain, value))
    return value


def _grid(values: Sequence[Any]) -> tuple[Sequence[float], Sequence[float]] | None:
    """Return the two lists of coordinates that values are, if they are."""
    if len(values) != 2 or not all(isinstance(each, tuple) for each in values):
        return None
    one, other = values
    if len(one) == len(other) == 2:
        return None  # two places
    if not all(is_number(number, -math.inf, math.inf) for number in (*one, *other)):
        return None
    return one, other
