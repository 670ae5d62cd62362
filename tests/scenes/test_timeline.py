"""The clock: frames, holds and steps."""

import math
from itertools import pairwise

import pytest

from animator import SceneError
from animator.scenes.timeline import PACES, Timeline, step_durations


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


def stays(timeline):
    """How many frames each step is on screen."""
    shown = [int(timeline.step_at(frame)) for frame in range(timeline.frames)]
    return [shown.count(step) for step in range(timeline.steps + 1)]


def test_a_logarithmic_pace_reaches_step_k_at_log_of_k_plus_one():
    timeline = Timeline(
        99,
        100,
        hold_start=0,
        hold_end=0,
        seconds=60,
        pace=step_durations("log", [1.0] * 99),
    )
    for step in (1, 9, 49):
        frame = round(math.log(1 + step) / math.log(100) * 60 * 100)
        assert timeline.step_at(frame) == pytest.approx(step, abs=0.1)
    shown = stays(timeline)[:99]
    assert all(later <= earlier + 1 for earlier, later in pairwise(shown))


def test_a_pace_by_distance_gives_far_steps_their_time():
    timeline = Timeline(
        4, 100, 0, 0, seconds=10, pace=step_durations("distance", [3.0, 0.0, 1.0, 0.0])
    )
    # A fifth of the time is shared out evenly, the rest by the way: 0.2/4 + 0.8 · 3/4.
    assert stays(timeline)[:4] == pytest.approx([650, 50, 250, 50], abs=1)


def test_paces_that_stand_still_are_even():
    for pace in PACES:
        assert step_durations(pace, [0.0]) == [1.0]
    assert step_durations("distance", [0.0, 0.0]) == [1.0, 1.0]


def test_slow_motion_lengthens_the_clip_and_only_its_steps():
    even, slow = Timeline(20), Timeline(20, slow={(5, 8): 4})
    assert slow.frames - even.frames == pytest.approx(
        9 * 0.6 * 20**0.5 / 20 * 25, abs=1
    )
    one, other = stays(even), stays(slow)
    for step in range(1, 20):
        factor = 4 if 5 <= step < 8 else 1
        assert other[step] == pytest.approx(factor * one[step], abs=factor + 1)


def test_slow_motion_within_a_given_time():
    timeline = Timeline(20, seconds=6, slow={(0, 2): 10})
    assert timeline.duration == 6
    assert sum(stays(timeline)[1:2]) > 5 * stays(timeline)[10]


@pytest.mark.parametrize("pace", PACES)
@pytest.mark.parametrize("slow", [{}, {(0, 3): 5}, {(2, 999): 0.5}])
def test_every_pace_shows_start_and_end(pace, slow):
    durations = step_durations(pace, [0.5, 0.0, 2.0, 0.1, 0.1, 7.0, 0.0])
    timeline = Timeline(7, 25, 0, 0, 3, durations, slow)
    shown = [timeline.step_at(frame) for frame in range(timeline.frames)]
    assert shown[0] == 0 and shown[-1] == 7 and shown == sorted(shown)


@pytest.mark.parametrize(
    "slow", [{(0, 3): 0}, {(3, 3): 2}, {3: 2}, {(0, 3): "fast"}, {(0.5, 2): 2}, 5]
)
def test_slow_motion_that_makes_no_sense(slow):
    with pytest.raises(SceneError, match=r"slow is .*; give how many times as long"):
        Timeline(10, slow=slow)


def quintic(t):
    return 10 * t**3 - 15 * t**4 + 6 * t**5


@pytest.mark.parametrize("frames", [6, 7, 50])
def test_a_step_of_six_frames_or_more_begins_and_ends_softly(frames):
    timeline = Timeline(4, 50, 0, 0, seconds=(4 * frames + 1) / 50)
    shown = [timeline.step_at(frame) for frame in range(timeline.frames)]
    for step in range(4):
        within = shown[step * frames : (step + 1) * frames]
        assert within[0] == step
        expected = [step + quintic(index / frames) for index in range(frames)]
        assert within == pytest.approx(expected, abs=1e-12)
        assert max(map(int, within)) == step  # readouts are of this step
    assert shown[-1] == 4


def test_shorter_steps_are_even():
    timeline = Timeline(10, 50, 0, 0, seconds=51 / 50)
    shown = [timeline.step_at(frame) for frame in range(timeline.frames)]
    assert shown == pytest.approx([index / 5 for index in range(51)])


def test_slow_motion_is_soft_and_the_rest_is_even():
    timeline = Timeline(30, 25, 0, 0, seconds=8, slow={(0, 3): 20})
    shown = [timeline.step_at(frame) for frame in range(timeline.frames)]
    first = [step for step in shown if step < 1]
    assert first[1] < 0.01 and 1 - first[-1] < 0.01
    late = [step for step in shown if step > 20]
    moves = [b - a for a, b in pairwise(late)]
    assert max(moves) == pytest.approx(min(moves), rel=1e-6)
