"""Formats that store pictures of what changes, read back by Pillow."""

from dataclasses import replace

import numpy as np
import pytest
from conftest import at_each_frame, delays, pictures
from PIL import Image

import animator
from animator import render
from animator.encoders.format import ClipSpec
from animator.encoders.opening import open_encoder
from animator.encoders.registry import formats

SIZE = (640, 360)
EXACT = ("webp", "apng")


@pytest.mark.parametrize("name", EXACT)
@pytest.mark.parametrize("transparent", [False, True])
def test_every_pixel_of_every_frame_is_kept(small_scene, tmp_path, name, transparent):
    path = tmp_path / f"a.{name}"
    (clip,) = render(small_scene, path, size=SIZE, transparent=transparent)
    ours = list(animator.frames(small_scene, size=SIZE, transparent=transparent))
    shown = at_each_frame(path, 40)
    assert len(shown) == len(ours) == clip.frames
    for one, other in zip(shown, ours, strict=True):
        seen = other[..., 3] > 0  # of what is not seen the colour is not kept
        np.testing.assert_array_equal(one[..., 3], other[..., 3])
        np.testing.assert_array_equal(one[seen], other[seen])
    assert (ours[0][..., 3] == 0).any() == transparent


@pytest.mark.parametrize("name", ["gif", *EXACT])
def test_a_hold_is_one_long_picture(small_scene, tmp_path, name):
    exact = {"gif_quality": 100} if name == "gif" else {}
    (clip,) = render(small_scene, tmp_path / f"a.{name}", size=SIZE, **exact)
    *_, last = delays(clip.path)
    assert last == pytest.approx(1560, abs=1)  # the hold, and the frame that arrives
    assert sum(delays(clip.path)) == pytest.approx(1000 * clip.seconds, abs=1)


@pytest.mark.parametrize("name", EXACT)
def test_a_hold_longer_than_a_picture_can_be_shown(small_scene, tmp_path, name):
    scene = replace(small_scene, hold_end=80_000, seconds=None)
    (clip,) = render(scene, tmp_path / f"a.{name}", size=(128, 72), fps=1)
    assert sum(delays(clip.path)) == pytest.approx(1000 * clip.seconds, abs=1)


@pytest.mark.parametrize("loop", [0, 1, 2, 7])
def test_how_often_it_plays(small_scene, tmp_path, loop):
    paths = [tmp_path / f"a.{name}" for name in ("gif", "webp", "apng")]
    render(small_scene, *paths, size=(128, 72), loop=loop)
    with Image.open(paths[0]) as gif:  # says how often it plays again
        assert gif.info.get("loop") == {0: 0, 1: None}.get(loop, loop - 1)
    for path in paths[1:]:
        with Image.open(path) as clip:
            assert clip.info["loop"] == loop


def test_the_smallest_unit_of_each_format(tmp_path):
    # Two frames of noise: nothing can be left out, and nothing may be lost.
    random = np.random.default_rng(4)
    noise = random.integers(0, 256, (2, 64, 66, 4), np.uint8)
    noise[..., 3] = 255
    for name in EXACT:
        path = tmp_path / f"a.{name}"
        spec = ClipSpec((66, 64), 25, formats()[name].options())
        with open_encoder(path, spec) as encoder:
            encoder.write(noise[0], [(0, 0, 66, 64)])
            encoder.write(noise[1], [(0, 0, 66, 64)])
        np.testing.assert_array_equal(list(pictures(path)), noise)
