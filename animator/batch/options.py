"""The options of running jobs, which do not affect the clips."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RunOptions:
    """The options of running jobs.

    Attributes:
        workers: the number of jobs that run at the same time, each in its own process.
        timeout: the time limit of a job in seconds; None for no limit.
        cache: whether to read slow results from the cache, and to store them there.
        hash_frames: whether to hash all frames for a manifest.
        debug: whether a process prints its traceback when its time is up.
    """

    workers: int = 1
    timeout: float | None = None
    cache: bool = True
    hash_frames: bool = False
    debug: bool = False
