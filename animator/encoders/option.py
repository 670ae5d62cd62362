"""Options of a single format: their values, and their help for the command."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from animator.base.checks import is_number, quoted
from animator.base.errors import SceneError


@dataclass(frozen=True, slots=True)
class OptionHelp:
    """The help of an option for the command.

    Attributes:
        help: one sentence that describes the option.
        parse: converts the command's text to a value; raises `SceneError` if invalid.
        metavar: the placeholder of the value in the command's help.
        default: the default value, as the help shows it.
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
    """Return the dataclass field of an option, with its help for the command.

    Args:
        default: the default value.
        help: one sentence that describes the option.
        parse: converts the command's text to a value; raises `SceneError` if invalid.
        metavar: the placeholder of the value in the command's help.
        default_text: the default value, as the help shows it; defaults to its `str`.
    """
    text = str(default) if default_text is None else default_text
    return field(
        default=default, metadata={"option": OptionHelp(help, parse, metavar, text)}
    )


@dataclass(frozen=True, slots=True)
class NoOptions:
    """The options of a format without options of its own."""


def number_parser(
    low: float, high: float, names: Mapping[str, float]
) -> Callable[[str], float]:
    """Return a parser of numbers from `low` to `high`; it also accepts the `names`."""

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
    """Raise `SceneError` unless a value is a number from `low` to `high`."""
    if not is_number(value, low, high):
        raise SceneError(
            f"{name} is {quoted(value)}; give a number from {low:g} to {high:g}"
        )
