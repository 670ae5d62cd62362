import itertools
import math
import sys

import numpy as np
import pytest

from animator import SceneError, log_range
from animator.experiments.search import (
    check_searchable,
    check_space,
    decoded,
    grid,
    proposals,
)

BETAS = [(0.9, 0.999), (0.5, 0.9), (0.0, 0.99)]


def values(space, trials):
    space = check_space(space, "test")
    return [decoded(space, code) for code in grid(space, trials)]


def test_a_range_is_even_on_a_logarithmic_scale():
    tried = log_range(1e-4, 1).values(9)
    assert tried[0] == 1e-4 and tried[-1] == 1
    np.testing.assert_allclose(tried, np.geomspace(1e-4, 1, 9), rtol=0.05)
    assert all(float(f"{v:.1e}") == v for v in tried)  # two digits, for the labels
    narrow = log_range(0.1, 0.11).values(30)
    assert all(a < b for a, b in itertools.pairwise(narrow)) and len(narrow) == 30
    np.testing.assert_allclose(narrow, np.geomspace(0.1, 0.11, 30), rtol=1e-3)


def test_one_range_has_a_value_for_each_trial():
    assert [v["lr"] for v in values({"lr": log_range(1e-3, 1)}, 4)] == [
        1e-3, 0.01, 0.1, 1.0,
    ]  # fmt: skip
    assert values({"lr": log_range(1e-3, 0.1)}, 1) == [{"lr": 0.01}]


def test_a_grid_has_all_combinations():
    tried = values({"lr": log_range(1e-4, 1), "betas": BETAS}, 20)
    rates = {v["lr"] for v in tried}
    assert len(tried) == 18 and len(rates) == 6  # 20 are no multiple of 3
    assert {(v["lr"], v["betas"]) for v in tried} == set(
        itertools.product(rates, BETAS)
    )
    assert values({"momentum": [0, 0.5, 0.9]}, 3) == [
        {"momentum": 0}, {"momentum": 0.5}, {"momentum": 0.9},
    ]  # fmt: skip
    two = values({"lr": log_range(1e-4, 1), "eps": log_range(1e-8, 1e-2)}, 30)
    assert len(two) == 30 and len({v["lr"] for v in two}) in (5, 6)


def test_a_grid_that_is_too_coarse_is_none():
    assert grid(check_space({"lr": log_range(1e-4, 1), "betas": BETAS}, ""), 14) is None
    assert grid(check_space({"momentum": [0, 0.5, 0.9]}, ""), 2) is None


def test_without_optuna_a_message_says_what_to_do(monkeypatch):
    space = check_space({"lr": log_range(1e-4, 1), "betas": BETAS}, "")
    check_searchable(space, 14, "tune")  # it is installed
    monkeypatch.setitem(sys.modules, "optuna", None)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(
        SceneError,
        match=r"^tune: 14 trials are too few for a grid of lr, betas; give at least "
        r"trials=15, or install optuna: pip install optuna$",
    ):
        check_searchable(space, 14, "tune")
    check_searchable(space, 15, "tune")


def test_an_array_of_values_is_a_list():
    lrs = np.logspace(-3, 0, 4)
    assert check_space({"lr": lrs}, "tune") == {"lr": tuple(lrs.tolist())}


@pytest.mark.parametrize(
    ("space", "message"),
    [
        ({}, r"hyperparameters are \{\}; give a dict"),
        ({"lr": 0.1}, r"lr is 0\.1; give log_range\(low, high\), or a list of values"),
        ({"lr": []}, r"lr is \[\]; .* such as \[0\.01, 0\.1\]$"),
        ({"lr": "0.1"}, "lr is '0.1'"),
    ],
)
def test_what_is_no_space(space, message):
    with pytest.raises(SceneError, match=message):
        check_space(space, "tune")


@pytest.mark.parametrize("ends", [(0, 1), (1, 1), (1, 0.1), ("1", 2), (1, math.inf)])
def test_what_is_no_range(ends):
    with pytest.raises(SceneError, match="log_range: the ends are"):
        log_range(*ends)


def search(space, trials, seed, cost):
    """What is proposed, given the cost of each."""
    source = proposals(space, trials, seed)
    found = [next(source)]
    while True:
        try:
            found.append(source.send(cost(found[-1])))
        except StopIteration:
            return found


def test_optuna_searches_where_a_grid_does_not_do():
    """On |log10(lr) + 2| + the index of the list it comes close to 0.01 and index 0."""
    pytest.importorskip("optuna")
    space = check_space({"lr": log_range(1e-6, 10), "betas": BETAS * 20}, "")

    def cost(code):
        return abs(math.log10(code[0]) + 2) + code[1] if code[0] < 1 else math.inf

    found = search(space, 50, 0, cost)
    assert len(found) == 50
    assert all(1e-6 <= rate <= 10 and index in range(60) for rate, index in found)
    assert min(map(cost, found)) < np.median([cost(code) for code in found[:10]]) / 2
    assert found == search(space, 50, 0, cost)
    assert found != search(space, 50, 1, cost)
