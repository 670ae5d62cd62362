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
    """The outcome of a job: its clips, or why there are none.

    Attributes:
        clips: the written files.
        tables: the trajectories of its recordings.
        entry: its part of a manifest, if there is to be one.
        error: why there are no clips.
        trace: the traceback of the error.
        warnings: the texts of all warnings, each once.
    """

    clips: tuple[Clip, ...] = ()
    tables: tuple[TrajectoryTable, ...] = ()
    entry: Entry | None = None
    error: AnimatorError | None = None
    trace: str = ""
    warnings: tuple[str, ...] = ()
