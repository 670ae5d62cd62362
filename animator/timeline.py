"""The clip's clock: which step of the optimizer a frame shows."""

from __future__ import annotations

import math
from dataclasses import dataclass

from animator.errors import SceneError


@dataclass(frozen=True, slots=True)
class Timeline:
    """Frames of a clip, and the step that each of them shows.

    The clip holds on the start, moves through all steps at an even pace, and holds
    on the end. Holds and motion are rounded to whole frames.

    Attributes:
        steps: how many steps the optimizer takes.
        fps: frames a second.
        hold_start: seconds before the first step.
        hold_end: seconds after the last one.
        seconds: of the whole clip; if not given, the motion between the holds takes
            ``0.6 √steps``, so that 100 steps take 6 seconds.

    Raises:
        SceneError: a number is out of its range.
    """

    steps: int
    fps: float = 25.0
    hold_start: float = 0.5
    hold_end: float = 1.5
    seconds: float | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.fps <= 100:
            raise SceneError(f"fps is {self.fps:g}; give 1 to 100 frames a second")
        for name in ("hold_start", "hold_end", "seconds"):
            value = getattr(self, name)
            if value is not None and not (
                isinstance(value, int | float) and 0 <= value < math.inf
            ):
                raise SceneError(
                    f"{name} is {value!r}; give a number of seconds, 0 or more"
                )
        if self.seconds is not None and self._motion < 1:
            raise SceneError(
                f"seconds is {self.seconds:g}, of which the clip rests "
                f"{self.hold_start:g} at the start and {self.hold_end:g} at the end; "
                "give more seconds or shorter holds"
            )

    @property
    def _start(self) -> int:
        """Frames on the start, which is always seen once."""
        return max(1, round(self.hold_start * self.fps))

    @property
    def _motion(self) -> int:
        """Frames from the first that has left the start to the one at the end."""
        if self.seconds is None:
            return max(1, round(0.6 * math.sqrt(self.steps) * self.fps))
        return round(self.seconds * self.fps) - self._start - self._end

    @property
    def _end(self) -> int:
        """Frames on the end, after the first one there."""
        return round(self.hold_end * self.fps)

    @property
    def frames(self) -> int:
        """How many frames the clip has."""
        return self._start + self._motion + self._end

    @property
    def duration(self) -> float:
        """How many seconds the clip takes."""
        return self.frames / self.fps

    def step_at(self, frame: int) -> float:
        """Return the step (0 to `steps`, between two steps a fraction) of a frame."""
        moved = min(max(frame - self._start + 1, 0), self._motion)
        return moved * self.steps / self._motion
