"""The stage: what it hands to panels, and what it says where they fail."""

from dataclasses import dataclass
from functools import partial

import pytest
from matplotlib.text import Text
from torch.nn import MSELoss
from torch.optim import SGD

from animator import Drawing, Experiment, Heatmap, LossCurve, Scene, SceneError, Surface
from animator.experiments.lossmap import LossMaps
from animator.experiments.recorder import record_all
from animator.problems import line_fit, surface
from animator.rendering.options import RenderOptions
from animator.rendering.stage import set_stage

TWO = {"plain": partial(SGD, lr=0.1), "fast": partial(SGD, lr=0.2)}


def staged(*panels, maps=None, **options):
    scene = Scene(list(panels), seconds=4)
    options = RenderOptions(size=(640, 360), **options)
    return set_stage(scene, record_all(scene.experiments), options, maps)


def texts(stage):
    return [text.get_text() for text in stage.figure.findobj(Text)]


def counted():
    """A problem and the numbers of points that it was asked for at once."""
    calls = []

    def bowl(x, y):
        calls.append(len(x) if x.dim() else 1)
        return x**2 + y**2

    return surface(bowl, x=(-1, 1), y=(-1, 1), start=(0.5, 0.5)), calls


def test_panels_and_stages_that_share_maps_evaluate_each_once():
    problem, calls = counted()
    experiment = Experiment(problem, {"plain": partial(SGD, lr=0.1)}, 3)
    maps, whole = LossMaps(), 31 * 31
    panels = Heatmap(experiment, points=31), Surface(experiment, points=31)
    staged(*panels, maps=maps)
    assert calls.count(whole) == 1
    staged(*panels, maps=maps)
    assert calls.count(whole) == 1
    staged(*panels)
    assert calls.count(whole) == 2


@dataclass(frozen=True)
class Empty:
    experiment: Experiment

    def draw(self, ax, recording, theme):
        return Drawing()


def test_the_first_panel_that_can_has_the_legend():
    experiment = Experiment(line_fit(MSELoss()), TWO, 3)
    other = Experiment(line_fit(MSELoss()), TWO, 4)
    panels = Empty(experiment), LossCurve(experiment), Heatmap(experiment, points=5)
    stage = staged(*panels, LossCurve(other))
    assert texts(stage).count("fast") == 2  # one for each experiment
    axes = [ax for ax in stage.figure.axes if ax.get_subplotspec() is not None]
    with_legend = ["fast" in {t.get_text() for t in ax.texts} for ax in axes]
    assert with_legend == [False, True, False, True]
    assert all(not ax.get_label().startswith("legend") for ax in axes)


def test_a_panel_s_failure_names_the_panel():
    @dataclass(frozen=True)
    class Broken(Empty):
        def draw(self, ax, recording, theme):
            return 3

    experiment = Experiment(line_fit(MSELoss()), TWO, 3)
    with pytest.raises(SceneError, match=r"panel 2 \(Broken\) failed: .* returns 3"):
        staged(Empty(experiment), Broken(experiment))
