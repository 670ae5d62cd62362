"""Options that belong to one format: a value, and what the command says about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from animator.base.checks import is_number, quoted
from animator.base.errors import SceneError


@dataclass(frozen=True, slots=True)
class OptionHelp:
    """What the command says about an option.

    Attributes:
        help: one sentence that says what the option does.
        parse: makes a value from the command's text; raises `SceneError` if it cannot.
        metavar: stands for the value in the command's help.
        default: the default, as the help names it.
    """

    help: str
    parse: Callable[[str], Any]
    metavar: str
    default: str


def option(
    default: Any,
    *,
    help: str,
    parse: Callable[[str], Any],
    metavar: str = "VALUE",
    default_text: str | None = None,
) -> Any:
    """Return the dataclass field of an option that the command has, too.

    Args:
        default: the value if nothing else is asked for.
        help: one sentence that says what the option does.
        parse: makes a value from the command's text; raises `SceneError` if it cannot.
        metavar: stands for the value in the command's help.
        default_text: the default, as the help names it; its `str` if not given.
    """
    text = str(default) if default_text is None else default_text
    return field(
        default=default, metadata={"option": OptionHelp(help, parse, metavar, text)}
    )


@dataclass(frozen=True, slots=True)
class NoOptions:
    """The options of a format that has none of its own."""


def number_parser(
    low: float, high: float, names: Mapping[str, float]
) -> Callable[[str], float]:
    """Return a parser of numbers from `low` to `high`, some of which have a name."""

    def parse(text: str) -> float:
        if text.strip().lower() in names:
            return names[text.strip().lower()]
        try:
            number = float(text)
        except ValueError:
            number = low - 1
        if not low <= number <= high:
            one_of = f", or one of {', '.join(names)}" if names else ""
            raise SceneError(
                f"{quoted(text)} is not a number from {low:g} to {high:g}; "
                f"give one{one_of}"
            )
        return number

    return parse


def check_number(name: str, value: object, low: float, high: float) -> None:
    """Raise `SceneError` unless the value of an option is a number in its range."""
    if not is_number(value, low, high):
        raise SceneError(
            f"{name} is {quoted(value)}; give a number from {low:g} to {high:g}"
        )
