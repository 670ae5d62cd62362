"""Clips that fit a size."""

import re
from dataclasses import replace
from functools import partial

import pytest
from conftest import ROOT
from torch.nn import MSELoss
from torch.optim import SGD

import animator
from animator import (
    Experiment,
    Heatmap,
    RenderWarning,
    Scene,
    SceneError,
    WriteError,
    render,
)
from animator.encoders.format import ClipSpec
from animator.encoders.formats.gif import GifOptions
from animator.encoders.registry import formats
from animator.experiments.recorder import record_all
from animator.problems import line_fit
from animator.rendering.options import RenderOptions
from animator.rendering.painter import Painter
from animator.rendering.sizing import Trial, choose_trial, estimated_bytes, trials
from animator.rendering.stage import set_stage

SIZE = (480, 270)


@pytest.mark.parametrize(("name", "quality"), [("gif", 80), ("webp", 95)])
def test_a_clip_is_made_to_fit(tmp_path, name, quality):
    scene = animator.load(ROOT / "scenes" / "fit.py")
    path = tmp_path / f"a.{name}"
    options = {"size": SIZE, "steps": 30, "seconds": 4, f"{name}_quality": quality}
    (full,) = render(scene, path, **options)
    given = []
    for share in (1.5, 0.95, 0.5, 0.15):
        limit = int(share * full.bytes)
        with pytest.warns() as warned:
            import warnings

            warnings.warn("so that there is one", UserWarning, stacklevel=1)
            (clip,) = render(scene, path, max_size=limit, **options)
        assert clip.bytes == path.stat().st_size <= limit
        assert clip.seconds == pytest.approx(full.seconds, abs=0.2)
        given.append([str(w.message) for w in warned if w.category is RenderWarning])
        # Not smaller than need be, either.
        assert share > 1 or clip.bytes > 0.3 * limit
    assert given[0] == []
    steps = [message[0].rpartition(", to fit")[0].split(", ") for message in given[1:]]
    assert [len(step) for step in steps] == sorted(len(step) for step in steps)
    assert "quality" in steps[0][0] and len(steps[0]) == 1
    assert re.fullmatch(r"\d+x\d+", steps[2][2])


def test_what_cannot_be_made_to_fit(small_scene, tmp_path):
    path = tmp_path / "a.gif"
    path.write_bytes(b"good")
    with pytest.raises(WriteError, match=r"nothing fits into 900 bytes, not even qual"):
        render(small_scene, path, size=SIZE, max_size=900)
    assert path.read_bytes() == b"good" and list(tmp_path.iterdir()) == [path]
    with pytest.raises(SceneError, match="max_size is for gif and webp, not for mp4"):
        render(small_scene, tmp_path / "a.mp4", max_size=900)


def test_sizes_without_room_for_the_panels_are_not_tried(small_scene, tmp_path):
    """Half of the sides would leave no room; three quarters are enough."""
    crowded = replace(small_scene, panels=small_scene.panels * 16)
    options = {"size": (256, 144), "seconds": 1, "hold_start": 0, "hold_end": 0}
    with pytest.raises(SceneError, match="128x72, which leaves no room"):
        render(crowded, tmp_path / "a.gif", **options | {"size": (128, 72)})
    with pytest.raises(WriteError, match=r"nothing fits .*, 192x108; allow"):
        render(crowded, tmp_path / "a.gif", max_size=1000, **options)


def test_a_short_clip_can_be_made_to_fit(tmp_path):
    """At half the frames a second it would have none between its holds."""
    scene = Scene(
        [Heatmap(Experiment(line_fit(MSELoss()), {"p": partial(SGD, lr=0.1)}, 2))],
        hold_start=1,
        hold_end=1,
        seconds=2.1,
    )
    (full,) = render(scene, tmp_path / "a.gif", size=SIZE, gif_quality=100)
    limit = int(0.4 * full.bytes)
    with pytest.warns(RenderWarning, match="to fit into"):
        (clip,) = render(scene, tmp_path / "a.gif", size=SIZE, max_size=limit)
    assert clip.bytes <= limit


SPEC = ClipSpec((640, 360), 25, GifOptions(50))


def test_what_is_tried_gives_up_colours_then_frames_then_pixels():
    found = trials(formats()["gif"], SPEC)
    assert found[0].clip == SPEC and not found[0].given_up
    assert [trial.given_up for trial in found[1:]] == [
        "quality 34",
        "quality 25",
        "quality 25, 12.5 frames a second",
        "quality 25, 8.33 frames a second",
        "quality 25, 8.33 frames a second, 480x270",
        "quality 25, 8.33 frames a second, 320x180",
        "quality 25, 8.33 frames a second, 240x136",
        "quality 25, 8.33 frames a second, 160x90",
    ]
    last = found[-1].clip
    assert (last.size, last.options) == ((160, 90), GifOptions(25))
    assert last.fps == pytest.approx(25 / 3)


def test_what_cannot_be_smaller_is_not_tried():
    spec = ClipSpec((66, 64), 12, GifOptions(10))
    assert trials(formats()["gif"], spec) == [Trial(spec)]
    spec = ClipSpec((128, 128), 25, GifOptions(10), loop=3)
    given_up = [trial.given_up for trial in trials(formats()["gif"], spec)[1:]]
    assert given_up[0] == "12.5 frames a second"
    assert given_up[-1] == "8.33 frames a second, 64x64"


@pytest.mark.parametrize("first", range(10))
def test_the_first_that_fits_is_chosen_with_few_encodings(first):
    """With true estimates, one clip is encoded, or none if nothing fits."""
    found = [Trial(SPEC, str(number)) for number in range(9)]
    size = {id(trial): 100 - number for number, trial in enumerate(found)}
    encoded = []

    def encode(trial):
        encoded.append(trial)
        return size[id(trial)] <= 100 - first

    chosen = choose_trial(found, lambda trial: size[id(trial)], encode, 100 - first)
    assert chosen is (found[first] if first < 9 else None)
    assert len(encoded) == (first < 9)


def test_one_that_is_larger_than_estimated_is_followed_by_the_next():
    found = [Trial(SPEC, str(number)) for number in range(5)]
    encoded = []

    def encode(trial):
        encoded.append(found.index(trial))
        return found.index(trial) >= 3

    chosen = choose_trial(found, lambda trial: 9 - found.index(trial), encode, 8)
    assert chosen is found[3] and encoded == [1, 2, 3]


def test_estimates_are_near(small_scene, tmp_path):
    recordings = record_all(small_scene.experiments)
    painter = Painter(
        set_stage(small_scene, recordings, RenderOptions(size=(320, 180)))
    )
    for name in ("gif", "webp"):
        spec = ClipSpec((320, 180), 25, formats()[name].options())
        path = tmp_path / f"a.{name}"
        (clip,) = render(small_scene, path, size=(320, 180), recordings=recordings)
        estimate = estimated_bytes(spec, painter, path)
        assert clip.bytes <= 1.1 * estimate and estimate <= 1.4 * clip.bytes
        assert [file.name for file in tmp_path.iterdir()] == [path.name]
        path.unlink()
