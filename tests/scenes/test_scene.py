"""Scenes: grids, captions, side by side, and the same scene with other numbers."""

import re
from dataclasses import dataclass
from functools import partial

import numpy as np
import pytest
from conftest import SCENES
from matplotlib.text import Text
from torch.nn import L1Loss, MSELoss
from torch.optim import SGD

import animator
from animator import (
    Drawing,
    Experiment,
    Heatmap,
    RenderWarning,
    Scene,
    SceneError,
    side_by_side,
)
from animator.experiments.recorder import record_all
from animator.problems import line_fit
from animator.rendering.options import RenderOptions
from animator.rendering.painter import Painter
from animator.rendering.stage import set_stage
from animator.scenes.variants import vary


def experiment(steps=5, loss=None, **sgd):
    settings = {"plain": partial(SGD, **{"lr": 0.1, **sgd})}
    return Experiment(line_fit(loss or MSELoss()), settings, steps)


def panel(steps=5, title="", **sgd):
    return Heatmap(experiment(steps, **sgd), title=title, points=11)


def staged(scene, size=(640, 360)):
    return set_stage(
        scene,
        record_all(scene.experiments, needs=scene.needs),
        RenderOptions(size=size),
    )


def boxes(stage):
    """The panels' places, in pixels, in the order of the panels, or their titles."""
    axes = [ax for ax in stage.figure.axes if ax.get_subplotspec() is not None]
    return [ax.bbox for ax in sorted(axes, key=lambda ax: ax.get_label())]


def said(stage, step):
    stage.set_step(step)
    found = stage.figure.findobj(Text)
    return {text.get_text() for text in found if text.get_visible()}


def test_a_mosaic_gives_panels_the_places_of_their_letters():
    wide, left, right = boxes(staged(Scene([panel() for _ in "ABC"], mosaic="AA;BC")))
    assert wide.x0 == pytest.approx(left.x0) and wide.x1 == pytest.approx(right.x1)
    assert wide.y0 > left.y1 and left.y0 == pytest.approx(right.y0)
    # A dot stays empty, and the letters' order is that of the panels.
    first, second = boxes(
        staged(Scene([panel(title="1"), panel(title="2")], mosaic="B.;.A"))
    )
    assert first.x0 > second.x1 and first.y1 < second.y0


def test_columns_are_as_many_as_asked_for():
    places = boxes(staged(Scene([panel() for _ in range(4)], columns=4)))
    assert len({round(box.y0) for box in places}) == 1
    places = boxes(staged(Scene([panel() for _ in range(4)], columns=1)))
    assert len({round(box.x0) for box in places}) == 1


def test_titles_of_columns_and_rows_stand_beside_the_grid():
    scene = Scene(
        [panel() for _ in range(4)],
        columns=2,
        column_titles=["left", "right"],
        row_titles=["upper", "lower"],
    )
    stage = staged(scene)
    places = boxes(stage)
    where = {
        text.get_text(): text.get_window_extent() for text in stage.figure.findobj(Text)
    }
    middle = {name: ((b.x0 + b.x1) / 2, (b.y0 + b.y1) / 2) for name, b in where.items()}
    for name, box in (("left", places[0]), ("right", places[1])):
        assert middle[name][0] == pytest.approx((box.x0 + box.x1) / 2, abs=1)
        assert where[name].y0 > box.y1 and where[name].y1 < 360
    for name, box in (("upper", places[0]), ("lower", places[2])):
        assert middle[name][1] == pytest.approx((box.y0 + box.y1) / 2, abs=1)
        assert where[name].x1 < box.x0 and where[name].x0 > 0


def test_captions_are_said_from_their_step_on():
    captions = {0: "it starts", 3: r"$\theta_3$", 4: "it ends"}
    stage = staged(Scene([panel()], captions=captions, caption="always"))
    for step, caption in (
        (0, "it starts"),
        (2.9, "it starts"),
        (3, r"$\theta_3$"),
        (3.5, r"$\theta_3$"),
        (5, "it ends"),
    ):
        assert said(stage, step) & {*captions.values(), "always"} == {caption}
    late = staged(Scene([panel()], captions={2: "now"}, caption="always"))
    assert said(late, 1) & {"now", "always"} == {"always"}
    assert said(late, 2) & {"now", "always"} == {"now"}


def test_the_step_on_screen_is_the_true_one_at_every_pace():
    slow = {(0, 2): 3}
    for pace in ("even", "log", "distance"):
        scene = Scene([panel(9)], pace=pace, slow=slow, hold_end=0)
        stage = staged(scene)
        for frame in range(0, stage.timeline.frames, 7):
            step = stage.timeline.step_at(frame)
            assert {str(int(step)), "of 9"} <= said(stage, step)


def test_side_by_side_each_scene_has_its_title_and_the_shorter_holds_its_end():
    short, long = panel(4), panel(20, lr=0.05)
    scene = side_by_side(Scene([short], "Short"), Scene([long], "Long"), title="Both")
    recordings = record_all(scene.experiments, needs=scene.needs)
    stage = set_stage(scene, recordings, RenderOptions(size=(640, 360), fps=4))
    assert {"Short", "Long", "Both"} <= said(stage, 0)
    assert stage.timeline.steps == 20
    left, right = boxes(stage)
    painter = Painter(stage)
    pictures = {}
    for frame in range(stage.timeline.frames):
        painter.paint(frame)
        pictures[stage.timeline.step_at(frame)] = painter.pixels.copy()
    steps = sorted(pictures)
    late = [step for step in steps if step >= 4]

    def part(picture, box):
        top, bottom = 360 - int(box.y1) + 1, 360 - int(box.y0) - 1
        return picture[top:bottom, int(box.x0) + 1 : int(box.x1) - 1]

    for step in late[1:]:
        np.testing.assert_array_equal(
            part(pictures[step], left), part(pictures[late[0]], left)
        )
    assert (part(pictures[late[-1]], right) != part(pictures[late[0]], right)).any()
    assert (part(pictures[0], left) != part(pictures[late[0]], left)).any()


@pytest.mark.parametrize("count", [1, 2, 5])
def test_any_number_of_scenes_side_by_side_equals_the_plain_way(count):
    scenes = [
        Scene([panel(2 + n, lr=0.1 + n / 10)], f"Scene {n}", seconds=3)
        for n in range(count)
    ]
    scene = side_by_side(*scenes)
    stage, plain = staged(scene), staged(scene)
    painter = Painter(stage)
    for frame in range(0, stage.timeline.frames, 18):
        painter.paint(frame)
        plain.move_to(frame)
        plain.figure.canvas.draw()
        np.testing.assert_array_equal(
            painter.pixels, np.array(plain.figure.canvas.buffer_rgba())
        )
    assert len(boxes(stage)) == count


def test_side_by_side_takes_over_times_and_captions():
    one = Scene([panel()], captions={1: "a"}, hold_end=3, seconds=9, pace="log")
    two = Scene([panel(loss=L1Loss())], captions={1: "b", 2: "c"}, hold_start=2)
    both = side_by_side(one, two)
    assert both.captions == {1: "a · b", 2: "c"}
    assert (both.hold_start, both.hold_end, both.seconds) == (2, 3, 9)
    assert both.pace == "log"


@pytest.mark.parametrize(
    ("titles", "given", "title", "labels"),
    [
        (["A line", "A map"], None, "", ["A line", "A map"]),
        (["Fit, lr 1", "Fit, lr 2"], None, "Fit", ["lr 1", "lr 2"]),
        (["Fit", "Fit, lr 2"], None, "Fit", ["", "lr 2"]),
        (["Fit, lr 1", "Fit, lr 10"], "", "", ["Fit, lr 1", "Fit, lr 10"]),
        (["Fit, lr 1", "A map"], "Fit", "Fit", ["lr 1", "A map"]),
        (["", ""], None, "", ["", ""]),
    ],
)
def test_titles_side_by_side_do_not_repeat_what_stands_above(
    titles, given, title, labels
):
    scene = side_by_side(*(Scene([panel()], text) for text in titles), title=given)
    assert scene.title == title
    assert [part.title for part in scene.parts] == labels


def test_the_caption_side_by_side_is_the_first_scene_s_or_given():
    scenes = [Scene([panel()], caption="one"), Scene([panel()], caption="two")]
    assert side_by_side(*scenes).caption == "one"
    assert side_by_side(*scenes, caption="both").caption == "both"


def shown_bars(stage):
    insets = [bar for ax in stage.figure.axes for bar in ax.child_axes]
    return sum(bar.get_visible() for bar in insets)


@pytest.mark.parametrize(
    ("change", "bars"), [({"lr": 0.2}, 1), ({"loss": L1Loss()}, 2)]
)
def test_maps_side_by_side_have_a_colour_bar_for_each_scale(change, bars):
    scene = side_by_side(Scene([panel()]), Scene([panel(**change)]))
    stage = staged(scene)
    assert shown_bars(stage) == bars
    if bars == 1:  # both maps have the same size all the same
        left, right = boxes(stage)
        assert (left.width, left.height) == pytest.approx((right.width, right.height))
        left, right = (ax.images[0] for ax in stage.figure.axes if ax.images)
        assert left.get_clim() == right.get_clim()
    alone = staged(Scene([panel(), panel(lr=0.2)]))  # in one scene, too
    assert shown_bars(alone) == 1


def test_what_cannot_be_shown_side_by_side():
    with pytest.raises(SceneError, match="no scenes; give two or more"):
        side_by_side()
    with pytest.raises(SceneError, match="side by side: 3 is not a scene"):
        side_by_side(3)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"mosaic": "AB"}, "mosaic is 'AB' for 3 panels; give rows"),
        ({"mosaic": "ABC;AB"}, "mosaic is 'ABC;AB' for 3"),
        ({"mosaic": "AAB;ACC"}, "mosaic is 'AAB;ACC' for 3"),
        ({"mosaic": "ABC", "columns": 2}, "columns and mosaic exclude each other"),
        ({"column_titles": "ab"}, "column_titles is 'ab'; give a list of texts"),
        ({"row_titles": [1]}, r"row_titles is \[1\]; give a list"),
        ({"captions": ["a"]}, r"captions is \['a'\]; give texts by step"),
        ({"captions": {-1: "a"}}, r"captions is .*; give texts by step"),
        ({"pace": "fast"}, "pace is 'fast'; give one of even, log, distance"),
    ],
)
def test_scenes_that_make_no_sense(arguments, message):
    with pytest.raises(SceneError, match=message):
        Scene([panel(), panel(), panel()], **arguments)


def hyperparameters(scene):
    return [
        {label: s.optimizer.keywords for label, s in e.settings.items()}
        for e in scene.experiments
    ]


def test_another_number_is_put_where_the_old_one_was():
    scene = Scene([panel(title="Momentum 0.9", momentum=0.9)], "lr 0.1, momentum 0.9")
    new = vary(scene, momentum=0.5)
    assert hyperparameters(new) == [{"plain": {"lr": 0.1, "momentum": 0.5}}]
    assert new.title == "lr 0.1, momentum 0.5"
    assert new.panels[0].title == "Momentum 0.5"
    (before,) = scene.experiments
    assert before.settings["plain"].keywords == {"lr": 0.1, "momentum": 0.9}
    both = vary(scene, momentum=0.5, lr=0.02)
    assert hyperparameters(both) == [{"plain": {"lr": 0.02, "momentum": 0.5}}]
    assert both.title == "lr 0.02, momentum 0.5"


def test_a_number_that_no_setting_has_is_given_to_all():
    new = vary(Scene([panel()], "Plain"), momentum=0.5)
    assert hyperparameters(new) == [{"plain": {"lr": 0.1, "momentum": 0.5}}]
    assert new.title == "Plain, momentum 0.5"


def test_only_the_settings_that_name_it_change():
    settings = {
        "plain": partial(SGD, lr=0.1),
        "momentum 0.9": partial(SGD, lr=0.1, momentum=0.9),
    }
    race = Experiment(line_fit(MSELoss()), settings, 5)
    (new,) = vary(Scene([Heatmap(race)]), momentum=0.5).experiments
    assert list(new.settings) == ["plain", "momentum 0.5"]
    assert "momentum" not in new.settings["plain"].optimizer.keywords


def test_experiments_that_panels_share_stay_one():
    race = experiment(momentum=0.9)
    maps = [Heatmap(race), Heatmap(race, share=[race])]
    new = vary(Scene(maps), momentum=0.5)
    assert len(new.experiments) == 1
    assert new.panels[1].share == [new.experiments[0]]


@pytest.mark.parametrize("path", SCENES, ids=lambda path: path.stem)
def test_every_scene_takes_another_learning_rate(path):
    new = vary(animator.load(path), lr=0.03)
    rates = {
        setting.optimizer.keywords["lr"]
        for experiment in new.experiments
        for setting in experiment.settings.values()
    }
    assert rates == {0.03}


def test_what_cannot_be_varied():
    with pytest.raises(
        SceneError, match=r"SGD.__init__.. got an unexpected.*'momntum'"
    ):
        vary(Scene([panel()]), momntum=0.5)
    with pytest.raises(SceneError, match="Invalid momentum value: -1"):
        vary(Scene([panel()]), momentum=-1)
    bare = Experiment(line_fit(MSELoss()), {"bare": lambda p: SGD(p, lr=0.1)}, 3)
    with pytest.raises(SceneError, match=r"'bare': is not a functools.partial, so "):
        vary(Scene([Heatmap(bare)]), momentum=0.5)


def test_a_panel_of_one_s_own_can_be_varied_if_it_lets_itself():
    @dataclass
    class Own:
        experiment: Experiment

        def draw(self, ax, recording, theme):
            return Drawing()

    class Stubborn:
        def __init__(self, experiment):
            self._experiment = experiment

        @property
        def experiment(self):
            return self._experiment

        def draw(self, ax, recording, theme):
            return Drawing()

    old = experiment()
    new = vary(Scene([Own(old)]), lr=0.5)
    assert hyperparameters(new) == [{"plain": {"lr": 0.5}}]
    with pytest.raises(SceneError, match="Stubborn cannot be given another experiment"):
        vary(Scene([Stubborn(old)]), lr=0.5)


def test_texts_of_every_kind_are_shown_as_they_are_or_cut():
    settings = {"L" * 300: partial(SGD, lr=0.1), r"$\broken{": partial(SGD, lr=0.2)}
    race = Experiment(line_fit(MSELoss()), settings, 5)
    scene = Scene(
        [Heatmap(race, title=r"costs $5 or $x^$", points=11)],
        "T" * 500,
        captions={0: "two\nlines", 2: r"good: $\frac{1}{2}$"},
    )
    with pytest.warns(RenderWarning, match="LLL' and 1 other text had to be cut"):
        stage = staged(scene)
    plain = {text.replace(r"\$", "$") for text in said(stage, 0)}
    assert "two lines" in plain and r"costs $5 or $x^$" in plain
    assert any(text.startswith(r"$\broken{") for text in plain)
    assert r"good: $\frac{1}{2}$" in said(stage, 3)
    for text in stage.figure.findobj(Text):
        if text.get_visible() and len(text.get_text()) > 4:  # no ticks off the axes
            box = text.get_window_extent(stage.figure.canvas.get_renderer())
            assert -1 <= box.x0 and box.x1 <= 641, text.get_text()


def test_a_picture_that_is_too_small_says_so():
    with pytest.raises(SceneError, match="64x64, which leaves no room for the panels"):
        staged(Scene([panel() for _ in range(12)]), size=(64, 64))


@pytest.mark.parametrize("side", [(128, 72), (64, 64)])
def test_a_thumbnail_of_several_panels_is_made(side):
    stage = staged(Scene([panel() for _ in range(4)], "title"), size=side)
    boxes = [ax.bbox for ax in stage.figure.axes if ax.get_subplotspec() is not None]
    assert len(boxes) == 4
    for box in boxes:
        assert box.width > 0.1 * side[0] and box.height > 0.1 * side[1]
        assert box.x1 <= side[0] + 1 and box.y1 <= side[1] + 1


def test_what_a_legend_leaves_out_is_said():
    settings = {f"{n}": partial(SGD, lr=0.01 * n) for n in range(1, 91)}
    scene = Scene([Heatmap(Experiment(line_fit(MSELoss()), settings, 2), points=11)])
    with pytest.warns(RenderWarning) as caught:
        staged(scene, size=(320, 180))
    said = " ".join(str(one.message) for one in caught)
    assert re.search(r"leaves out \d+ settings and all losses; give fewer", said)
