"""Drawings: two joined are both, in their order."""

from matplotlib.lines import Line2D

from animator import Drawing


def test_joined_drawings_are_both_in_their_order():
    steps = []
    one, two, three = (Line2D([], []) for _ in range(3))
    left = Drawing([one], [two], lambda step: steps.append(("left", step)), ["□ a"])
    right = Drawing([], [three], lambda step: steps.append(("right", step)), ["○ b"])
    both = left + right + Drawing(key=["c"])
    assert both.growing == [one] and both.moving == [two, three]
    assert both.key == ["□ a", "○ b", "c"]
    both.update(2.5)
    assert steps == [("left", 2.5), ("right", 2.5)]
    assert left.moving == [two] and left.key == ["□ a"]  # not changed
