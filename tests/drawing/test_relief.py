"""A landscape hides what lies behind its hills, and paths follow it."""

import math

import numpy as np
import pytest
from matplotlib.figure import Figure

from animator.drawing.camera import FLOOR, Camera
from animator.drawing.draped import drape
from animator.drawing.relief import Relief, smooth

SIDE = np.linspace(-1, 1, 81)


def camera(elevation, azimuth):
    ax = Figure(figsize=(4, 3)).add_axes((0, 0, 1, 1))
    corners = [(x, y, z) for x in (-1, 1) for y in (-1, 1) for z in (FLOOR, 1)]
    return Camera(ax, [(elevation, azimuth)], np.array(corners, float))


def ridge():
    """A wall of height 1 along x = 0, a tenth wide."""
    heights = np.where(np.abs(SIDE) < 0.05, 1.0, 0.0)
    return Relief(np.tile(heights, (81, 1)))


@pytest.mark.parametrize("azimuth", [0, 180])
def test_a_wall_hides_what_is_behind_it_as_far_as_its_shadow_falls(azimuth):
    """Seen at 45°, a wall 0.9 high hides 0.9 of the plain behind it; closer, less."""
    seen = camera(45, azimuth)
    front = 1 if azimuth == 0 else -1
    far = math.hypot(*seen.position[:2])
    height = 0.9 * seen.position[2]
    # The line of sight that touches the wall's top reaches the plain here.
    reach = 0.9 * far / (height - 0.9)
    for x in np.linspace(0.1, 0.95, 18):
        point = np.array([[-front * x, 0.1, 0.0], [front * x, 0.1, 0.0]])
        behind, before = seen_hidden = ridge().hides(point, seen, on_it=True)
        assert not before
        if abs(x - reach) > 0.1:
            assert behind == (x < reach), (x, reach, seen_hidden)


def test_from_straight_above_nothing_is_hidden():
    points = np.column_stack([SIDE, SIDE, ridge().at(SIDE, SIDE)])
    assert not ridge().hides(points, camera(90, 20), on_it=True).any()


def test_the_floor_is_seen_below_a_rim_that_is_high():
    """A bowl: its floor in front shows below the rim, what is under it does not."""
    x, y = np.meshgrid(SIDE, SIDE)
    bowl = Relief((x**2 + y**2) / 2)
    seen = camera(20, -90)
    floor = np.array([[0.0, -0.97, FLOOR], [0.0, 0.6, FLOOR], [0.0, -1.5, FLOOR]])
    hidden = bowl.hides(floor, seen, on_it=False)
    assert hidden.tolist() == [False, True, False]


def test_heights_between_points_are_linear():
    x, y = np.meshgrid(np.linspace(-1, 1, 5), np.linspace(-1, 1, 4))
    plane = Relief(0.5 + 0.2 * x + 0.1 * y)
    rng = np.random.default_rng(0)
    x, y = rng.uniform(-1, 1, (2, 50))
    np.testing.assert_allclose(plane.at(x, y), 0.5 + 0.2 * x + 0.1 * y)


def test_a_smooth_landscape_goes_through_the_points_of_the_map():
    x, y = np.meshgrid(np.linspace(-1, 1, 51), np.linspace(-1, 1, 51))
    heights = (2 + np.sin(3 * x) + np.cos(4 * y) * x) / 4
    fine = smooth(heights)
    assert fine.shape == (101, 101)
    np.testing.assert_allclose(fine[::2, ::2], heights, atol=1e-12)
    x, y = np.meshgrid(np.linspace(-1, 1, 101), np.linspace(-1, 1, 101))
    expected = (2 + np.sin(3 * x) + np.cos(4 * y) * x) / 4
    np.testing.assert_allclose(fine, expected, atol=3e-4)


def test_unknown_heights_are_not_smoothed():
    heights = np.zeros((11, 11))
    heights[3, 4] = np.nan
    assert smooth(heights) is heights


def test_a_path_has_its_own_heights_at_steps_and_the_landscape_s_between():
    x, y = np.meshgrid(SIDE, SIDE)
    bowl = Relief((x**2 + y**2) / 2)
    places = np.array([[-0.9, 0.0], [0.9, 0.0], [0.0, 0.5]])
    heights = np.array([0.405, 0.405, 0.125])
    path = drape(places, heights, bowl, 500)
    for step in range(3):
        expected = [*places[step], heights[step]]
        np.testing.assert_allclose(path.at(step), expected, atol=1e-3)
    # A straight line from rim to rim would stay at 0.405.
    np.testing.assert_allclose(path.at(0.5), [0, 0, 0], atol=1e-3)
    off = drape(places, heights + 0.2, bowl, 500)  # as of a run off the map's plane
    np.testing.assert_allclose(off.at(0.5), [0, 0, 0.2], atol=1e-3)


def test_beyond_the_rim_a_path_falls_to_the_floor():
    flat = Relief(np.full((81, 81), 0.7))
    places = np.array([[0.0, 0.0], [1.9, 0.0], [5e8, 0.0], [np.nan, 0.0]])
    path = drape(places, np.full(4, 0.7), flat, 500)
    at_rim = path.at(1 / 1.9)
    np.testing.assert_allclose(at_rim, [1, 0, 0.7], atol=1e-2)
    assert path.at(1)[2] == FLOOR and path.at(1)[0] == pytest.approx(1.9)
    assert (np.diff(path.points[:, 2]) <= 1e-12).all()
    assert np.isfinite(path.points).all() and path.at(9)[0] == pytest.approx(2.4)


def test_a_long_path_keeps_its_ends_and_has_a_bound():
    turns = np.linspace(0, 60, 50_001)
    places = 0.5 * np.column_stack([np.cos(turns), np.sin(turns)])
    path = drape(places, np.zeros(50_001), Relief(np.zeros((9, 9))), 600)
    assert len(path.points) < 1300
    np.testing.assert_allclose(path.at(50_000)[:2], places[-1])
    assert (np.diff(path.steps) > 0).all()
