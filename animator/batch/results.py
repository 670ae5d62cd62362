"""The outcome of a job."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from animator.base.errors import AnimatorError

if TYPE_CHECKING:
    from animator.batch.entries import Entry
    from animator.batch.trajectory_table import TrajectoryTable
    from animator.rendering.clip import Clip


@dataclass(frozen=True, slots=True)
class JobResult:
    """The outcome of a job: its clips, or its error.

    Attributes:
        clips: the written files.
        tables: the trajectories of its recordings.
        entry: the job's part of a manifest; None without a manifest.
        error: the message of the error; empty if the job succeeded.
        trace: the traceback of the error.
        warnings: the texts of all warnings, without repetitions.
    """

    clips: tuple[Clip, ...] = ()
    tables: tuple[TrajectoryTable, ...] = ()
    entry: Entry | None = None
    error: AnimatorError | None = None
    trace: str = ""
    warnings: tuple[str, ...] = ()
