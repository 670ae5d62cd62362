"""The text of a scene's counter, such as ``step 3 / 100`` or ``epoch 2``."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from string import Formatter

from animator.base.checks import quoted
from animator.base.errors import SceneError

_MOVING = ("step", "epoch")
_FIXED = ("steps", "epochs")
_PAD = "\N{FIGURE SPACE}"
"""As wide as a digit: what stands around a number stays where it is."""


Piece = tuple[str, str | None, str]
"""A text, and the field after it with its format, if there is one."""


@dataclass(frozen=True, slots=True)
class CounterText:
    """What a counter shows.

    Attributes:
        before: the text before all that changes.
        at: returns what changes at a step; it always has the same length.
        after: the text after all that changes.
    """

    before: str
    at: Callable[[float], str]
    after: str


def check_counter(counter: object) -> None:
    """Raise `SceneError` unless something is a counter's format.

    It may have the fields ``{step}``, ``{steps}``, ``{epoch}`` and ``{epochs}``, with a
    format after a colon.
    """
    if not isinstance(counter, str) or not counter.isprintable():
        raise SceneError(
            f"scene: counter is {quoted(counter)}; give a text such as "
            '"epoch {epoch}", or "" for none'
        )
    try:
        pieces = _pieces(counter)
        unknown = [f for _, f, _ in pieces if f not in (*_MOVING, *_FIXED, None)]
        if unknown:
            raise ValueError(f"it has the field {{{unknown[0]}}}")
        for _, field, style in pieces:
            if re.search(r"\d{3}", style):
                raise ValueError(f"the format {style!r} is too wide")
            if field is not None:
                format(_value(1.0, style), style)
    except ValueError as error:
        raise SceneError(
            f"scene: counter is {quoted(counter)}: {error}; its fields are {{step}}, "
            "{steps}, {epoch} and {epochs}"
        ) from None


def shows_epochs(counter: str) -> bool:
    """Return whether a counter has a field of epochs."""
    return any(field in ("epoch", "epochs") for _, field, _ in _pieces(counter))


def counter_text(
    counter: str, steps: int, per_epoch: Fraction = Fraction(1)
) -> CounterText:
    """Return what a counter shows.

    Args:
        counter: its format.
        steps: how many the clip shows.
        per_epoch: how many steps an epoch takes.
    """
    pieces = _pieces(counter)

    def text(some: list[Piece], step: float) -> str:
        return "".join(_shown(piece, int(step), steps, per_epoch) for piece in some)

    moving = [index for index, piece in enumerate(pieces) if piece[1] in _MOVING]
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


def _shown(piece: Piece, step: int, steps: int, per_epoch: Fraction) -> str:
    """Return the text of a piece at a step; the same length at each step."""
    literal, field, style = piece
    if field is None:
        return literal
    unit = per_epoch if field in ("epoch", "epochs") else Fraction(1)
    last = format(_value(float(steps / unit), style), style)
    if field in _FIXED:
        return literal + last
    return literal + format(_value(float(step / unit), style), style).rjust(
        len(last), _PAD
    )


def _pieces(counter: str) -> list[Piece]:
    """Return the pieces of a counter's format."""
    pieces: list[Piece] = []
    for literal, field, style, conversion in Formatter().parse(counter):
        if conversion or "{" in (style or ""):
            raise ValueError("its fields have formats such as {epoch:.1f} only")
        pieces.append((literal, field, style or ""))
    return pieces


def _value(number: float, style: str) -> float:
    """Return a number as its format needs it: whole, unless that is for fractions."""
    return number if style and style[-1] in "eEfFgG%" else int(number)
