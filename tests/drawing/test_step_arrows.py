"""The arrows of a step lie beside each other, and their names cover nothing."""

import math
from functools import partial
from itertools import combinations

import numpy as np
import pytest
from matplotlib.transforms import Bbox
from torch.optim import SGD

from animator import Experiment, Heatmap, Scene, Vectors
from animator.drawing.step_arrows import Arrows, parallel_offsets
from animator.drawing.tip_labels import place_labels, points_along
from animator.experiments.recorder import record_all
from animator.problems import surface
from animator.rendering.options import RenderOptions
from animator.rendering.stage import set_stage


@pytest.mark.parametrize("angle", np.linspace(0, 6, 9))
@pytest.mark.parametrize("momentum", [(30.0, 0.0), (30.0, 4.0), (-9.0, -4.0), (5, 60)])
def test_parts_move_to_either_side_of_the_step_and_keep_their_direction(
    angle, momentum
):
    turn = complex(math.cos(angle), math.sin(angle))
    gradient = complex(20, 0.0)
    tips = [gradient, complex(*momentum), 0j]
    tips = [(tip * turn) for tip in tips]
    step = sum(tips)
    points = [(tip.real, tip.imag) for tip in (*tips, step)]
    shifts = [complex(*shift) for shift in parallel_offsets((0.0, 0.0), points, 8.0)]
    assert shifts[3] == 0
    assert abs(shifts[0]) == pytest.approx(8) and abs(shifts[1]) == pytest.approx(8)
    assert shifts[0] == pytest.approx(-shifts[1])
    # At a right angle to the step, and never back across it.
    sides = [(step.conjugate() * z).imag for z in (*shifts[:2], *tips[:2])]
    assert (step.conjugate() * shifts[0]).real == pytest.approx(0, abs=1e-9)
    for shift, own in zip(sides[:2], sides[2:], strict=True):
        assert shift * own >= -1e-9


def test_an_arrow_of_no_length_moves_nothing():
    assert parallel_offsets((3.0, 4.0), [(9.0, 9.0), (3.0, 4.0)], 8.0) == [
        (0, 0),
        (0, 0),
    ]


def test_names_keep_clear_of_lines_marks_and_each_other():
    frame = Bbox.from_extents(0, 0, 400, 300)
    arrows = {
        "gradient": ((200.0, 150.0), (260.0, 160.0)),
        "momentum": ((200.0, 140.0), (280.0, 140.0)),
        "step": ((200.0, 145.0), (285.0, 150.0)),
    }
    marks = [Bbox.from_extents(295, 130, 320, 160)]
    taken = np.concatenate([points_along(ends, 4.0) for ends in arrows.values()])
    sizes = dict.fromkeys(arrows, (60.0, 14.0))
    boxes = place_labels(arrows, sizes, taken, marks, frame, 14.0)
    assert list(boxes) == list(arrows)
    for one, other in combinations([*boxes.values(), *marks], 2):
        assert not one.overlaps(other)
    for name, box in boxes.items():
        assert not any(box.contains(x, y) for x, y in taken)
        assert box.x0 >= 0 and box.x1 <= 400 and box.y0 >= 0 and box.y1 <= 300
        nearest = np.clip(arrows[name][1], box.p0, box.p1)
        assert math.dist(nearest, arrows[name][1]) < 3 * 14  # at its own tip


def test_a_name_stays_on_the_map():
    frame = Bbox.from_extents(0, 0, 100, 100)
    ends = {"step": ((50.0, 50.0), (98.0, 98.0))}
    box = place_labels(ends, {"step": (40.0, 10.0)}, np.empty((0, 2)), [], frame, 10.0)[
        "step"
    ]
    assert box.x1 <= 100 and box.y1 <= 100


def test_each_arrow_that_is_seen_has_its_name():
    bowl = surface(lambda x, y: x**2 + 3 * y**2, x=(-2, 2), y=(-2, 2), start=(1, 1.5))
    experiment = Experiment(bowl, {"it": partial(SGD, lr=0.1, momentum=0.5)}, steps=4)
    scene = Scene([Vectors(Heatmap(experiment, points=11))], seconds=4)
    recordings = record_all([experiment], needs=scene.needs)
    stage = set_stage(scene, recordings, RenderOptions(size=(640, 360)))
    (arrows,) = [artist for artist in stage.moving if isinstance(artist, Arrows)]
    renderer = stage.figure.canvas.get_renderer()
    stage.set_step(0)  # without momentum yet
    assert set(arrows._boxes(renderer)) == {"gradient", "step"}
    stage.set_step(1.5)
    assert set(arrows._boxes(renderer)) == {"gradient", "momentum", "step"}
    extent = arrows.get_window_extent(renderer)
    for box in arrows._boxes(renderer).values():
        assert extent.x0 <= box.x0 and box.x1 <= extent.x1
    stage.set_step(4)
    assert not arrows._boxes(renderer)
