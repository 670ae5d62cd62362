"""What a scene's counter says."""

from fractions import Fraction
from functools import partial

import pytest
from matplotlib.text import Text
from torch.nn import MSELoss
from torch.optim import SGD

from animator import Experiment, Heatmap, Scene, SceneError, Setting
from animator.experiments.recorder import record_all
from animator.problems import himmelblau, line_fit
from animator.rendering.stage import set_stage
from animator.scenes.counter import counter_text


def shown(counter, step, steps=120, per_epoch=25):
    text = counter_text(counter, steps, Fraction(per_epoch))
    return (text.before + text.at(step) + text.after).replace("\u2007", "_")


@pytest.mark.parametrize(
    ("counter", "step", "expected"),
    [
        ("step {step} / {steps}", 7.9, "step __7 / 120"),
        ("step {step} / {steps}", 120, "step 120 / 120"),
        ("epoch {epoch}", 24.9, "epoch 0"),
        ("epoch {epoch}", 25, "epoch 1"),
        ("epoch {epoch:.1f} of {epochs:.1f}", 30, "epoch 1.2 of 4.8"),
        ("{step:04d}: {{{epoch:.0%}}}", 50, "0050: {200%}"),
        ("a run", 3, "a run"),
        ("", 3, ""),
    ],
)
def test_fields_are_those_of_the_last_complete_step(counter, step, expected):
    assert shown(counter, step) == expected


@pytest.mark.parametrize("counter", ["{step} of {steps}, {epoch:.2f}", "e {epoch}!"])
def test_its_length_never_changes(counter):
    lengths = {len(shown(counter, step, 1000, 7)) for step in range(1001)}
    assert len(lengths) == 1


def scene_with(counter, problem=None, **setting):
    settings = {"it": Setting(partial(SGD, lr=0.01), **setting)}
    problem = problem or line_fit(MSELoss())
    panel = Heatmap(Experiment(problem, settings, steps=12), points=5)
    return Scene([panel], counter=counter)


def texts_at(scene, step):
    stage = set_stage(scene, record_all(scene.experiments))
    stage.set_step(step)
    return " | ".join(
        text.get_text() for text in stage.figure.findobj(Text) if text.get_visible()
    )


def test_it_is_drawn():
    scene = scene_with("epoch {epoch:.3f}", batch_size=10)
    texts = texts_at(scene, 7)
    assert "1.400" in texts
    assert "epoch" in texts
    assert "step" not in texts
    assert "step" in texts_at(scene_with("step {step} / {steps}"), 7)
    assert "step" not in texts_at(scene_with(""), 7)


def test_an_epoch_that_is_not_known_is_refused_when_the_scene_is_set():
    scene = scene_with("epoch {epoch}", himmelblau)
    with pytest.raises(
        SceneError, match=r"has no points, and so no epochs; write \{step\}"
    ):
        set_stage(scene, record_all(scene.experiments))


@pytest.mark.parametrize(
    "counter",
    [3, None, "{stp}", "{step", "{step!r}", "{step:q}", "a\nb", "{}", "{step.real}",
     "{step:{steps}}", "{step:999999999d}"],
)  # fmt: skip
def test_counters_that_make_no_sense(counter):
    with pytest.raises(SceneError, match="scene: counter is ") as error:
        scene_with(counter)
    assert "\n" not in str(error.value)
