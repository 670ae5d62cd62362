"""Checks of arguments."""

import math

import pytest

from animator.base.checks import is_integer, is_number, is_range, quoted


@pytest.mark.parametrize("value", [0, 1, 2.5, -3])
def test_numbers(value):
    assert is_number(value)


@pytest.mark.parametrize("value", [True, False, math.nan, math.inf, "1", None, 1j])
def test_what_is_no_number(value):
    assert not is_number(value)
    assert not is_integer(value, -1)


def test_numbers_within_limits():
    assert is_number(2, 2, 3) and is_integer(2, 2, 2)
    assert not is_number(1.9, 2, 3) and not is_integer(4, 2, 3)
    assert not is_integer(2.0, 0)


def test_ranges():
    assert is_range((0, 1)) and is_range([-1.5, 2])
    for value in (
        (1, 0),
        (0, 0),
        (False, True),
        (0, math.inf),
        (1, 1 + 1e-14),
        3,
        "ab",
    ):
        assert not is_range(value)


def test_long_values_are_cut():
    assert quoted("a") == "'a'"
    assert len(quoted("a" * 10_000)) < 100


def test_a_value_that_cannot_be_written_is_named_by_its_type():
    class Broken:
        def __repr__(self):
            raise ZeroDivisionError

    assert quoted(Broken()) == "a Broken"
