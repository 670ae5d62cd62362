"""The layout: no text overlaps another one or leaves the picture; maps have room."""

import warnings
from contextlib import ExitStack
from functools import partial
from unittest import mock

import pytest
from conftest import SCENES
from matplotlib.axes import Axes
from matplotlib.text import Annotation, Text
from torch.nn import MSELoss
from torch.optim import SGD

import animator
from animator import (
    Experiment,
    Heatmap,
    LossCurve,
    Parameters,
    RenderWarning,
    Scene,
    Series,
    Surface,
    side_by_side,
)
from animator.drawing.readout import Readout
from animator.drawing.room import room_of
from animator.drawing.surface_names import SurfaceName
from animator.experiments.lossmap import LossMaps
from animator.experiments.recorder import record_all
from animator.problems import line_fit, surface
from animator.rendering.options import RenderOptions
from animator.rendering.stage import set_stage

SIZES = ((480, 270), "readme", "720p", "square", "portrait", "4k")
THEMES = ("light", "dark", "article")


def panels_of(figure):
    return [ax for ax in figure.axes if ax.get_subplotspec() is not None]


def owners(figure):
    """The axes to which each text on a figure belongs, if any."""
    found = {}

    def walk(artist, ax):
        for child in artist.get_children():
            own = child if isinstance(child, Axes) and ax is None else ax
            if isinstance(child, Text):
                found[child] = own
            walk(child, own)

    walk(figure, None)
    return found


def drawn_texts(figure):
    """All texts that are drawn, each with its box in pixels."""
    found = {}

    def seen(draw):
        def spy(text, renderer, *args):
            if text.get_visible() and text.get_text().strip():
                found[text] = text.get_window_extent(renderer)
            return draw(text, renderer, *args)

        return spy

    with ExitStack() as stack:
        for kind in (Text, Annotation, Readout, SurfaceName):
            if "draw" in vars(kind):
                patched = mock.patch.object(kind, "draw", seen(kind.draw))
                stack.enter_context(patched)
        figure.draw_without_rendering()
    return found


def faults(stage, step):
    """What overlaps or leaves the picture at a step, in words."""
    figure = stage.figure
    stage.set_step(step)
    texts = list(drawn_texts(figure).items())
    owner = owners(figure)
    wide, high = figure.canvas.get_width_height()
    found = [
        f"{text.get_text()!r} leaves the picture"
        for text, box in texts
        if min(box.x0, box.y0) < -1 or box.x1 > wide + 1 or box.y1 > high + 1
    ]
    for index, (text, box) in enumerate(texts):
        for other, second in texts[index + 1 :]:
            across = min(box.x1, second.x1) - max(box.x0, second.x0)
            down = min(box.y1, second.y1) - max(box.y0, second.y0)
            if across > 1 and down > max(1, 0.25 * min(box.height, second.height)):
                found.append(f"{text.get_text()!r} overlaps {other.get_text()!r}")
    panels = panels_of(figure)
    for ax in panels:
        for text, box in texts:
            across, down = shared(box, ax.bbox)
            is_own = owner.get(text) is ax or is_end_label(text, box, ax)
            if not is_own and across > 2 and down > 0.3 * box.height:
                found.append(f"{text.get_text()!r} lies on a panel")
    boxes = [(ax, part.bbox) for ax in panels for part in (ax, *ax.child_axes)]
    for index, (ax, box) in enumerate(boxes):
        if min(box.x0, box.y0) < -1 or box.x1 > wide + 1 or box.y1 > high + 1:
            found.append("a panel leaves the picture")
        for other, second in boxes[index + 1 :]:
            if min(shared(box, second)) > 1:
                found.append(
                    f"panels {panels.index(ax)}, {panels.index(other)} overlap"
                )
    return found


def shared(one, other):
    """How wide and how high the part is that two boxes share, negative if none is."""
    return (
        min(one.x1, other.x1) - max(one.x0, other.x0),
        min(one.y1, other.y1) - max(one.y0, other.y0),
    )


def is_end_label(text, box, ax):
    """Whether a text may be a label at the end of a curve: all of it is in the axes."""
    if not (isinstance(text, Readout) and room_of(ax).labels):
        return False
    across, down = shared(box, ax.bbox)
    return across > box.width - 1.5 and down > 0.9 * box.height


def smallest_share(stage, cells):
    """The smallest side of a panel as a share of its cell of an even grid.

    Where scales are equal, the shape is given, and only the longer side can be long.
    """
    wide, high = stage.figure.canvas.get_width_height()
    shares = []
    for ax in panels_of(stage.figure):
        sides = ax.bbox.width / (wide / cells[0]), ax.bbox.height / (high / cells[1])
        shares.append(min(sides) if ax.get_aspect() == "auto" else max(sides))
    return min(shares)


def samples(number):
    """Two sizes for a scene: a small or wide one, and a large or tall one.

    Over all scenes, each size occurs with each theme.
    """
    for turn in range(2):
        yield SIZES[(number + 3 * turn) % 6], THEMES[(turn + number // 6) % 3]


def test_all_scenes_sizes_and_themes_occur():
    met = {pair for number in range(len(SCENES)) for pair in samples(number)}
    assert len(met) == len(SIZES) * len(THEMES)


@pytest.mark.parametrize("number", range(len(SCENES)), ids=lambda n: SCENES[n].stem)
def test_no_text_overlaps_another_in_any_scene(number, shared_cache):
    scene = animator.load(SCENES[number])
    recordings = record_all(scene.experiments, 6, shared_cache, needs=scene.needs)
    maps = LossMaps(shared_cache)
    for size, theme in samples(number):
        options = RenderOptions(size=size, theme=theme)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RenderWarning)  # texts may be cut
            stage = set_stage(scene, recordings, options, maps)
        for step in (0, 3, stage.timeline.steps):
            assert faults(stage, step) == [], (size, theme, step)


def bowl(scale=1.0, shift=0.0, x=(-3, 3), y=(-2, 2), start=(-2, 1)):
    middle = sum(x) / 2, sum(y) / 2
    half = (x[1] - x[0]) / 2, (y[1] - y[0]) / 2

    def loss(a, b):
        squares = ((a - middle[0]) / half[0]) ** 2 + ((b - middle[1]) / half[1]) ** 2
        return scale * squares + shift

    return surface(loss, x=x, y=y, start=start, name="bowl")


def settings(count, label="setting {}"):
    return {
        label.format(index): partial(SGD, lr=0.1, momentum=0.02 * index)
        for index in range(count)
    }


def race(problem=None, count=1, label="setting {}", steps=5):
    problem = line_fit(MSELoss()) if problem is None else problem
    return Experiment(problem, settings(count, label), steps)


FAR = bowl(x=(10000, 90000), y=(-900000, -100000), start=(30000, -300000))
NEAR = bowl(x=(1.00001, 1.00002), y=(-0.0009, 0.0009), start=(1.000012, 0.0004))
TALL = r"$\frac{1}{N}\sum_{i=1}^{N} (y_i - w x_i - b)^2$"
LONG = "SGD with momentum, Nesterov acceleration and a cosine schedule, variant {}"
WORDS = "a title of many words that goes on and on until it has eighty characters or so"
TALL_NUMBER = r"$\sum_{{i=1}}^{{N}}\frac{{1}}{{2}}$ {}"
NAMED = surface(
    lambda a, b: a * a + b * b,
    x=(-3, 3), y=(-2, 2), start=(-2, 1),
    names=(f"the first parameter, {WORDS}", f"the second parameter, {WORDS}"),
)  # fmt: skip
POLE = surface(lambda a, b: 1 / (a * a + b * b), x=(-1, 1), y=(-1, 1), start=(0, 0))
LEVELS = partial(
    Series, name="loss", lines={f"a line at {n} of the axis": 5.0 + n for n in range(9)}
)
CORNER = bowl(x=(1e5, 1e6), y=(-1e6, -1e5), start=(3e5, -3e5))
ODD = {
    "eight settings": ([Heatmap, LossCurve, Parameters], race(count=8), "readme"),
    "long labels": ([Heatmap, LossCurve], race(count=12, label=LONG), (480, 270)),
    "sixty settings": ([Heatmap, LossCurve], race(count=60), "720p"),
    "24 panels": ([Heatmap] * 24, race(), "720p"),
    "six digits": ([Heatmap] * 4, race(FAR), "720p"),
    "an offset": ([Heatmap, LossCurve, Parameters], race(NEAR), "720p"),
    "large losses": ([Heatmap, LossCurve], race(bowl(1e12, 1e-12)), (480, 270)),
    "small losses": ([Heatmap, LossCurve], race(bowl(1e-12)), (480, 270)),
    "a million": ([Heatmap, LossCurve], race(bowl(1, 1e6), 2), "720p"),
    "tall labels": ([LossCurve], race(count=4, label=TALL_NUMBER), (480, 270)),
    "names of axes": ([Heatmap, Surface, Parameters], race(NAMED, 2), (480, 270)),
    "numbers on lines": ([partial(Heatmap, contour_labels=True)], race(), (240, 160)),
    "a tall legend": ([Heatmap], race(count=7, label=TALL_NUMBER), (480, 270)),
    "beside a map": ([Heatmap, LossCurve, Heatmap, Heatmap], race(FAR, 3), (640, 360)),
    "no start": ([Heatmap, Surface], race(POLE), (480, 270)),
    "many lines": ([LEVELS], race(count=2), (480, 270)),
    "a corner": ([Surface, Surface], race(CORNER), (480, 270)),
    "a constant": ([Heatmap, LossCurve], race(bowl(0.0, 3.0)), "readme"),
}


@pytest.mark.parametrize("name", ODD)
def test_nothing_overlaps_where_texts_are_many_or_odd(name):
    kinds, experiment, size = ODD[name]
    scene = Scene([kind(experiment) for kind in kinds], title=WORDS)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RenderWarning)
        stage = set_stage(
            scene, record_all([experiment]), RenderOptions(size=size), LossMaps()
        )
    assert faults(stage, 0) == [] and faults(stage, 5) == []


def test_captions_from_a_later_step_on_have_room_and_lines():
    experiment = race()
    captions = {0: "short", 2: WORDS * 3, 4: f"{WORDS} {TALL} {WORDS}"}
    scene = Scene([Heatmap(experiment)], title="Captions", captions=captions)
    options = RenderOptions(size=(480, 270))
    with pytest.warns(RenderWarning, match=r"'a title of .* had to be cut"):
        stage = set_stage(scene, record_all([experiment]), options, LossMaps())
    assert [faults(stage, step) for step in (0, 2, 4)] == [[], [], []]
    shown = [t.get_text() for t in drawn_texts(stage.figure)]
    assert any(text.startswith("a title") and "\n" in text for text in shown)


def test_titles_of_rows_and_columns_have_the_room_that_formulas_take():
    experiment = race()
    titles = [r"$\sum_{i=1}^{N} x_i$", r"$\frac{\partial^2 L}{\partial w^{2^2}}$"]
    scene = Scene(
        [Heatmap(experiment)] * 4,
        columns=2, column_titles=titles, row_titles=titles,
    )  # fmt: skip
    options = RenderOptions(size=(640, 360))
    stage = set_stage(scene, record_all([experiment]), options, LossMaps())
    assert faults(stage, 0) == []


@pytest.mark.parametrize("title", [TALL, WORDS, "中文標題與很多字" * 4])
def test_titles_of_neighbours_stand_on_one_line(title):
    experiment = race()
    panels = [Heatmap(experiment, title=title), Heatmap(experiment, title="short")]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RenderWarning)
        stage = set_stage(
            Scene(panels, title=title),
            record_all([experiment]),
            RenderOptions(size=(640, 360)),
        )
    assert faults(stage, 0) == []
    left, right = (ax.bbox for ax in panels_of(stage.figure))
    assert left.y1 == pytest.approx(right.y1) and left.y0 == pytest.approx(right.y0)


def test_six_scenes_in_portrait():
    experiment = race(count=3)
    scene = side_by_side(*(Scene([Heatmap(experiment)], f"Part {n}") for n in range(6)))
    stage = set_stage(
        scene, record_all([experiment]), RenderOptions(size="portrait"), LossMaps()
    )
    assert faults(stage, 5) == []


def test_the_checker_sees_overlaps_and_texts_outside():
    experiment = race()
    stage = set_stage(Scene([Heatmap(experiment)], "Title"), record_all([experiment]))
    assert faults(stage, 0) == []
    stage.figure.text(0.055, 0.945, "over the title")
    stage.figure.text(0.99, 0.5, "outside of it")
    stage.figure.text(0.5, 0.3, "on the map")
    stage.figure.add_artist(Readout(0.2, 0.5, "a number on it"))
    (ax,) = panels_of(stage.figure)
    stage.figure.add_axes((0.1, 0.1, 0.2, 0.2)).set_subplotspec(ax.get_subplotspec())
    words = " ".join(faults(stage, 0))
    assert "'a number on it' lies on" in words and "panels 0, 1 overlap" in words
    assert "overlaps 'over the title'" in words
    assert "'outside of it' leaves" in words and "'on the map' lies on" in words


def test_maps_have_at_least_half_of_their_panels():
    for count, cells, size in ((4, (2, 2), "readme"), (24, (6, 4), "720p")):
        experiment = race(count=1)
        stage = set_stage(
            Scene([Heatmap(experiment, title=f"panel {n}") for n in range(count)]),
            record_all([experiment]),
            RenderOptions(size=size),
            LossMaps(),
        )
        assert smallest_share(stage, cells) > 0.5, count
