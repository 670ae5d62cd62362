"""Estimates the share of a job's time that has passed."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from animator.batch.events import Advanced, Report

Kind = Literal["step", "point", "frame"]
"""A step of training, a point of a network's map, or a frame of the clip."""

_ASSUMED: dict[Kind, float] = {"step": 3e-4, "point": 1e-3, "frame": 5e-3}
"""Seconds that a unit of each kind takes, as long as none was measured."""
_POINT = 0.3
"""The time of a point of a network's map, in steps of its training."""
_PAUSE = 0.1
"""Seconds between two reports; frames are all reported."""


@dataclass(slots=True)
class _Part:
    """A part of the work: a number of units of one kind, some of them done."""

    kind: Kind
    units: float
    done: float = 0.0
    seconds: float = 0.0


class Pace:
    """Reports the activity of a job, and the share of its time that has passed.

    Each part of the work is planned with a number of units. The time of a unit is
    measured while the job runs; before that, the time of other parts of the same kind
    is used.
    """

    def __init__(
        self, report: Report, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Start the clock, which returns seconds."""
        self._report, self._clock = report, clock
        self._start = self._last = clock()
        self._reported = self._start
        self._share = 0.0
        self._parts: dict[object, _Part] = {}
        self._current = _Part("step", 0)

    def report(self, activity: str) -> None:
        """Report an activity at once."""
        self._report(Advanced(activity, self._share))

    def plan(self, name: object, kind: Kind, units: float) -> None:
        """Plan a part of the work, or more units of one."""
        self._parts.setdefault(name, _Part(kind, 0)).units += units

    def begin(self, name: object, kind: Kind) -> None:
        """Begin a part; the rest of the part before is dropped from the plan."""
        part = self._parts.setdefault(name, _Part(kind, 0))
        if part is not self._current:
            self._current.units = self._current.done
            self._current, self._last = part, self._clock()

    def advance(self, activity: str, done: float, units: float | None = None) -> None:
        """Record the progress of the current part; report it from time to time.

        Args:
            activity: the current work, for the user.
            done: the number of units that are done.
            units: the number of all units, if it differs from the planned number.
        """
        part, now = self._current, self._clock()
        part.seconds += now - self._last
        self._last = now
        part.done = done
        part.units = max(part.units if units is None else units, done)
        if now - self._reported < _PAUSE and part.kind != "frame":
            return
        self._reported = now
        passed = now - self._start
        self._share = max(self._share, passed / ((passed + self._rest()) or 1.0))
        self.report(activity)

    def add(self, activity: str, units: float = 1) -> None:
        """Record that more units of the current part are done."""
        self.advance(activity, self._current.done + units)

    def _rest(self) -> float:
        """Return the estimated time of the remaining work in seconds."""
        return sum(
            (part.units - part.done) * self._seconds_of(part)
            for part in self._parts.values()
        )

    def _seconds_of(self, part: _Part) -> float:
        """Return the time of a unit of a part in seconds."""
        if part.done and part.seconds:
            return part.seconds / part.done
        return self._measured(part.kind) or _ASSUMED[part.kind]

    def _measured(self, kind: Kind) -> float:
        """Return the measured seconds per unit of a kind; 0 if there are none."""
        parts = [part for part in self._parts.values() if part.kind == kind]
        done = sum(part.done for part in parts)
        if done:
            return sum(part.seconds for part in parts) / done
        return _POINT * self._measured("step") if kind == "point" else 0.0
