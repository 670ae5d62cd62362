"""LearningRate: what it says of runs whose learning rate nobody recorded."""

from functools import partial

import numpy as np
import pytest
from matplotlib.text import Text
from torch.optim import SGD

from animator import Experiment, LearningRate, Scene, SceneError, Trajectory
from animator.experiments.recorder import record_all
from animator.problems import surface
from animator.rendering.options import RenderOptions
from animator.rendering.stage import set_stage

BOWL = surface(lambda x, y: x**2 + y**2, x=(-2, 2), y=(-2, 2), start=(1.0, 1.0))
OWN = Trajectory.of(np.linspace([1, 1], [0, 0], 6))


def staged(settings, **options):
    experiment = Experiment(BOWL, settings, 5)
    scene = Scene([LearningRate(experiment, **options)])
    return set_stage(scene, record_all([experiment]), RenderOptions(size=(640, 360)))


@pytest.mark.parametrize("scale", ["linear", "log"])
def test_without_any_learning_rate_it_says_so(scale):
    with pytest.raises(
        SceneError, match=r"no setting of .* has a learning rate; leave"
    ) as e:
        staged({"own": OWN}, scale=scale)
    assert "\n" not in str(e.value)


def test_those_that_are_known_are_drawn_and_the_others_named():
    stage = staged({"own": OWN, "plain": partial(SGD, lr=0.1)})
    (trails,) = stage.growing
    (trail,) = trails.trails
    np.testing.assert_allclose(trail._path[:, 1], 0.1)
    shown = " ".join(text.get_text() for text in stage.figure.findobj(Text))
    assert "'own': lr not recorded" in shown and "'plain'" not in shown
