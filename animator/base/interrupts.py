"""Turns signals into an exception, so that the program cleans up before it ends."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

_CLEANING = 3.0
"""Seconds after a signal in which others are ignored, so that cleanup can finish."""


class Interrupted(KeyboardInterrupt):
    """A signal has asked the program to end; its number is the argument."""


@dataclass
class _LastSignal:
    """The last signal, if there was one, and when it came."""

    number: int = 0
    time: float = -_CLEANING
    deferred: bool = False


_last = _LastSignal()


def _on_signal(number: int, frame: object) -> None:
    now = time.monotonic()
    if now - _last.time >= _CLEANING:
        _last.number, _last.time = number, now
        if not _last.deferred:
            raise Interrupted(number)


def _on_unraisable(dropped: sys.UnraisableHookArgs) -> None:
    """Ignore an interrupt that Python drops; `check_interrupted` raises it again."""
    if not issubclass(dropped.exc_type, Interrupted):
        sys.__unraisablehook__(dropped)


def raise_on_signals(*names: str) -> None:
    """Raise `Interrupted` when a signal comes that the process does not ignore.

    Args:
        names: of the signals, such as ``"SIGTERM"``; this system may lack some.
    """
    _last.number, _last.time, _last.deferred = 0, -_CLEANING, False
    sys.unraisablehook = _on_unraisable
    for name in names:
        number = getattr(signal, name, None)  # Windows has no SIGHUP
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _on_signal)


def check_interrupted() -> None:
    """Raise `Interrupted` if a signal came whose exception was lost.

    Python drops an exception that a signal's handler raises while an object is deleted.
    """
    if _last.number:
        raise Interrupted(_last.number)


@contextmanager
def defer_signals() -> Iterator[None]:
    """Handle signals only after the body, which may be starting a process."""
    before, _last.deferred = _last.deferred, True
    try:
        yield
    finally:
        _last.deferred = before
    check_interrupted()


def ignore_signals() -> None:
    """Ignore signals from now on, because the process is about to end."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
