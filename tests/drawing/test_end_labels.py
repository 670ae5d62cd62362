"""Labels at the ends of curves: as near to the ends as their room allows."""

import itertools

import numpy as np
import pytest

from animator.drawing.end_labels import spread

EVEN = [(5.0, 5.0)] * 3


def test_labels_with_room_stay_at_the_ends_of_their_curves():
    assert spread(np.array([50.0, 20.0, 80.0]), EVEN, 0, 100) == [50, 20, 80]


def test_labels_that_meet_move_by_the_same():
    assert spread(np.array([50.0, 54.0]), EVEN[:2], 0, 100) == pytest.approx([47, 57])


@pytest.mark.parametrize("wanted", [0.0, 50.0, 100.0])
def test_a_tall_label_has_all_of_its_room(wanted):
    lines = [(5.0, 5.0), (20.0, 10.0), (5.0, 5.0)]
    places = spread(np.array([wanted, wanted + 0.1, wanted + 0.2]), lines, 0, 100)
    ends = [(y - drop, y + rise) for y, (rise, drop) in zip(places, lines, strict=True)]
    assert ends == sorted(ends) and ends[0][0] >= 0 and ends[-1][1] <= 100
    for (_, top), (bottom, _) in itertools.pairwise(ends):
        assert top == pytest.approx(bottom)
