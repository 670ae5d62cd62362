"""The events that a job reports while it runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Started:
    """The job has begun; its modules are imported."""


@dataclass(frozen=True, slots=True)
class Advanced:
    """The job has made progress.

    Attributes:
        activity: the current work, such as ``training SGD, step 40 of 100``.
        share: the estimated share of the job's time that has passed, 0 to 1.
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
