"""Sliders: their values, and how these are written."""

import numpy as np
import pytest

from animator import SceneError
from animator.scenes.sliders import combinations, make_slider, make_sliders, start_grid


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        ([0, 0.02, 0.5, 0.58], ["0.00", "0.02", "0.50", "0.58"]),
        ([0.01, 0.03, 0.1], ["0.01", "0.03", "0.10"]),
        ([8, 16, 32], ["8", "16", "32"]),
        (np.linspace(0, 0.98, 50)[27:30], ["0.54", "0.56", "0.58"]),
        ([0.1 + 0.2, 0.5], ["0.3", "0.5"]),
        ([1e-8, 0.1], ["1e-08", "0.1"]),
        ([0.5, 1e30], ["0.5", "1e+30"]),
        ([0.12345678, 0.12345679], ["0.12345678", "0.12345679"]),
        ([True, False], ["True", "False"]),
        ([(0.9, 0.99), (0.9, 0.999)], ["(0.9, 0.990)", "(0.9, 0.999)"]),
    ],
)
def test_numbers_have_the_same_decimals(values, texts):
    assert make_slider("x", values).texts == texts


def test_values_are_those_that_were_given():
    values = np.linspace(0, 0.98, 50)
    slider = make_slider("momentum", values)
    assert slider.values == values.tolist()
    assert all(type(value) is float for value in slider.values)


@pytest.mark.parametrize(
    ("name", "values", "message"),
    [
        ("lr", [0.1], r"sliders: lr has 1 value; give two or more"),
        ("lr", [], r"sliders: lr has no values; give two or more"),
        ("lr", [0.1, 0.2, 0.1], r"sliders: lr has 0.1 twice; give it once"),
        ("lr", 0.1, r"sliders: lr is 0.1; give a list of values"),
        ("lr", "0.1", r"sliders: lr is '0.1'; give a list of values"),
        ("l r", [1, 2], r"sliders: 'l r' is not a hyperparameter"),
    ],
)
def test_a_wrong_slider_is_refused(name, values, message):
    with pytest.raises(SceneError, match=message):
        make_slider(name, values)


def test_a_hyperparameter_has_its_usual_symbol():
    assert make_slider("momentum", [0, 1]).symbol == "β"
    assert make_slider("lr", [0, 1]).label == "lr α"
    assert make_slider("batch_size", [8, 16]).label == "batch size"


def test_starts_that_are_a_product_are_a_grid():
    slider = start_grid([-1, 0, 1], [2, 3])
    assert slider.values == [(-1, 2), (-1, 3), (0, 2), (0, 3), (1, 2), (1, 3)]
    assert slider.grid == ([-1, 0, 1], [2, 3])
    assert make_slider("start", [(0, 0), (1, 1)]).grid is None


def test_the_last_slider_is_the_fastest():
    sliders = make_sliders({"lr": [1, 2], "momentum": [0, 1, 2]})
    assert combinations(sliders) == [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)]
