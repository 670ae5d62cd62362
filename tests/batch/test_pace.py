import pytest

from animator.batch.pace import Pace


class Clock:
    """A clock that a test sets."""

    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def job():
    """A pace, its clock and what was reported."""
    clock, reported = Clock(), []
    return Pace(reported.append, clock), clock, reported


def work(pace, clock, activity, units, seconds):
    for _ in range(units):
        clock.now += seconds
        pace.add(activity)


def test_the_share_is_that_of_the_time(job):
    """Ten slow steps and ninety quick ones, of which the quick ones are not known."""
    pace, clock, reported = job
    pace.plan("slow", "step", 10)
    pace.plan("drawing", "frame", 200)  # of 5 ms, until one was seen
    pace.begin("slow", "step")
    work(pace, clock, "training", 5, 1.0)
    assert reported[-1].activity == "training"
    assert reported[-1].share == pytest.approx(5 / (10 + 1))
    work(pace, clock, "training", 5, 1.0)
    assert reported[-1].share == pytest.approx(10 / 11)
    pace.begin("drawing", "frame")
    for done in range(1, 101):
        clock.now += 0.02  # slower than was assumed: the share does not go back
        pace.advance("drawing", done, 100)
    shares = [event.share for event in reported]
    assert shares == sorted(shares) and shares[-1] == pytest.approx(1)
    assert 10 / 12 < shares[-50] < 1


def test_what_another_experiment_took_is_expected_of_the_next(job):
    pace, clock, reported = job
    pace.plan("first", "step", 10)
    pace.plan("second", "step", 30)
    pace.begin("first", "step")
    work(pace, clock, "training", 10, 2.0)
    assert reported[-1].share == pytest.approx(20 / 80)


def test_what_was_kept_takes_no_time(job):
    pace, clock, reported = job
    pace.plan("kept", "step", 1000)
    pace.plan("trained", "step", 10)
    pace.begin("kept", "step")
    pace.begin("trained", "step")
    work(pace, clock, "training", 5, 1.0)
    assert reported[-1].share == pytest.approx(0.5)


def test_a_point_of_a_map_is_compared_with_a_step(job):
    pace, clock, reported = job
    pace.plan("training", "step", 10)
    pace.plan("map", "point", 100)
    pace.begin("training", "step")
    work(pace, clock, "training", 10, 1.0)
    assert reported[-1].share == pytest.approx(10 / (10 + 30))
    pace.begin("map", "point")
    clock.now += 5
    pace.add("map", 50)
    assert reported[-1].share == pytest.approx(15 / 20)


def test_reports_are_seldom_but_of_frames(job):
    pace, clock, reported = job
    pace.plan("training", "step", 1000)
    pace.begin("training", "step")
    work(pace, clock, "training", 1000, 0.001)
    assert 5 <= len(reported) <= 10
    pace.begin("drawing", "frame")
    before = len(reported)
    work(pace, clock, "drawing", 20, 0.001)
    assert len(reported) - before == 20
