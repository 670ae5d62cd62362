"""What a job reports while it runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Started:
    """The job begins; the modules that it needs are imported."""


@dataclass(frozen=True, slots=True)
class StepDone:
    """A setting has been trained up to a step."""

    setting: str
    step: int


@dataclass(frozen=True, slots=True)
class FrameDone:
    """So many of all frames are drawn."""

    done: int
    frames: int


@dataclass(frozen=True, slots=True)
class Printed:
    """The scene has printed a line."""

    line: str


Progress = Started | StepDone | FrameDone | Printed
Report = Callable[[Progress], None]
"""Called with each event of a job."""
