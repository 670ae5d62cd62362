"""Formats the counter of a scene, such as ``step 3 / 100`` or ``epoch 2``."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from string import Formatter

from animator.base.checks import quoted
from animator.base.errors import SceneError

_VARIABLE = ("step", "epoch")
_CONSTANT = ("steps", "epochs")
_PAD = "\N{FIGURE SPACE}"
"""As wide as a digit, so that the text around a number does not move."""


Piece = tuple[str, str | None, str]
"""A text, and the name and format of the field after it, if there is one."""


@dataclass(frozen=True, slots=True)
class CounterText:
    """The text of a counter, in three parts.

    Attributes:
        before: the constant text at the beginning.
        at: returns the variable part at a step; its length is constant.
        after: the constant text at the end.
    """

    before: str
    at: Callable[[float], str]
    after: str


def check_counter(counter: object) -> None:
    """Raise `SceneError` unless `counter` is a valid format string.

    Its fields are ``{step}``, ``{steps}``, ``{epoch}`` and ``{epochs}``, each with an
    optional format after a colon.
    """
    if not isinstance(counter, str) or not counter.isprintable():
        raise SceneError(
            f"scene: counter is {quoted(counter)}; give a string such as "
            '"epoch {epoch}", or "" for none'
        )
    try:
        pieces = _parse(counter)
        unknown = [f for _, f, _ in pieces if f not in (*_VARIABLE, *_CONSTANT, None)]
        if unknown:
            raise ValueError(f"it has the field {{{unknown[0]}}}")
        for _, field, style in pieces:
            if re.search(r"\d{3}", style):
                raise ValueError(f"the format {style!r} is too wide")
            if field is not None:
                format(_rounded(1.0, style), style)
    except ValueError as error:
        raise SceneError(
            f"scene: counter is {quoted(counter)}: {error}; its fields are {{step}}, "
            "{steps}, {epoch} and {epochs}"
        ) from None


def shows_epochs(counter: str) -> bool:
    """Return whether a counter shows epochs."""
    return any(field in ("epoch", "epochs") for _, field, _ in _parse(counter))


def counter_text(
    counter: str, steps: int, per_epoch: Fraction = Fraction(1)
) -> CounterText:
    """Return the text of a counter.

    Args:
        counter: its format string.
        steps: the number of steps in the clip.
        per_epoch: the number of steps per epoch.
    """
    pieces = _parse(counter)

    def text(some: list[Piece], step: float) -> str:
        return "".join(
            _format_piece(piece, int(step), steps, per_epoch) for piece in some
        )

    moving = [index for index, piece in enumerate(pieces) if piece[1] in _VARIABLE]
    if not moving:
        return CounterText(text(pieces, 0), lambda step: "", "")
    first, last = moving[0], moving[-1] + 1
    literal, *field = pieces[first]
    changing = [("", field[0], field[1] or ""), *pieces[first + 1 : last]]
    return CounterText(
        text(pieces[:first], 0) + literal,
        lambda step: text(changing, step),
        text(pieces[last:], 0),
    )


def _format_piece(piece: Piece, step: int, steps: int, per_epoch: Fraction) -> str:
    """Return the text of a piece at a step, padded to a constant length."""
    literal, field, style = piece
    if field is None:
        return literal
    unit = per_epoch if field in ("epoch", "epochs") else Fraction(1)
    last = format(_rounded(float(steps / unit), style), style)
    if field in _CONSTANT:
        return literal + last
    return literal + format(_rounded(float(step / unit), style), style).rjust(
        len(last), _PAD
    )


def _parse(counter: str) -> list[Piece]:
    """Split the format string of a counter into pieces."""
    pieces: list[Piece] = []
    for literal, field, style, conversion in Formatter().parse(counter):
        if conversion or "{" in (style or ""):
            raise ValueError("its fields have formats such as {epoch:.1f} only")
        pieces.append((literal, field, style or ""))
    return pieces


def _rounded(number: float, style: str) -> float:
    """Round a number down unless its format shows decimals."""
    return number if style and style[-1] in "eEfFgG%" else int(number)
