"""A drawn coordinate: which parameter, and how far the map reaches."""

from __future__ import annotations

import math
from dataclasses import dataclass

from animator.errors import SceneError


@dataclass(frozen=True, slots=True)
class Coordinate:
    """One drawn coordinate of a problem.

    Attributes:
        name: the parameter's name, which also labels the axis.
        low: the smallest value on the map, in the parameter's own unit.
        high: the largest one.

    Raises:
        SceneError: low and high are not finite, or low is not below high.
    """

    name: str
    low: float
    high: float

    def __post_init__(self) -> None:
        if not (
            math.isfinite(self.low)
            and math.isfinite(self.high)
            and self.low < self.high
        ):
            raise SceneError(
                f"coordinate {self.name!r}: the range ({self.low}, {self.high}) "
                "is empty or not finite; give two numbers, the smaller one first"
            )

    def __contains__(self, value: float) -> bool:
        """Tell whether the map reaches as far as a value."""
        return self.low <= value <= self.high
