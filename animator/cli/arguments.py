"""What the command's options may look like: sizes, bytes, qualities and changes."""

from __future__ import annotations

import ast
import re
from decimal import Decimal
from typing import Any

import click

from animator.base.geometry import SIZES, Size
from animator.encoders.formats.gif import QUALITIES

_BYTES = re.compile(r"(\d+(?:\.\d+)?) *([kmg]?)(i?)B?", re.ASCII | re.IGNORECASE)


_PIXELS = re.compile(r"\d{1,9}", re.ASCII)


class SizeType(click.ParamType[Size]):
    """A size's name, or width and height, as in 1280x720."""

    name = "size"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> Size:
        """Look a name up, or take width and height apart."""
        if value.lower() in SIZES:
            return SIZES[value.lower()]
        width, x, height = value.lower().partition("x")
        if not (x and _PIXELS.fullmatch(width) and _PIXELS.fullmatch(height)):
            self.fail(
                f"{value!r} is no size; give WIDTHxHEIGHT, such as 1280x720, "
                f"or one of {', '.join(SIZES)}"
            )
        return int(width), int(height)


class BytesType(click.ParamType[int]):
    """A number of bytes, as in 5MB (5,000,000) or 5MiB (5,242,880)."""

    name = "bytes"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> int:
        """Take number and unit apart."""
        match = _BYTES.fullmatch(value.strip())
        if match is None:
            self.fail(f"{value!r} is no size of a file; give one such as 5MB or 800kB")
        number, prefix, binary = match.groups()
        power = " kmg".index(prefix.lower() or " ")
        return int(Decimal(number) * (1024 if binary else 1000) ** power)


class QualityType(click.ParamType[float]):
    """A quality's name, or a number from 0 to 100."""

    name = "quality"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Look a name up, or take the number."""
        if value.lower() in QUALITIES:
            return QUALITIES[value.lower()]
        try:
            number = float(value)
        except ValueError:
            number = -1
        if not 0 <= number <= 100:
            self.fail(
                f"{value!r} is no quality; give a number from 0 to 100, "
                f"or one of {', '.join(QUALITIES)}"
            )
        return number


class ChangeType(click.ParamType[tuple[str, Any]]):
    """A hyperparameter and its value, as in momentum=0.5 or betas=(0.9,0.99)."""

    name = "change"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, Any]:
        """Take name and value apart."""
        name, equals, text = value.partition("=")
        name = name.strip()
        try:
            new = ast.literal_eval(text.strip())
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            equals = ""
        if not (equals and name.isidentifier()):
            self.fail(f"{value!r} is no NAME=VALUE; give one such as momentum=0.5")
        return name, new
