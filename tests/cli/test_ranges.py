"""Several values of --set: ranges, lists, and grids of a start."""

import pytest

from animator import SceneError
from animator.cli.ranges import parse_values


@pytest.mark.parametrize(
    ("name", "text", "values"),
    [
        ("momentum", "0:0.98:0.02", [round(0.02 * k, 2) for k in range(50)]),
        ("lr", "0.1:0.3:0.1", [0.1, 0.2, 0.3]),
        ("lr", "0.3 : 0.1 : -0.1", [0.3, 0.2, 0.1]),
        ("lr", "1e-3:3e-3:1e-3", [0.001, 0.002, 0.003]),
        ("lr", "0:1:0.3", [0, 0.3, 0.6, 0.9]),
        ("lr", "0:1:0.3333333333", [0, 0.3333333333, 0.6666666666, 0.9999999999]),
        ("batch_size", "8:24:8", [8, 16, 24]),
        ("lr", "0.01,0.03,0.1", [0.01, 0.03, 0.1]),
        ("nesterov", "True,False", [True, False]),
        ("betas", "(0.9,0.99),(0.9,0.999)", [(0.9, 0.99), (0.9, 0.999)]),
        ("start", "(1,2),(3,4)", [(1, 2), (3, 4)]),
        ("start", "-1:1:1,0:1:0.5", [(x, y) for x in (-1, 0, 1) for y in (0, 0.5, 1)]),
        ("start", "(-1:1:2, 4)", [(-1, 4), (1, 4)]),
    ],
)
def test_several_values_are_exact_decimals(name, text, values):
    slider = parse_values(name, text)
    assert slider.values == values
    assert list(map(type, slider.values)) == list(map(type, values)) or 0 in values


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("momentum", "0.5"),
        ("betas", "(0.9, 0.99)"),
        ("start", "-3,3"),
        ("start", "(-3, 3)"),
        ("seeds", "1,2,3"),
        ("mode", "'a:b'"),
        ("foo", "{'a': 1}"),
        ("lr", "fast"),
        ("lr", "()"),
    ],
)
def test_one_value_is_no_slider(name, text):
    assert parse_values(name, text) is None


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        (
            "lr",
            "0:1",
            r"lr=0:1: is not a range; give start:stop:step, such as 0:0.9:0.1",
        ),
        ("lr", "0:1:0", r"lr=0:1:0: steps of 0 do not lead from 0 to 1"),
        ("lr", "1:0:0.5", r"steps of 0.5 do not lead from 1 to 0"),
        ("lr", "0:1:1e-5", r"it has 100,001 values; give at most 5,000: larger steps"),
        ("lr", "1:1:1", r"lr has 1 value; give two or more"),
        ("lr", "0.1,0.1", r"lr has 0.1 twice"),
        ("lr", "0.1,", r"lr has 1 value"),
        ("start", "0:1:1", r"start=0:1:1: give two coordinates, each a number or a"),
        ("start", "0:1:1,", r"is not a range"),
    ],
)
def test_what_is_no_range_says_what_to_write(name, text, message):
    with pytest.raises(SceneError, match=message):
        parse_values(name, text)
