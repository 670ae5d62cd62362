"""What a job reports while it runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Started:
    """The job begins; the modules that it needs are imported."""


@dataclass(frozen=True, slots=True)
class Advanced:
    """The job has got further.

    Attributes:
        activity: what it does, such as ``training SGD, step 40 of 100``.
        share: of the time that it takes, how much has passed, as far as is known.
    """

    activity: str
    share: float


@dataclass(frozen=True, slots=True)
class Printed:
    """The scene has printed a line."""

    line: str


Progress = Started | Advanced | Printed
Report = Callable[[Progress], None]
"""Called with each event of a job."""
