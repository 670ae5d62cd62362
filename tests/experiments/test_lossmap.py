"""The loss map against point-by-point evaluation and the closed-form minimum."""

import gc
import weakref

import numpy as np
import pytest
import torch
from conftest import article_data
from torch.nn import HuberLoss, L1Loss, MSELoss, SmoothL1Loss

from animator import SceneError, loss_map
from animator.experiments.lossmap import LossMaps
from animator.problems import line_fit


class Slope:
    name, start = "slope", (0, 0)
    x = y = line_fit(MSELoss()).x

    def losses(self, x, y):
        return x + y


@pytest.mark.parametrize("loss", [MSELoss(), L1Loss(), HuberLoss(), SmoothL1Loss()])
def test_the_map_equals_point_by_point_evaluation(loss):
    landscape = loss_map(line_fit(loss), points=101)
    x, y = article_data()
    assert landscape.loss.shape == (101, 101)
    for i in range(0, 101, 4):
        for j in range(0, 101, 4):
            w, b = -5.0 + 13.0 * i / 100.0, -5.0 + 13.0 * j / 100.0
            assert landscape.loss[i, j] == pytest.approx(
                loss(x * w + b, y).item(), rel=1e-5
            )
            assert (landscape.x[j], landscape.y[i]) == pytest.approx((b, w))


def test_the_minimum_is_found_between_the_points_of_the_grid():
    x, y = (v.double().numpy() for v in article_data())
    weight, bias = np.polyfit(x, y, 1)
    found = loss_map(line_fit(MSELoss()), points=21).minimum
    assert found[:2] == pytest.approx((bias, weight), abs=2e-3)
    assert found[2] == pytest.approx(np.mean((weight * x + bias - y) ** 2), rel=1e-5)


def test_batches_are_bounded_and_cover_the_map(monkeypatch):
    sizes = []

    class Counting:
        name, start = "counting", (0, 0)
        x = y = line_fit(MSELoss()).x

        def losses(self, x, y):
            sizes.append(len(x))
            return x + 100 * y

    landscape = loss_map(Counting(), points=150)
    assert max(sizes) <= 4096
    expected = landscape.x[None, :] + 100 * landscape.y[:, None]
    np.testing.assert_allclose(landscape.loss, expected, rtol=1e-5, atol=1e-4)


def test_a_map_of_infinite_losses_has_no_minimum():
    class Wall:
        x = y = line_fit(MSELoss()).x

        def losses(self, x, y):
            return torch.full_like(x, torch.inf)

    assert np.isnan(loss_map(Wall(), points=5).minimum).all()


def test_too_few_points():
    with pytest.raises(SceneError, match="points is 1; give a whole number, 2 to"):
        loss_map(line_fit(MSELoss()), points=1)


def test_shared_maps_are_evaluated_once_each_and_let_go():
    calls = []

    class Counting(Slope):
        def losses(self, x, y):
            calls.append(len(x))
            return x + y

    problem, maps = Counting(), LossMaps()
    first = maps.evaluate(problem, 5, xlim=[0, 1])
    count = len(calls)
    assert maps.evaluate(problem, 5, xlim=(0, 1)) is first and len(calls) == count
    np.testing.assert_array_equal(first.loss, loss_map(problem, 5, xlim=(0, 1)).loss)
    for others in ({"xlim": (0, 2)}, {"ylim": (0, 1)}, {"penalty": 1.0}, {}):
        assert maps.evaluate(problem, 5, **others) is not first
    assert maps.evaluate(Counting(), 5, xlim=(0, 1)) is not first
    assert LossMaps().evaluate(problem, 5, xlim=(0, 1)) is not first
    alive = weakref.ref(first.loss)
    del first, maps
    gc.collect()
    assert alive() is None  # nothing in the module still holds it


def test_members_of_other_meanings_are_not_read():
    class Odd(Slope):
        points, size, note, minima = "many", "large", 7, 3

    expected = loss_map(Slope(), points=9)
    np.testing.assert_array_equal(loss_map(Odd(), points=9).loss, expected.loss)
    assert loss_map(Odd(), points=9).minimum == expected.minimum


def test_the_number_of_points_is_no_truth_value():
    with pytest.raises(SceneError, match="points is True; give a whole number"):
        loss_map(Slope(), points=True)
