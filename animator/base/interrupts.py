"""Converts signals to an exception, so that the program cleans up before it ends."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

_CLEANUP_SECONDS = 3.0
"""Seconds after a signal during which further signals are ignored, for cleanup."""


class Interrupted(KeyboardInterrupt):
    """A signal requested termination; the argument is its number."""


@dataclass
class _LastSignal:
    """The number and time of the last signal; the number is 0 if there was none."""

    number: int = 0
    time: float = -_CLEANUP_SECONDS
    deferred: bool = False


_last = _LastSignal()


def _on_signal(number: int, frame: object) -> None:
    now = time.monotonic()
    if now - _last.time >= _CLEANUP_SECONDS:
        _last.number, _last.time = number, now
        if not _last.deferred:
            raise Interrupted(number)


def _on_unraisable(dropped: sys.UnraisableHookArgs) -> None:
    """Hide an interrupt that Python drops; `check_interrupted` raises it again."""
    if not issubclass(dropped.exc_type, Interrupted):
        sys.__unraisablehook__(dropped)


def raise_on_signals(*names: str) -> None:
    """Raise `Interrupted` on signals, except those that the process already ignores.

    Args:
        names: the signals' names, such as ``"SIGTERM"``. Names that the system lacks
            are skipped.
    """
    _last.number, _last.time, _last.deferred = 0, -_CLEANUP_SECONDS, False
    sys.unraisablehook = _on_unraisable
    for name in names:
        number = getattr(signal, name, None)  # Windows has no SIGHUP
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _on_signal)


def check_interrupted() -> None:
    """Raise `Interrupted` if a signal arrived whose exception was lost.

    Python drops exceptions that a signal handler raises during object finalization.
    """
    if _last.number:
        raise Interrupted(_last.number)


@contextmanager
def defer_signals() -> Iterator[None]:
    """Defer signals until the end of the body, such as the start of a process."""
    before, _last.deferred = _last.deferred, True
    try:
        yield
    finally:
        _last.deferred = before
    check_interrupted()


def ignore_signals() -> None:
    """Ignore SIGINT and SIGTERM from now on, because the process is about to end."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
