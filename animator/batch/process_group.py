"""Kills a process together with its children, on systems with process groups."""

from __future__ import annotations

import os
import signal
from contextlib import suppress


def lead_process_group() -> None:
    """Put this process and its future children into a new process group."""
    setpgid = getattr(os, "setpgid", None)  # not on Windows
    if setpgid is not None:
        setpgid(0, 0)


def kill_process_group(pid: int) -> None:
    """Kill the group that a process leads, if there is one."""
    killpg = getattr(os, "killpg", None)
    if killpg is not None:
        with suppress(OSError):
            killpg(pid, getattr(signal, "SIGKILL", signal.SIGTERM))
