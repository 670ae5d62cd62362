"""The clock: frames, holds and steps."""

from itertools import pairwise

import pytest

from animator import SceneError
from animator.timeline import Timeline


def test_a_hundred_steps_take_eight_seconds_in_all():
    timeline = Timeline(100)
    assert timeline.frames == 200
    assert timeline.duration == 8.0
    steps = [timeline.step_at(frame) for frame in range(timeline.frames)]
    assert steps[:12] == [0.0] * 12 and steps[12] == pytest.approx(2 / 3)
    assert steps[-39:] == [100.0] * 39 and steps[-40] < 100
    moving = steps[11:162]
    assert [b - a for a, b in pairwise(moving)] == pytest.approx([2 / 3] * 150)


@pytest.mark.parametrize("steps", [1, 2, 7, 100, 3333])
@pytest.mark.parametrize("fps", [1, 12.5, 25, 60])
@pytest.mark.parametrize("seconds", [None, 2, 3])
def test_every_clip_shows_start_and_end(steps, fps, seconds):
    timeline = Timeline(steps, fps, hold_start=0, hold_end=0, seconds=seconds)
    shown = [timeline.step_at(frame) for frame in range(timeline.frames)]
    assert shown[0] == 0 and shown[-1] == steps
    assert shown == sorted(shown)
    if seconds is not None:
        assert timeline.duration == pytest.approx(seconds, abs=0.51 / fps)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"fps": 0}, "fps is 0; give 1 to 100"),
        ({"fps": float("nan")}, "fps is nan"),
        ({"hold_end": -1}, "hold_end is -1"),
        ({"seconds": float("inf")}, "seconds is inf"),
        ({"seconds": 2}, "seconds is 2, of which the clip rests 0.5 at the start and"),
    ],
)
def test_numbers_out_of_range(arguments, message):
    with pytest.raises(SceneError, match=message):
        Timeline(10, **arguments)
