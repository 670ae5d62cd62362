"""Options of running jobs, which change nothing in their clips."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How jobs are carried out.

    Attributes:
        workers: how many jobs run at the same time, each in a process of its own.
        timeout: seconds that a job may take; None for any number.
        cache: whether results that took long are kept, and read again.
        hash_frames: whether all frames are hashed, for a manifest.
        debug: whether a process says where it was when its time was up.
    """

    workers: int = 1
    timeout: float | None = None
    cache: bool = True
    hash_frames: bool = False
    debug: bool = False
