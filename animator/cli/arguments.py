"""Parses the command's arguments: sizes, bytes, hyperparameters, format options."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any

import click

from animator.base.errors import SceneError
from animator.base.geometry import PageSize, Size, parse_size
from animator.cli.ranges import parse_values

if TYPE_CHECKING:
    from animator.encoders.format import FormatOption

_BYTES = re.compile(r"(\d+(?:\.\d+)?) *([kmg]?)(i?)B?", re.ASCII | re.IGNORECASE)


class SizeType(click.ParamType[Size | PageSize]):
    """The name of a size, or a width and a height: 1280x720 or 3.4inx2.4in."""

    name = "size"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Size | PageSize:
        """Return the size in pixels, or the page of paper."""
        try:
            return parse_size(value)
        except SceneError as error:
            self.fail(str(error))


class BytesType(click.ParamType[int]):
    """A number of bytes, such as 5MB (5,000,000) or 5MiB (5,242,880)."""

    name = "bytes"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> int:
        """Return the number of bytes."""
        match = _BYTES.fullmatch(value.strip())
        if match is None:
            self.fail(f"{value!r} is no size of a file; give one such as 5MB or 800kB")
        number, prefix, binary = match.groups()
        power = " kmg".index(prefix.lower() or " ")
        from decimal import Decimal

        return int(Decimal(number) * (1024 if binary else 1000) ** power)


class ChangeType(click.ParamType[tuple[str, Any]]):
    """A hyperparameter and its value, such as momentum=0.5 or betas=(0.9,0.99).

    A range or a list of values, such as momentum=0:0.98:0.02, is a `Slider`.
    """

    name = "change"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, Any]:
        """Return the name and the value; the text of the value is Python's."""
        name, equals, text = (part.strip() for part in value.partition("="))
        if not (equals and name.isidentifier() and text):
            self.fail(f"{value!r} is no NAME=VALUE; give one such as momentum=0.5")
        try:
            slider = parse_values(name, text)
        except SceneError as error:
            self.fail(str(error))
        if slider is not None:
            return name, slider
        try:
            new = ast.literal_eval(text)
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            self.fail(
                f"{value!r}: {_shortened(text)} is not a value; {_advice(name, text)}"
            )
        return name, new


def _shortened(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:60]}…"


def _advice(name: str, text: str) -> str:
    """Return what to write instead of an invalid value."""
    if text.isidentifier():
        return (
            f"give a number, such as {name}=0.1, or a text, as in \"{name}='{text}'\""
        )
    return f"give a number, such as {name}=0.1, or another value as Python writes it"


class FormatOptionType(click.ParamType[Any]):
    """The value of an option of one format, which the format itself parses."""

    def __init__(self, option: FormatOption) -> None:
        self.name = option.keyword
        self._parse = option.help.parse

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Any:
        """Return the value for a text."""
        try:
            return self._parse(value)
        except SceneError as error:
            self.fail(str(error))
