"""Numbers: three significant digits, or as many as it takes to see them move."""

import numpy as np
import pytest

from animator.drawing.numbers import digits_needed, format_number


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.503, "0.503"),
        (53.078, "53.1"),
        (2.264, "2.26"),
        (3.4e-4, "3.40e-4"),
        (12_900, "12900"),
        (-0.25, "−0.250"),
        (0.0, "0.00"),
        (1e12, "1.00e12"),
        (float("inf"), "∞"),
    ],
)
def test_numbers_have_three_digits_whatever_their_size(value, text):
    assert format_number(value) == text


def test_numbers_that_hardly_change_are_seen_to_move():
    losses = 1e6 + np.linspace(0.7, 0.1, 9)
    digits = digits_needed([losses])
    texts = [format_number(loss, digits) for loss in losses]
    assert len(set(texts)) == len(texts)
    for loss, text in zip(losses, texts, strict=True):
        assert float(text) == pytest.approx(loss, abs=0.006)
    assert digits_needed([np.geomspace(50, 0.5, 9)]) == 3
