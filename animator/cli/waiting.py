"""Prints a line every few seconds during long work, if there is no terminal."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread

from animator.cli.console import PrintError, print_message

SECONDS = 10.0
"""Seconds between two lines."""
_PATIENCE = 1.0
"""Seconds to wait for a line to be written: a pipe may have no reader."""


@contextmanager
def waiting_lines(
    describe: Callable[[float], str], seconds: float | None = None
) -> Iterator[None]:
    """Print the progress of the body every few seconds.

    A thread prints, so that lines also appear during a long step.

    Args:
        describe: returns the line for the number of seconds that have passed; an
            empty text prints nothing.
        seconds: the time between two lines; ten if not given.
    """
    pause = SECONDS if seconds is None else seconds
    start, ended = time.monotonic(), Event()

    def print_lines() -> None:
        with suppress(PrintError):  # the command itself reports it
            while not ended.wait(pause):
                if line := describe(time.monotonic() - start):
                    print_message(line)

    thread = Thread(target=print_lines, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join(_PATIENCE)
