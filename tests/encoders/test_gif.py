"""GIF: near to the frames, on time, and without flicker."""

from dataclasses import replace
from itertools import pairwise

import av
import numpy as np
import pytest
from conftest import ROOT, at_each_frame, delays
from PIL import Image

import animator
from animator import RenderWarning, render
from animator.encoders.formats.gif import QUALITIES

SIZE = (640, 360)


def test_the_gif_shows_the_frames_at_the_right_time(small_scene, tmp_path):
    (clip,) = render(small_scene, tmp_path / "a.gif", size=SIZE)
    ours = list(animator.frames(small_scene, size=SIZE))
    with Image.open(clip.path) as gif:
        assert gif.info["loop"] == 0
        assert gif.size == SIZE
        now = 0
        for index in range(gif.n_frames):
            gif.seek(index)
            shown = np.asarray(gif.convert("RGB")).astype(int)
            for _ in range(gif.info["duration"] // 40):
                assert abs(shown - ours[now][..., :3]).mean() < 2.5
                now += 1
    assert now == len(ours)
    assert gif.n_frames < len(ours) - 20  # the holds are one long frame each


def test_a_gif_holds_longer_than_one_frame_can(small_scene, tmp_path):
    scene = replace(small_scene, hold_end=1400, seconds=None)
    (clip,) = render(scene, tmp_path / "a.gif", size=(128, 72), fps=2)
    assert sum(delays(clip.path)) == pytest.approx(1000 * clip.seconds, abs=5)


@pytest.mark.parametrize("fps", [12.5, 20, 25, 50])
def test_a_gif_keeps_the_time_of_the_mp4(small_scene, tmp_path, fps):
    (clip,) = render(small_scene, tmp_path / "a.gif", size=(128, 72), fps=fps)
    assert min(delays(clip.path)) >= 20
    assert sum(delays(clip.path)) == pytest.approx(1000 * clip.frames / fps, abs=5)


@pytest.mark.parametrize(("asked", "given"), [(30, 100 / 3), (60, 50), (7, 100 / 14)])
def test_a_rate_that_a_gif_cannot_have(small_scene, tmp_path, asked, given):
    paths = tmp_path / "a.gif", tmp_path / "a.mp4"
    with pytest.warns(RenderWarning, match=f"instead of {asked}: a GIF shows a frame"):
        gif, mp4 = render(small_scene, *paths, size=(128, 72), fps=asked)
    assert gif.seconds == pytest.approx(gif.frames / given)
    assert mp4.seconds == pytest.approx(mp4.frames / asked)  # it has the rate asked for
    assert mp4.seconds == pytest.approx(gif.seconds, abs=2 / min(asked, given))
    assert sum(delays(gif.path)) == pytest.approx(1000 * gif.seconds, abs=1)
    with av.open(mp4.path) as video:
        (stream,) = video.streams
        duration = float(stream.duration * stream.time_base)
    assert duration == pytest.approx(mp4.seconds, abs=0.01)


def test_what_does_not_change_does_not_flicker(small_scene, tmp_path):
    (clip,) = render(small_scene, tmp_path / "a.gif", size=SIZE)
    ours = np.array(list(animator.frames(small_scene, size=SIZE)))
    still = (ours == ours[0]).all(axis=(0, 3))
    with Image.open(clip.path) as gif:
        shown = []
        for index in range(gif.n_frames):
            gif.seek(index)
            shown.append(np.asarray(gif.convert("RGB"))[still])
    assert all((frame == shown[0]).all() for frame in shown)


def test_pixels_that_do_not_change_never_flicker_in_a_gif(small_scene, tmp_path):
    ours = np.array(list(animator.frames(small_scene, size=SIZE)))
    still = (ours == ours[0]).all(axis=(0, 3))
    for quality in (0, 50, 100):
        path = tmp_path / "a.gif"
        render(small_scene, path, size=SIZE, gif_quality=quality)
        shown = [picture[still] for picture in at_each_frame(path, 40)]
        # One change is allowed: the opening, where the background becomes better.
        assert sum((a != b).any() for a, b in pairwise(shown)) <= 1


@pytest.fixture(scope="module")
def momentum():
    """A scene of the article, and its frames."""
    scene = animator.load(ROOT / "scenes" / "momentum.py")
    scene = replace(scene, hold_start=0.2, hold_end=0.5, seconds=4)
    frames = animator.frames(scene, size=SIZE, steps=20)
    return scene, [frame.copy() for frame in frames]


@pytest.mark.parametrize(
    ("quality", "error"), [("best", 0.2), ("high", 1.0), ("medium", 1.5), ("small", 3)]
)
def test_a_better_gif_is_nearer_to_the_frames(tmp_path, momentum, quality, error):
    scene, ours = momentum
    path = tmp_path / "a.gif"
    render(scene, path, size=SIZE, steps=20, gif_quality=QUALITIES[quality])
    shown = at_each_frame(path, 40)
    # Each frame but those of the opening, in which the background becomes better.
    off = [
        np.sqrt(np.square(one[..., :3].astype(float) - other[..., :3]).mean())
        for one, other in list(zip(shown, ours, strict=True))[1:]
    ]
    assert max(off) <= 3 * error and np.mean(off) <= 2 * error
