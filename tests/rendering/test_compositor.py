"""Animations and frames: any order, and the same pixels whatever the settings."""

from functools import partial

import matplotlib
import numpy as np
import pytest
from matplotlib.animation import FuncAnimation
from PIL import Image
from torch.nn import MSELoss
from torch.optim import SGD

import animator
from animator import Drawing, Experiment, Heatmap, RenderWarning, Scene, SceneError
from animator.experiments.recorder import record_all
from animator.problems import line_fit
from animator.rendering.options import RenderOptions
from animator.rendering.stage import set_stage

SMALL = (320, 180)


def drawn_in_full(stage, frame):
    """What a plain FuncAnimation draws: the whole figure, anew."""
    stage.move_to(frame)
    stage.figure.canvas.draw()
    return np.array(stage.figure.canvas.buffer_rgba())


def test_the_layout_is_the_same_wherever_in_memory_it_is_solved(small_scene):
    recordings = record_all(small_scene.experiments)
    random, elsewhere, places = np.random.default_rng(0), [], set()
    for _ in range(12):
        elsewhere.append(bytearray(random.integers(1, 5000)))
        stage = set_stage(small_scene, recordings, RenderOptions(size=SMALL))
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
    animation = animator.compose(small_scene, size=SMALL, fps=10)
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
    ours = list(animator.frames(small_scene, size=SMALL, fps=10))
    assert len(names) == len(ours)
    for one, other in zip(names, ours, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize(
    ("size", "message"),
    [
        ((2, 2), "size is 2x2; give 64 to 8192 pixels"),
        ((1280, 100_000), "give 64 to 8192"),
        ((1280.0, 720), "give whole pixels"),
    ],
)
def test_sizes_that_cannot_be(small_scene, size, message):
    with pytest.raises(SceneError, match=message):
        animator.compose(small_scene, size=size)


@pytest.mark.parametrize(
    "size", [(64, 64), (641, 361), (854, 480), (1080, 1920), (1998, 1080)]
)
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
    stage = set_stage(scene, record_all(scene.experiments), RenderOptions(size=SMALL))
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
    animation = animator.compose(scene, size=SMALL, fps=5)
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


def test_html_that_matplotlib_cuts_off_says_so(small_scene):
    few = {"size": SMALL, "fps": 5}
    with matplotlib.rc_context({"animation.embed_limit": 0.03}):
        animation = animator.compose(small_scene, **few)
        with pytest.warns(
            RenderWarning, match=r"has only \d+ of \d+ frames, .* 0\.03 MB"
        ):
            page = animation.to_jshtml()
    assert page.count('= "data:image/png') < len(list(animation.new_frame_seq()))
    complete = animator.compose(small_scene, **few)
    count = len(list(complete.new_frame_seq()))
    page = complete.to_jshtml()  # without a warning
    assert page.count('= "data:image/png') == count
