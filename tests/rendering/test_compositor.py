"""Frames: true colours, any order, and the same pixels on both ways."""

from functools import partial

import matplotlib
import numpy as np
import pytest
import torch
from conftest import SCENES
from matplotlib.animation import FuncAnimation
from PIL import Image
from torch.nn import L1Loss, MSELoss
from torch.optim import SGD

import animator
from animator import Drawing, Experiment, Fit, Heatmap, Scene, SceneError
from animator.experiments.recorder import record_all
from animator.problems import Coordinate, line_fit
from animator.rendering.painter import Painter
from animator.rendering.stage import set_stage

SMALL = (320, 180)


def drawn_in_full(stage, frame):
    """What a plain FuncAnimation draws: the whole figure, anew."""
    stage.move_to(frame)
    stage.figure.canvas.draw()
    return np.array(stage.figure.canvas.buffer_rgba())


@pytest.mark.parametrize("path", SCENES, ids=lambda path: path.stem)
def test_every_frame_equals_the_one_drawn_in_full(path):
    scene = animator.load(path)
    recordings = record_all(scene.experiments)
    painter = Painter(set_stage(scene, recordings, size=SMALL, fps=3, theme="light"))
    plain = set_stage(scene, recordings, size=SMALL, fps=3, theme="light")
    for frame in range(plain.timeline.frames):
        painter.paint(frame)
        np.testing.assert_array_equal(
            painter.pixels, drawn_in_full(plain, frame), err_msg=f"frame {frame}"
        )


@pytest.mark.parametrize("path", SCENES, ids=lambda path: path.stem)
def test_frames_at_full_size_equal_those_drawn_in_full(path):
    scene = animator.load(path)
    recordings = record_all(scene.experiments)
    painter = Painter(set_stage(scene, recordings, theme="dark"))
    plain = set_stage(scene, recordings, theme="dark")
    for frame in (0, 17, 80, plain.timeline.frames - 1):
        painter.paint(frame)
        np.testing.assert_array_equal(painter.pixels, drawn_in_full(plain, frame))


def test_paths_that_cross_are_the_same_on_both_ways():
    settings = {
        "plain": partial(SGD, lr=0.1),
        "momentum": partial(SGD, lr=0.1, momentum=0.9),
        "Nesterov": partial(SGD, lr=0.1, momentum=0.9, nesterov=True),
        "too fast": partial(SGD, lr=1.2),
    }
    experiment = Experiment(line_fit(MSELoss()), settings, steps=30)
    scene = Scene([Heatmap(experiment), Fit(experiment)], "Race", seconds=3)
    recordings = record_all(scene.experiments)
    painter = Painter(set_stage(scene, recordings, size=(640, 360)))
    plain = set_stage(scene, recordings, size=(640, 360))
    for frame in [*range(plain.timeline.frames), 7, 30, 3]:
        painter.paint(frame)
        np.testing.assert_array_equal(painter.pixels, drawn_in_full(plain, frame))


def test_the_boxes_cover_all_that_changed(small_scene):
    painter = Painter(set_stage(small_scene, record_all(small_scene.experiments)))
    painter.paint(0)
    for frame in range(1, painter.stage.timeline.frames):
        before = painter.pixels.copy()
        for left, top, right, bottom in painter.paint(frame):
            before[top:bottom, left:right] = painter.pixels[top:bottom, left:right]
        np.testing.assert_array_equal(before, painter.pixels)


class Slope:
    """A plane, steep enough that half a cell away the colour is another one."""

    name, start = "slope", (0.0, 0.0)
    x, y = Coordinate("x", -5, 8), Coordinate("y", -5, 8)

    def model(self):
        model = torch.nn.Module()
        model.x = torch.nn.Parameter(torch.zeros(()))
        model.y = torch.nn.Parameter(torch.zeros(()))
        return model

    def loss(self, model):
        return self.losses(model.x, model.y)

    def losses(self, x, y):
        return 3 * x + 2 * y


class Cliff(Slope):
    """A loss that is infinite from the start on, and over half of the map."""

    def losses(self, x, y):
        return torch.where(x < 1, torch.inf, 3 * x)


def test_a_run_that_diverges_at_once_is_drawn_and_said():
    plain = {"plain": partial(SGD, lr=0.1)}
    scene = Scene([Heatmap(Experiment(Cliff(), plain, steps=5))], seconds=2.4)
    recordings = record_all(scene.experiments)
    stage = set_stage(scene, recordings, size=SMALL)
    painter = Painter(stage)
    for frame in range(stage.timeline.frames):
        painter.paint(frame)
    texts = [
        artist.get_text() for artist in stage.moving if hasattr(artist, "get_text")
    ]
    assert "diverged at step 0" in texts


def test_the_layout_is_the_same_wherever_in_memory_it_is_solved(small_scene):
    recordings = record_all(small_scene.experiments)
    random, elsewhere, places = np.random.default_rng(0), [], set()
    for _ in range(25):
        elsewhere.append(bytearray(random.integers(1, 5000)))
        stage = set_stage(small_scene, recordings, size=SMALL)
        places.add(b"".join(ax.bbox.get_points().tobytes() for ax in stage.figure.axes))
    assert len(places) == 1


def test_frames_come_out_the_same_in_any_order(small_scene):
    five, two, again = animator.frames(small_scene, [5, 2, 5], size=SMALL)
    np.testing.assert_array_equal(five, again)
    assert (five != two).any()
    in_order = list(animator.frames(small_scene, size=SMALL))
    np.testing.assert_array_equal(in_order[5], five)
    np.testing.assert_array_equal(in_order[2], two)
    assert five.shape == (180, 320, 4) and (five[..., 3] == 255).all()


def test_compose_gives_an_animation_with_the_same_frames(small_scene, tmp_path):
    animation = animator.compose(small_scene, size=SMALL)
    assert isinstance(animation, FuncAnimation)
    names = []

    class Keep(matplotlib.animation.AbstractMovieWriter):
        def setup(self, fig, outfile, dpi=None):
            self.fig = fig

        def grab_frame(self, **kwargs):
            self.fig.canvas.draw()
            names.append(np.array(self.fig.canvas.buffer_rgba()))

        def finish(self):
            pass

    animation.save(tmp_path / "x", writer=Keep(fps=25))
    ours = list(animator.frames(small_scene, size=SMALL))
    assert len(names) == len(ours)
    for one, other in zip(names, ours, strict=True):
        np.testing.assert_array_equal(one, other)


def colour_errors(problem, points, loss_at, places):
    """How far the colours at some places are from the loss there, of 255."""
    plain = {"plain": partial(SGD, lr=0.1)}
    scene = Scene([Heatmap(Experiment(problem, plain, steps=1), points=points)])
    stage = set_stage(scene, record_all(scene.experiments))
    painter = Painter(stage)
    painter.paint(0)
    ax = next(ax for ax in stage.figure.axes if ax.images)
    low, high = ax.images[0].get_clim()
    errors = []
    for place in places:
        column, row = (int(v) for v in ax.transData.transform(place))
        x, y = ax.transData.inverted().transform((column + 0.5, row + 0.5))
        share = (loss_at(x, y) - low) / (high - low)
        expected = 255 * np.array(matplotlib.colormaps["terrain"](share)[:3])
        errors.append(abs(painter.pixels[719 - row, column, :3] - expected).max())
    return max(errors)


PLACES = [(-4.5, -4.7), (-4.93, 1.23), (7.9, 7.2), (5.17, -4.31), (-1.0, 7.77)]


def test_the_colour_under_a_point_is_the_loss_there():
    problem = line_fit(L1Loss())
    data_x, data_y = problem.data_x.astype(float), problem.data_y.astype(float)

    def loss_at(bias, weight):
        return np.abs(bias + weight * data_x - data_y).mean()

    assert colour_errors(problem, 201, loss_at, PLACES) <= 3


def test_colours_lie_where_they_belong_to_a_fraction_of_a_cell():
    half = 0.5  # cells of 14 points from -5 to 8 are 1 wide
    cells = 14
    assert colour_errors(Slope(), cells, lambda x, y: 3 * x + 2 * y, PLACES) <= 3
    for dx, dy in [(half, 0), (0, half), (-half, 0), (0, -half)]:
        off = 3 * dx + 2 * dy
        moved = colour_errors(
            Slope(), cells, lambda x, y, off=off: 3 * x + 2 * y + off, PLACES
        )
        assert moved > 3


@pytest.mark.parametrize(
    ("size", "message"),
    [
        ((641, 360), "size is 641x360, but video players need even sides; try 642x360"),
        ((2, 2), "size is 2x2; give 64 to 8192 pixels"),
        ((1280, 100_000), "give 64 to 8192"),
        ((1280.0, 720), "give whole pixels"),
    ],
)
def test_sizes_that_cannot_be(small_scene, size, message):
    with pytest.raises(SceneError, match=message):
        animator.compose(small_scene, size=size)


@pytest.mark.parametrize("size", [(64, 64), (854, 480), (1080, 1920), (1998, 1080)])
def test_sizes_come_out_exactly(small_scene, size):
    (frame,) = animator.frames(small_scene, [0], size=size)
    assert frame.shape == (size[1], size[0], 4)


def test_a_frame_that_is_not_there(small_scene):
    with pytest.raises(SceneError, match="frame 99999 is not one of"):
        next(animator.frames(small_scene, [99999]))


def unusual(name, value):
    """Another value of one of matplotlib's settings, if there is a simple one."""
    if name in UNUSUAL:
        return UNUSUAL[name]
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float) and value > 0 and ".dpi" not in name:
        return value / 2 if "alpha" in name else type(value)(1.5 * value + 1)
    if name.endswith("color") and isinstance(value, str):
        return "#ff00ff"
    return None


# Settings of files that figures are saved to, of windows and of the system, which are
# not asked for when a figure is drawn, or of which another value is not valid.
OTHER = (
    "animation keymap webagg tk macosx pgf ps pdf svg docstring backend timezone date "
    "interactive toolbar figure.max_open_warning figure.raise_window axes3d.mouse"
).split()
UNUSUAL = {
    "axes.formatter.limits": [-1, 1],
    "axes.titlelocation": "left",
    "axes.titley": 0.5,
    "axes.labelweight": "bold",
    "axes.prop_cycle": matplotlib.cycler(color=["#ff00ff"]),
    "font.family": ["monospace"],
    "font.weight": "bold",
    "font.style": "italic",
    "figure.subplot.left": 0.3,
    "figure.subplot.bottom": 0.3,
    "figure.subplot.right": 0.7,
    "figure.subplot.top": 0.7,
    "image.interpolation": "nearest",
    "image.cmap": "magma",
    "image.origin": "lower",
    "image.aspect": "auto",
    "lines.linestyle": "--",
    "lines.marker": "o",
    "lines.solid_capstyle": "butt",
    "lines.solid_joinstyle": "bevel",
    "mathtext.fontset": "stix",
    "path.sketch": (3.0, 50.0, 2.0),
    "path.simplify_threshold": 1.0,
    "text.usetex": False,
    "text.hinting": "no_autohint",
    "text.hinting_factor": 1,
    "text.kerning_factor": 6,
    "xtick.direction": "in",
    "ytick.direction": "inout",
    "xtick.alignment": "right",
    "legend.framealpha": 0.1,
    "axes3d.depthshade_minalpha": 0.9,
    "polaraxes.grid": False,
    "savefig.bbox": None,
}


def unusual_settings():
    """Another value of all settings that may have to do with a figure's pixels."""
    settings = {
        name: unusual(name, value)
        for name, value in matplotlib.rcParamsDefault.items()
        if not name.startswith(tuple(OTHER))
    }
    return {name: v for name, v in settings.items() if v is not None and valid(name, v)}


def valid(name, value):
    with matplotlib.rc_context():
        try:
            matplotlib.rcParams[name] = value
        except (ValueError, Warning):  # not valid, or not any more
            return False
        return True


# Those that are asked for when something is drawn, and not only when it is made.
LATE = {
    "axes.unicode_minus": False,
    "text.hinting": "no_autohint",
    "text.antialiased": False,
    "path.simplify": False,
    "path.sketch": (3.0, 50.0, 2.0),
    "path.snap": False,
    "agg.path.chunksize": 100,
    "image.resample": False,
    "image.composite_image": False,
}


def own_pixels(animation, frame):
    """A frame of an animation, as matplotlib draws it."""
    animation._draw_frame(frame)
    animation._fig.canvas.draw()
    return np.array(animation._fig.canvas.buffer_rgba())


class Signs:
    """A panel with negative numbers, a formula, text, and lines of many points."""

    def __init__(self, experiment):
        self.experiment = experiment

    def draw(self, ax, recording, theme):
        x = np.linspace(-1, 1, 5000)
        ax.plot(x, 1e-9 * np.sin(40 * x) * x)
        ax.set_title(r"$\alpha = -1$, slowly")
        (line,) = ax.plot([0], [0], "s")
        text = ax.text(0, 0, "")

        def update(step):
            line.set_data([-step / 9], [0])
            text.set_text(f"$\\beta^{{{step:.1f}}}$ of -{step:g}")

        return Drawing(moving=[line, text], update=update)


@pytest.fixture(scope="module")
def signs():
    plain = {"plain": partial(SGD, lr=0.1)}
    experiment = Experiment(line_fit(MSELoss()), plain, steps=8)
    scene = Scene([Heatmap(experiment, points=41), Signs(experiment)], "A", seconds=2.3)
    pixels = [f.copy() for f in animator.frames(scene, [0, 7, 30], size=SMALL)]
    return scene, pixels


def test_all_settings_before_composing_change_nothing(signs):
    scene, true = signs
    settings = unusual_settings()
    assert len(settings) > 150
    with matplotlib.rc_context(settings):
        before = dict(matplotlib.rcParams)
        ours = list(animator.frames(scene, [0, 7, 30], size=SMALL))
        animation = animator.compose(scene, size=SMALL)
        theirs = [own_pixels(animation, frame) for frame in (0, 7, 30)]
        assert dict(matplotlib.rcParams) == before
    np.testing.assert_array_equal(ours, true)
    np.testing.assert_array_equal(theirs, true)


def test_all_settings_after_composing_change_nothing(signs):
    scene, true = signs
    animation = animator.compose(scene, size=SMALL)
    frames = animator.frames(scene, [0, 7, 30], size=SMALL)
    ours, theirs = [next(frames)], [own_pixels(animation, 0)]
    with matplotlib.rc_context(unusual_settings()):
        before = dict(matplotlib.rcParams)
        ours += list(frames)
        theirs += [own_pixels(animation, frame) for frame in (7, 30)]
        assert dict(matplotlib.rcParams) == before
    np.testing.assert_array_equal(ours, true)
    np.testing.assert_array_equal(theirs, true)


@pytest.mark.parametrize("name", LATE)
def test_each_setting_between_two_frames_changes_nothing(signs, name):
    scene, true = signs
    animation = animator.compose(scene, size=SMALL)
    for frame, pixels in zip((0, 7, 30), true, strict=True):
        with matplotlib.rc_context({name: LATE[name]}):
            np.testing.assert_array_equal(own_pixels(animation, frame), pixels)
            assert matplotlib.rcParams[name] == LATE[name]


def test_the_check_of_settings_can_fail(signs):
    """A figure that is drawn in the user's settings is another one."""
    scene, true = signs
    stage = set_stage(scene, record_all(scene.experiments), size=SMALL)
    with matplotlib.rc_context(unusual_settings()):
        drawn = drawn_in_full(stage, 30)
    assert (drawn != true[2]).any()


def test_a_caller_may_change_settings_for_good_between_frames(signs):
    scene, _ = signs
    with matplotlib.rc_context():
        for _ in animator.frames(scene, [0, 7], size=SMALL):
            matplotlib.rcParams["font.size"] += 1
        assert matplotlib.rcParams["font.size"] == 12


def test_a_saved_animation_has_the_scene_s_colours_and_size(signs, tmp_path):
    scene, true = signs
    settings = {
        "savefig.facecolor": "#ff00ff",
        "savefig.dpi": 30,
        "savefig.transparent": True,
        "animation.writer": "pillow",
    }
    animation = animator.compose(scene, size=SMALL)
    with matplotlib.rc_context(settings):
        animation.save(tmp_path / "a.gif")
    with Image.open(tmp_path / "a.gif") as gif:
        assert gif.size == SMALL
        first = np.asarray(gif.convert("RGB")).astype(int)
    assert abs(first - true[0][..., :3]).mean() < 3


def test_a_panel_that_fails_is_named(small_scene):
    class Broken:
        experiment = small_scene.experiments[0]

        def draw(self, ax, recording, theme):
            raise ZeroDivisionError("oh")

    scene = Scene([small_scene.panels[0], Broken()])
    with pytest.raises(SceneError, match=r"panel 2 \(Broken\) failed: ZeroDiv.*oh"):
        animator.compose(scene)
