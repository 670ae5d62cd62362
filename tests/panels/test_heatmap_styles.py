"""Heatmap's styles: lines, bands, numbers, translucent paths, events, clipping."""

from functools import partial

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.colors import to_rgba
from matplotlib.text import Text
from torch.optim import SGD
from torch.optim.lr_scheduler import CosineAnnealingLR, StepLR

from animator import Experiment, Heatmap, Scene, SceneError, Setting
from animator.drawing.colormaps import color_map
from animator.drawing.setting_runs import rate_drops
from animator.drawing.theme import LIGHT, Theme
from animator.experiments.recorder import record_all
from animator.problems import surface
from animator.rendering.options import RenderOptions
from animator.rendering.painter import Painter
from animator.rendering.stage import set_stage

SLOPE = surface(lambda x, y: x + 0 * y, x=(0, 10), y=(0, 10), start=(9.0, 5.0))
STEPS = {
    "plain": partial(SGD, lr=0.1),
    "steps": Setting(partial(SGD, lr=0.4), partial(StepLR, step_size=4, gamma=0.5)),
}
RACE = Experiment(SLOPE, STEPS, 12)
SIZE = (640, 360)


def staged(experiment=RACE, **options):
    scene = Scene([Heatmap(experiment, points=21, **options)], seconds=3)
    return set_stage(scene, record_all([experiment]), RenderOptions(size=SIZE))


def axes_of(stage):
    return stage.figure.axes[0]


def bar_of(stage):
    return axes_of(stage).child_axes[0]._colorbar


def test_lines_without_a_fill_have_the_colours_of_their_losses():
    stage = staged(fill=False, contours=[2.0, 5.0], cmap="viridis")
    ax = axes_of(stage)
    (lines,) = ax.collections
    assert not ax.images
    expected = mpl.colormaps["viridis"]([0.2, 0.5])
    np.testing.assert_allclose(lines.get_edgecolor(), expected, atol=0.01)
    assert (bar_of(stage).vmin, bar_of(stage).vmax) == (0, 10)


def test_bands_have_the_colour_of_the_middle_between_their_lines():
    stage = staged(fill="bands", contours=[2.0, 6.0], cmap="viridis")
    ax = axes_of(stage)
    bands, lines = ax.collections
    expected = mpl.colormaps["viridis"]([0.1, 0.4, 0.8])
    np.testing.assert_allclose(bands.get_facecolor(), expected, atol=0.01)
    assert list(lines.levels) == [2, 6]


def test_numbers_on_lines_are_their_losses():
    stage = staged(contours=7, contour_labels=True)
    (lines,) = axes_of(stage).collections
    numbers = {float(text.get_text()) for text in lines.labelTexts}
    assert len(numbers) >= 3 and numbers <= set(lines.levels)
    assert all(float(f"{level:.1e}") == level for level in lines.levels)


def test_clipped_colours_end_where_asked_and_the_bar_says_so():
    stage = staged(clip=(2, 7))
    assert axes_of(stage).images[0].get_clim() == (2, 7)
    assert bar_of(stage).extend == "both"
    assert bar_of(staged(clip=(-5, 7))).extend == "max"
    assert bar_of(staged(clip=(-5, 50))).extend == "neither"


def picture(**options):
    stage = staged(contours=0, cmap="gray", colorbar=False, **options)
    painter = Painter(stage)
    painter.paint(stage.timeline.frames - 1)
    return stage, painter.pixels[..., :3].astype(int)


def count(pixels, color):
    wanted = [round(255 * part) for part in to_rgba(color)[:3]]
    return int((abs(pixels - wanted).sum(axis=-1) < 30).sum())


def test_paths_are_translucent_and_have_dots_only_if_asked():
    color = LIGHT.color(1)
    solid, dotless, pale = (
        count(picture(**options)[1], color)
        for options in ({}, {"dots": False}, {"dots": False, "path_alpha": 0.3})
    )
    assert solid > dotless > pale > 0  # the marker is left


@pytest.mark.parametrize(
    "options", [{"path_alpha": 0.4}, {"events": True}, {"fill": "bands"}]
)
def test_styles_are_painted_as_they_are_drawn_in_full(options):
    stage, plain = staged(**options), staged(**options)
    painter = Painter(stage)
    for frame in range(0, plain.timeline.frames, 12):
        painter.paint(frame)
        plain.move_to(frame)
        plain.figure.canvas.draw()
        full = np.array(plain.figure.canvas.buffer_rgba())
        np.testing.assert_array_equal(painter.pixels, full)


def test_events_are_the_steps_at_which_the_rate_drops():
    assert rate_drops(np.array([0.4, 0.4, 0.2, 0.2, 0.19, 0.1, 0.3])) == [2, 5]
    assert rate_drops(np.full(5, np.nan)) == []
    stage = staged(events=True)
    (trails,) = stage.growing
    rates = 0.4 * 0.5 ** (np.arange(13) // 4)
    drops = {step for step in range(1, 13) if rates[step] < rates[step - 1]}
    assert [trail.events for trail in trails.trails] == [frozenset(), drops]
    keys = [text.get_text() for text in stage.figure.findobj(Text)]
    assert any("◆ lower learning rate" in text for text in keys)


def test_a_smooth_schedule_has_no_events():
    cosine = Setting(partial(SGD, lr=0.1), partial(CosineAnnealingLR, T_max=60))
    stage = staged(Experiment(SLOPE, {"cosine": cosine}, 30), events=True)
    (trails,) = stage.growing
    assert trails.trails[0].events == frozenset()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"fill": "dots"}, "fill is 'dots'; give True, False or 'bands'"),
        ({"fill": False, "contours": 0}, "fill is False, which needs contour lines"),
        ({"contour_labels": 1}, "contour_labels is 1; give True or False"),
        ({"dots": None}, "dots is None; give True or False"),
        ({"events": "lr"}, "events is 'lr'; give True or False"),
        ({"path_alpha": 0}, "path_alpha is 0; give 0.05 to 1"),
        ({"clip": (3, 1)}, r"clip is \(3, 1\); give two numbers"),
    ],
)
def test_what_styles_do_not_take(options, message):
    with pytest.raises(SceneError, match=f"Heatmap: {message}"):
        Heatmap(RACE, **options)


def test_a_theme_from_a_style_has_its_colours(tmp_path):
    theme = Theme.from_style("ggplot")
    settings = mpl.style.library["ggplot"]
    colors = settings["axes.prop_cycle"].by_key()["color"]
    assert theme.background.upper() == settings["axes.facecolor"]
    assert theme.color(1).upper() == colors[1] and theme.dash(len(theme.trails)) > 0
    before = dict(mpl.rcParams)
    path = tmp_path / "mine.mplstyle"
    path.write_text(
        "figure.facecolor: 101010\naxes.facecolor: 202020\ntext.color: eeeeee\n"
        "axes.prop_cycle: cycler('color', ['ff0000', '00ff00'])\nimage.cmap: magma\n"
    )
    mine = Theme.from_style(str(path))
    assert (mine.name, mine.background, mine.text) == ("mine", "#202020", "#eeeeee")
    assert mine.trails == ("#ff0000", "#00ff00")
    np.testing.assert_allclose(
        color_map(mine)([0.0, 1.0]), mpl.colormaps["magma"]([0.0, 1.0])
    )
    assert dict(mpl.rcParams) == before
    with pytest.raises(SceneError, match="there is no style 'nowhere'; give one of"):
        Theme.from_style("nowhere")
    scene = Scene([Heatmap(RACE, points=21)], theme=mine)
    set_stage(scene, record_all([RACE]), RenderOptions(size=SIZE))


def test_a_style_has_the_first_of_its_fonts_that_is_installed(tmp_path):
    path = tmp_path / "mine.mplstyle"
    path.write_text("font.family: sans-serif\nfont.sans-serif: Nowhere, DejaVu Sans\n")
    assert Theme.from_style(str(path)).font == "DejaVu Sans"
    path.write_text("font.family: Nowhere\n")
    assert Theme.from_style(str(path)).font == "Nowhere"
