"""Frames: true colours, any order, and the same pixels on both ways."""

from functools import partial

import matplotlib
import numpy as np
import pytest
from conftest import SCENES
from matplotlib.animation import FuncAnimation
from torch.nn import L1Loss, MSELoss
from torch.optim import SGD

import animator
from animator import Experiment, Fit, Heatmap, Scene, SceneError
from animator.compositor import Painter, set_stage
from animator.problems import line_fit
from animator.recorder import record_all

SMALL = (320, 180)


def drawn_in_full(stage, frame):
    """What a plain FuncAnimation draws: the whole figure, anew."""
    stage.move_to(frame)
    stage.figure.canvas.draw()
    return np.array(stage.figure.canvas.buffer_rgba())


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("path", SCENES, ids=lambda path: path.stem)
def test_every_frame_equals_the_one_drawn_in_full(path, theme):
    scene = animator.load(path)
    recordings = record_all(scene.experiments)
    painter = Painter(set_stage(scene, recordings, size=SMALL, fps=10, theme=theme))
    plain = set_stage(scene, recordings, size=SMALL, fps=10, theme=theme)
    for frame in range(plain.timeline.frames):
        painter.paint(frame)
        np.testing.assert_array_equal(
            painter.pixels, drawn_in_full(plain, frame), err_msg=f"frame {frame}"
        )


def test_paths_that_cross_are_the_same_on_both_ways():
    settings = {
        "plain": partial(SGD, lr=0.1),
        "momentum": partial(SGD, lr=0.1, momentum=0.9),
        "Nesterov": partial(SGD, lr=0.1, momentum=0.9, nesterov=True),
        "too fast": partial(SGD, lr=1.2),
    }
    experiment = Experiment(line_fit(MSELoss()), settings, steps=30)
    scene = Scene([Heatmap(experiment), Fit(experiment)], "Race", seconds=1)
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


@pytest.mark.parametrize("loss", [MSELoss(), L1Loss()])
def test_the_colour_under_a_point_is_the_loss_there(loss):
    problem = line_fit(loss)
    plain = {"plain": partial(SGD, lr=0.1)}
    scene = Scene([Heatmap(Experiment(problem, plain, steps=1))])
    stage = set_stage(scene, record_all(scene.experiments))
    painter = Painter(stage)
    painter.paint(0)
    ax = next(ax for ax in stage.figure.axes if ax.get_title(loc="left"))
    image = ax.images[0]
    landscape = animator.loss_map(problem, 201)
    span = landscape.loss.min(), landscape.loss.max()
    off = []
    for x, y in [(-4.5, -4.7), (-4.93, 1.23), (7.9, 7.2), (5.17, -4.31), (-1.0, 7.77)]:
        column, row = (int(v) for v in ax.transData.transform((x, y)))
        # The loss in the middle of that pixel, from the article's formula.
        px, py = ax.transData.inverted().transform((column + 0.5, row + 0.5))
        data_x, data_y = problem.data_x.astype(float), problem.data_y.astype(float)
        residual = px + py * data_x - data_y
        value = np.mean(residual**2 if isinstance(loss, MSELoss) else abs(residual))
        share = (value - span[0]) / (span[1] - span[0])
        expected = np.array(image.cmap(share)[:3]) * 255
        off.append(abs(painter.pixels[719 - row, column, :3] - expected).max())
        # Half a cell of the article's grid away the colour is another one.
        half = np.mean((px + 0.065 + (py + 0.065) * data_x - data_y) ** 2)
        if isinstance(loss, MSELoss):
            moved = np.array(image.cmap((half - span[0]) / (span[1] - span[0]))[:3])
            assert abs(moved * 255 - expected).max() > 2.5
    assert max(off) <= 2


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


def test_the_user_s_own_matplotlib_settings_change_nothing(small_scene):
    (plain,) = animator.frames(small_scene, [3], size=SMALL)
    with matplotlib.rc_context({"font.size": 30, "axes.grid": True, "lines.color": "r"}):
        before = dict(matplotlib.rcParams)
        (same,) = animator.frames(small_scene, [3], size=SMALL)
        assert dict(matplotlib.rcParams) == before
    np.testing.assert_array_equal(plain, same)


def test_a_panel_that_fails_is_named(small_scene):
    class Broken:
        experiment = small_scene.experiments[0]

        def draw(self, ax, recording, theme):
            raise ZeroDivisionError("oh")

    scene = Scene([small_scene.panels[0], Broken()])
    with pytest.raises(SceneError, match=r"panel 2 \(Broken\) failed: ZeroDiv.*oh"):
        animator.compose(scene)
