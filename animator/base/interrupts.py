"""Stops what is under way when a signal or a time limit says so; it cleans up."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NoReturn

_CLEANING = 3.0
"""Seconds after a signal in which others are ignored, so that cleaning up ends."""


class Interrupted(KeyboardInterrupt):
    """A signal has asked us to stop; its number is the argument."""


class TimeLimitExceeded(BaseException):
    """A time limit has passed; no code that catches exceptions shall stop it."""


@dataclass
class _Heard:
    """The last signal, if there was one, and when it came."""

    number: int = 0
    at: float = -_CLEANING
    busy: bool = False


_heard = _Heard()


def _hear(number: int, frame: object) -> None:
    now = time.monotonic()
    if now - _heard.at >= _CLEANING:
        _heard.number, _heard.at = number, now
        if not _heard.busy:
            raise Interrupted(number)


def _dropped(what: sys.UnraisableHookArgs) -> None:
    """Ignore an interrupt that Python drops; `check_interrupted` will notice it."""
    if not issubclass(what.exc_type, Interrupted):
        sys.__unraisablehook__(what)


def listen(*names: str) -> None:
    """Let signals, by their names, raise `Interrupted`, if nobody ignores them."""
    _heard.number, _heard.at, _heard.busy = 0, -_CLEANING, False
    sys.unraisablehook = _dropped
    for name in names:
        number = getattr(signal, name, None)  # Windows has no SIGHUP
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _hear)


def check_interrupted() -> None:
    """Raise `Interrupted` if a signal came and was not noticed.

    Python drops what is raised while it tidies objects up, as a signal's handler may.
    """
    if _heard.number:
        raise Interrupted(_heard.number)


@contextmanager
def defer_signals() -> Iterator[None]:
    """Let a signal wait for the end of what is done, such as starting a process."""
    before, _heard.busy = _heard.busy, True
    try:
        yield
    finally:
        _heard.busy = before
    check_interrupted()


def ignore_signals() -> None:
    """Let no signal disturb what is left to do, which is to end."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)


@contextmanager
def time_limit(seconds: float | None) -> Iterator[None]:
    """Raise `TimeLimitExceeded` in the body after so many seconds; None: never."""
    if seconds is None:
        yield
        return

    def ring(number: int, frame: object) -> NoReturn:
        raise TimeLimitExceeded

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
