"""The stage: what it hands to panels, and what it says where they fail."""

from dataclasses import dataclass, replace
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
    maps, points = LossMaps(), 31 * 31
    panels = Heatmap(experiment, points=31), Surface(experiment, points=31)
    staged(*panels, maps=maps)
    assert calls.count(points) == 1
    staged(*panels, maps=maps)
    assert calls.count(points) == 1
    staged(*panels)
    assert calls.count(points) == 2


@dataclass(frozen=True)
class Empty:
    experiment: Experiment

    def draw(self, ax, recording, theme):
        return Drawing()


def test_each_group_of_settings_is_listed_once():
    experiment = Experiment(line_fit(MSELoss()), TWO, 3)
    other = Experiment(line_fit(MSELoss()), TWO, 4)
    panels = Empty(experiment), LossCurve(experiment), Heatmap(experiment, points=5)
    stage = staged(*panels, LossCurve(other))
    assert texts(stage).count("fast") == 1  # the other experiment has the same ones
    renamed = Experiment(line_fit(MSELoss()), {"a": TWO["plain"], "b": TWO["fast"]}, 4)
    stage = staged(*panels, LossCurve(renamed))
    assert [texts(stage).count(label) for label in ("fast", "b")] == [1, 1]


def test_a_legend_can_be_on_each_panel_or_on_none():
    experiment = Experiment(line_fit(MSELoss()), TWO, 3)
    panels = [Heatmap(experiment, points=5), LossCurve(experiment)]
    for legend, times in (("shared", 1), ("each", 2), ("none", 0)):
        scene = Scene(panels, legend=legend)
        stage = set_stage(scene, record_all(scene.experiments))
        assert texts(stage).count("fast") == times, legend
    with pytest.raises(SceneError, match="legend is 'all'; give one of shared, each"):
        Scene(panels, legend="all")


def test_the_losses_of_a_legend_are_those_of_the_step():
    experiment = Experiment(line_fit(MSELoss()), TWO, 3)
    scene = Scene([Heatmap(experiment, points=5)])
    recordings = record_all(scene.experiments)
    stage = set_stage(scene, recordings)
    stage.set_step(2.7)
    for run in recordings[experiment].trajectories:
        assert f"{run.loss[2]:#.3g}" in texts(stage)
    stage = set_stage(replace(scene, legend_losses=False), recordings)
    stage.set_step(2.7)
    for run in recordings[experiment].trajectories:
        assert run.label in texts(stage) and f"{run.loss[2]:#.3g}" not in texts(stage)


def test_a_panel_s_failure_names_the_panel():
    @dataclass(frozen=True)
    class Broken(Empty):
        def draw(self, ax, recording, theme):
            return 3

    experiment = Experiment(line_fit(MSELoss()), TWO, 3)
    with pytest.raises(SceneError, match=r"panel 2 \(Broken\) failed: .* returns 3"):
        staged(Empty(experiment), Broken(experiment))
