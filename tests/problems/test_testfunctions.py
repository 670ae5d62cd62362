"""Test surfaces against the literature: values and gradients at their minima."""

import math

import numpy as np
import pytest
import torch

from animator import SceneError, loss_map
from animator.problems import SurfaceProblem, ravine, surface, testfunctions

# Jamil and Yang, 2013: the value at the global minimum, and how many of them there are.
LOWEST = {
    "sphere": (0, 1),
    "booth": (0, 1),
    "matyas": (0, 1),
    "beale": (0, 1),
    "himmelblau": (0, 4),
    "rosenbrock": (0, 1),
    "rastrigin": (0, 1),
    "ackley": (0, 1),
    "styblinski_tang": (-78.33233, 1),
    "three_hump_camel": (0, 1),
    "six_hump_camel": (-1.031628, 2),
    "mccormick": (-1.9132229, 1),
    "goldstein_price": (3, 1),
    "easom": (-1, 1),
}
ENDLESS = ("saddle", "monkey_saddle")
"""Those that have no minimum."""
ELSEWHERE = {
    "sphere": ((1, 2), 5),
    "booth": ((0, 0), 74),
    "matyas": ((1, 1), 0.04),
    "beale": ((0, 0), 14.203125),
    "himmelblau": ((0, 0), 170),
    "rosenbrock": ((0, 0), 1),
    "rastrigin": ((0.5, 0.5), 40.5),
    "ackley": ((1, 0), 20 - 20 * math.exp(-0.2 / math.sqrt(2))),
    "styblinski_tang": ((1, 1), -10),
    "three_hump_camel": ((1, 1), 2 - 1.05 + 1 / 6 + 2),
    "six_hump_camel": ((1, 1), 4 - 2.1 + 1 / 3 + 1),
    "mccormick": ((0, 0), 1),
    "goldstein_price": ((0, 0), 600),
    "easom": ((0, 0), -math.exp(-2 * math.pi**2)),
    "saddle": ((2, 1), 3),
    "monkey_saddle": ((2, 1), 2),
}
"""Values at other points, worked out by hand."""
ALL = {
    name: value
    for name, value in vars(testfunctions).items()
    if isinstance(value, SurfaceProblem)
}


def at(problem, place):
    """Value () and gradient (2,) at a place, in double precision."""
    x, y = (
        torch.tensor(float(v), dtype=torch.float64, requires_grad=True) for v in place
    )
    value = problem.function(x, y)
    value.backward()
    return value.item(), np.array([x.grad.item(), y.grad.item()])


def test_none_is_forgotten():
    assert set(ALL) == {*LOWEST, *ENDLESS} == set(ELSEWHERE)


@pytest.mark.parametrize("name", LOWEST)
def test_minima_have_the_value_of_the_literature_and_no_slope(name):
    problem = ALL[name]
    lowest, count = LOWEST[name]
    assert len(problem.minima) == count
    for place in problem.minima:
        value, slope = at(problem, place)
        assert value == pytest.approx(lowest, rel=1e-6, abs=1e-6)
        assert place[0] in problem.x and place[1] in problem.y
        if name == "ackley":  # the tip of a cone: it rises on all sides
            for angle in np.linspace(0, 6.2, 12):
                near = (1e-3 * math.cos(angle), 1e-3 * math.sin(angle))
                assert at(problem, near)[0] > 2.5e-3
        else:
            np.testing.assert_allclose(slope, 0, atol=1e-6)


@pytest.mark.parametrize("name", LOWEST)
def test_there_is_nothing_lower_on_the_map(name):
    problem = ALL[name]
    landscape = loss_map(problem, 201)
    assert landscape.minimum[2] >= LOWEST[name][0] - 1e-3
    lowest = landscape.minimum[:2]
    assert min(math.dist(lowest, place) for place in problem.minima) < 0.05


@pytest.mark.parametrize("name", ELSEWHERE)
def test_values_elsewhere(name):
    place, value = ELSEWHERE[name]
    problem = ALL[name]
    x, y = (torch.tensor([float(v)], dtype=torch.float64) for v in place)
    assert problem.losses(x, y).item() == pytest.approx(value, abs=1e-9)


@pytest.mark.parametrize("name", ENDLESS)
def test_saddles_are_flat_in_the_middle_and_have_no_minimum(name):
    value, slope = at(ALL[name], (0, 0))
    assert (value, *slope) == (0, 0, 0)
    assert ALL[name].minima == ()
    landscape = loss_map(ALL[name], 51)
    assert landscape.loss.min() < 0 < landscape.loss.max()


@pytest.mark.parametrize("condition", [1, 10, 250.0])
def test_the_ravine_has_its_condition(condition):
    problem = ravine(condition)
    function = torch.autograd.functional.hessian
    hessian = function(lambda p: problem.function(p[0], p[1]), torch.ones(2))
    values = torch.linalg.eigvalsh(hessian)
    assert (values[1] / values[0]).item() == pytest.approx(condition)
    assert problem.minima == ((0, 0),)


@pytest.mark.parametrize("condition", [0.5, True, float("inf"), "2", None])
def test_what_is_no_ravine(condition):
    with pytest.raises(SceneError, match=r"condition is .*; give a number, 1 or more"):
        ravine(condition)


def square(x, y):
    return x**2 + y**2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"function": 3}, "3 is not a function of two tensors"),
        (
            {"function": lambda x: x},
            r"surface '<lambda>': TypeError: .*define it with two arguments, x and y",
        ),
        (
            {"function": lambda x, y: 3},
            "it returns 3; return a tensor of the same shape",
        ),
        ({"function": lambda x, y: (x * y).sum()}, "return a tensor of the same shape"),
        ({"function": lambda x, y: (x > 0).float()}, "its value has no gradient; writ"),
        ({"function": lambda x, y: math.sin(x)}, "write it with torch's operations"),
        ({"start": "ab"}, "start is 'ab'; give two numbers"),
        ({"x": (1, 0)}, r"the range \(1, 0\) is empty"),
        ({"x": 3}, "x is 3; give two numbers"),
        ({"minima": [(0, math.nan)]}, r"\(0, nan\) is not a minimum; give \(x, y\)"),
        ({"minima": [3]}, r"3 is not a minimum; give \(x, y\)"),
    ],
)
def test_surfaces_that_make_no_sense(arguments, message):
    usual = {"function": square, "x": (-1, 1), "y": (-1, 1), "start": (1, 1)}
    usual |= arguments
    with pytest.raises(SceneError, match=message):
        surface(usual.pop("function"), **usual)
