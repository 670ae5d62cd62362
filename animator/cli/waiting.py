"""Prints a line now and then while long work goes on, where there is no terminal."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread

from animator.cli.console import PrintError, print_message

SECONDS = 10.0
"""Seconds between two lines."""
_PATIENCE = 1.0
"""Seconds that writing a line may take: the other end of a pipe may not read it."""


@contextmanager
def waiting_lines(
    describe: Callable[[float], str], seconds: float | None = None
) -> Iterator[None]:
    """Print every few seconds what the body does, and its time so far.

    A thread prints, so that a step that takes long is no silence.

    Args:
        describe: returns the line, given the seconds that have passed; nothing if
            there is nothing to print.
        seconds: between two lines; ten if not given.
    """
    pause = SECONDS if seconds is None else seconds
    start, ended = time.monotonic(), Event()

    def print_lines() -> None:
        with suppress(PrintError):  # the command finds out itself
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
