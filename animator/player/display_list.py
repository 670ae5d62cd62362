"""The record of what an artist drew: operations, and their coordinates."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


class NeedsPixels(Exception):
    """An artist draws something that only its pixels can describe."""


@dataclass(slots=True)
class DisplayList:
    """The record of what an artist drew.

    Attributes:
        structure: the operations, in their order.
        numbers: their coordinates, in pixels from the figure's upper left corner.
        fonts: the texts, each with the families, weight and style of its font.
    """

    structure: list[dict[str, Any]] = field(default_factory=list)
    numbers: list[float] = field(default_factory=list)
    fonts: list[tuple[str, tuple[str, ...], str, str]] = field(default_factory=list)
