"""The timeline of a clip: the step that each frame shows."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate

from animator.base.checks import is_integer, is_number
from animator.base.errors import SceneError

PACES = ("even", "log", "distance")
LONGEST = 86_400
"""The longest duration of a clip or a hold, in seconds."""
_SLOWEST = 1000
"""The largest factor of slow motion."""
_EASED_FRAMES = 6
"""Steps of at least this many frames ease in and out."""


@dataclass(frozen=True)
class Timeline:
    """The frames of a clip, and the step that each of them shows.

    The clip holds at the start, moves through all steps, and holds at the end. Holds
    and motion are rounded to whole frames.

    Attributes:
        steps: the number of steps of the optimizer.
        fps: frames per second.
        hold_start: the time before the first step, in seconds.
        hold_end: the time after the last step, in seconds.
        seconds: the duration of the clip in seconds. By default, the motion between
            the holds takes ``0.6 √steps`` seconds, so that 100 steps take 6 seconds,
            and longer with slow motion.
        pace: the duration of each step (steps,), as a multiple of the mean; by default
            all steps take the same time.
        slow: a dict from ranges of steps (first, last) to the factor by which these
            steps take longer.

    Raises:
        SceneError: a number is out of its range.
    """

    steps: int
    fps: float = 25.0
    hold_start: float = 0.5
    hold_end: float = 1.5
    seconds: float | None = None
    pace: Sequence[float] = ()
    slow: Mapping[tuple[int, int], float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        fps = self.fps
        if not is_number(fps, 1, 100):
            text = f"{fps:g}" if isinstance(fps, float) else repr(fps)
            raise SceneError(f"fps is {text}; give 1 to 100 frames a second")
        for name in ("hold_start", "hold_end", "seconds"):
            value = getattr(self, name)
            if value is None and name == "seconds":
                continue
            if not is_number(value, 0, LONGEST):
                raise SceneError(
                    f"{name} is {value!r}; give a number of seconds, 0 to {LONGEST}"
                )
        _check_slow(self.slow)
        if self.duration > LONGEST:
            raise SceneError(
                f"the clip takes {self.duration:,.0f} seconds, {LONGEST} at most; give "
                "seconds, fewer steps, or less slow motion"
            )
        if self.seconds is not None and self._motion_frames < 1:
            raise SceneError(
                f"seconds is {self.seconds:g}, of which the clip rests "
                f"{self.hold_start:g} at the start and {self.hold_end:g} at the end; "
                "give more seconds or shorter holds"
            )

    @property
    def _start_frames(self) -> int:
        """The number of frames that hold at the start, at least one."""
        return max(1, round(self.hold_start * self.fps))

    @property
    def _motion_frames(self) -> int:
        """The number of frames from the first of the motion to the first at the end."""
        if self.seconds is None:
            longer = sum(self._durations) / self.steps
            return max(1, round(0.6 * math.sqrt(self.steps) * longer * self.fps))
        return round(self.seconds * self.fps) - self._start_frames - self._end_frames

    @property
    def _end_frames(self) -> int:
        """The number of frames that hold at the end, after the first frame there."""
        return round(self.hold_end * self.fps)

    @property
    def frames(self) -> int:
        """The number of frames of the clip."""
        return self._start_frames + self._motion_frames + self._end_frames

    @property
    def duration(self) -> float:
        """The duration of the clip in seconds."""
        return self.frames / self.fps

    @cached_property
    def _durations(self) -> list[float]:
        """The duration of each step (steps,), as a multiple of that at an even pace."""
        durations = list(self.pace) or [1.0] * self.steps
        for (first, last), factor in self.slow.items():
            for step in range(first, min(last, self.steps)):
                durations[step] *= factor
        return durations

    @cached_property
    def _arrivals(self) -> list[float]:
        """The time at which each step is reached (steps + 1,), 0 to 1."""
        arrivals = list(accumulate(self._durations, initial=0.0))
        return [arrival / arrivals[-1] for arrival in arrivals]

    def step_at(self, frame: int) -> float:
        """Return the step that a frame shows, a float from 0 to `steps`.

        Steps of six frames or more ease in and out. In shorter steps this would look
        like stutter, so their speed is constant.
        """
        moved = min(max(frame - self._start_frames + 1, 0), self._motion_frames)
        if moved == self._motion_frames:
            return float(self.steps)
        share = moved / self._motion_frames
        if self.pace or self.slow:
            step = bisect_right(self._arrivals, share) - 1
            left, reached = self._arrivals[step : step + 2]
            within, length = (share - left) / (reached - left), reached - left
        else:
            step, rest = divmod(moved * self.steps, self._motion_frames)
            within, length = rest / self._motion_frames, 1 / self.steps
        is_long = length * self._motion_frames >= _EASED_FRAMES
        return step + (_ease(within) if is_long else within)


def _ease(share: float) -> float:
    """Return the progress of an eased motion, 0 to 1, after a fraction t of its time.

    It is 10 t³ − 15 t⁴ + 6 t⁵ (K. Perlin, Improving Noise, 2002). Its velocity and
    acceleration are zero at both ends.
    """
    eased = share**3 * (10 + share * (6 * share - 15))
    return min(eased, math.nextafter(1.0, 0.0)) if share < 1 else 1.0


def check_pace(pace: object) -> None:
    """Raise `SceneError` unless a pace is known."""
    if pace not in PACES:
        raise SceneError(f"pace is {pace!r}; give one of {', '.join(PACES)}")


def step_durations(pace: str, distances: Sequence[float]) -> list[float]:
    """Return the duration of each step (steps,), as a multiple of the mean.

    Args:
        pace: ``"even"``, the same for all steps; ``"log"``, by which step k is reached
            at a time proportional to log(1 + k), so that early steps take longer; or
            ``"distance"``, by which four fifths of the time are divided in proportion
            to the distances and the rest evenly, so that steps of length zero are
            visible, too.
        distances: the distance that each step covers (steps,), in any unit.
    """
    steps, total = len(distances), sum(distances)
    durations = [1.0] * steps
    if pace == "log":
        durations = [math.log((step + 2) / (step + 1)) for step in range(steps)]
    elif pace == "distance" and total > 0:
        durations = [0.8 * steps * distance / total + 0.2 for distance in distances]
    mean = sum(durations) / steps
    return [duration / mean for duration in durations]


def _check_slow(slow: object) -> None:
    good = isinstance(slow, Mapping) and all(
        isinstance(span, tuple)
        and len(span) == 2
        and all(is_integer(end, 0) for end in span)
        and span[0] < span[1]
        and is_number(factor, 1 / _SLOWEST, _SLOWEST)
        for span, factor in slow.items()
    )
    if not good:
        raise SceneError(
            f"slow is {slow!r}; give how many times as long some steps take, up to "
            f"{_SLOWEST}, such as {{(0, 10): 4}}"
        )
