"""What an artist drew: operations, and the numbers that say where."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


class NeedsPixels(Exception):
    """What an artist draws has no description; its pixels have to be stored."""


@dataclass(slots=True)
class DisplayList:
    """What an artist drew.

    Attributes:
        structure: what was drawn, an operation after the other.
        numbers: where, in pixels from the figure's upper left.
        fonts: the texts, each with families, weight and style of its type.
    """

    structure: list[dict[str, Any]] = field(default_factory=list)
    numbers: list[float] = field(default_factory=list)
    fonts: list[tuple[str, tuple[str, ...], str, str]] = field(default_factory=list)
