"""Ends a process with all that it has started, on systems that have process groups."""

from __future__ import annotations

import os
import signal
from contextlib import suppress


def lead_process_group() -> None:
    """Put this process, and what it starts from now on, into a group of its own."""
    setpgid = getattr(os, "setpgid", None)  # not on Windows
    if setpgid is not None:
        setpgid(0, 0)


def kill_process_group(pid: int) -> None:
    """Kill the group that a process leads, if it leads one and it is still there."""
    killpg = getattr(os, "killpg", None)
    if killpg is not None:
        with suppress(OSError):
            killpg(pid, getattr(signal, "SIGKILL", signal.SIGTERM))
