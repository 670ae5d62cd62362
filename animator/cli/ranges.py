"""Parses ranges and lists of values, such as momentum=0:0.98:0.02 or lr=0.01,0.1."""

from __future__ import annotations

import ast
import re
from decimal import Decimal
from typing import Any

from animator.base.errors import SceneError
from animator.scenes.sliders import MOST_COMBINATIONS, Slider, make_slider, start_grid

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?", re.I | re.ASCII)
_LIKE_RANGE = re.compile(r"[\d.e+\-:,()\s]*:[\d.e+\-:,()\s]*", re.I | re.ASCII)


def parse_values(name: str, text: str) -> Slider | None:
    """Return a slider with the values of a range or a list; None for a single value.

    Args:
        name: the name of a hyperparameter.
        text: a range, such as ``0:0.98:0.02``, which includes its last value; or a
            list, such as ``0.01,0.03,0.1``; or for a start two ranges, such as
            ``-3:3:0.5,-2:2:0.5``, which make a grid.

    Raises:
        SceneError: the range or the list is invalid, or has too many values.
    """
    is_range = _LIKE_RANGE.fullmatch(text) is not None
    if not is_range and not _is_list(name, text):
        return None
    try:
        if not is_range:
            return make_slider(name, ast.literal_eval(text))
        return _start(text) if name == "start" else make_slider(name, _range(text))
    except SceneError as error:
        raise SceneError(f"{name}={text}: {error}") from None


def _is_list(name: str, text: str) -> bool:
    """Return whether a text is a list of values, and not one tuple."""
    try:
        node: Any = ast.parse(text.strip(), mode="eval").body
        ast.literal_eval(node)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return False
    if not isinstance(node, ast.Tuple) or not node.elts:
        return False
    if node.elts[0].col_offset > node.col_offset:  # it is in parentheses
        return False
    # One start, or one value of `seeds`, consists of several numbers.
    nested = all(isinstance(element, ast.Tuple) for element in node.elts)
    return nested or name not in ("start", "seeds")


def _range(text: str) -> list[float]:
    """Return the values of ``start:stop:step`` as exact decimals.

    Raises:
        SceneError: the text is not a range, or the range has too many values.
    """
    parts = [part.strip() for part in text.split(":")]
    if len(parts) != 3 or not all(map(_NUMBER.fullmatch, parts)):
        raise SceneError("is not a range; give start:stop:step, such as 0:0.9:0.1")
    start, stop, step = map(Decimal, parts)
    if not step or (stop - start) * step < 0:
        mend = f"such as {-step}" if step else "other than 0"
        raise SceneError(
            f"steps of {parts[2]} do not lead from {parts[0]} to {parts[1]}; give "
            f"steps {mend}"
        )
    # Rounding may miss the last value, as in 0:1:0.3333333333.
    count = int((stop - start) / step + Decimal("1e-6")) + 1
    if count > MOST_COMBINATIONS:
        raise SceneError(
            f"it has {count:,} values; give at most {MOST_COMBINATIONS:,}: larger steps"
        )
    kind: Any = float if any(set(part) & set(".eE") for part in parts) else int
    return [kind(start + number * step) for number in range(count)]


def _start(text: str) -> Slider:
    """Return the slider of a start, of which one or both coordinates are ranges.

    Raises:
        SceneError: the text does not consist of two coordinates.
    """
    parts = text.strip().removeprefix("(").removesuffix(")").split(",")
    if len(parts) != 2:
        raise SceneError(
            "give two coordinates, each a number or a range, such as -3:3:0.5,2"
        )
    return start_grid(*(_range(p) if ":" in p else _range(f"{p}:{p}:1") for p in parts))
