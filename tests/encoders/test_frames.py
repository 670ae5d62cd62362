"""Folders of numbered PNGs."""

import numpy as np
import pytest
from PIL import Image

import animator
from animator import WriteError, render

SIZE = (640, 360)


def test_the_folder_of_frames(small_scene, tmp_path):
    path = tmp_path / "a.frames"
    path.mkdir()
    (path / "000000.png").write_bytes(b"of an earlier run")
    (clip,) = render(small_scene, path, size=SIZE)
    ours = list(animator.frames(small_scene, size=SIZE))
    files = sorted(path.iterdir())
    assert [file.name for file in files[:2]] == ["000000.png", "000001.png"]
    assert len(files) == len(ours)
    assert clip.bytes == sum(file.stat().st_size for file in files)
    for file, frame in zip(files, ours, strict=True):
        with Image.open(file) as picture:
            np.testing.assert_array_equal(np.asarray(picture), frame[..., :3])
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_of_other_things_is_left_alone(small_scene, tmp_path):
    folder = tmp_path / "a.frames"
    folder.mkdir()
    (folder / "thesis.tex").write_text("years of work")
    with pytest.raises(WriteError, match=r"'thesis.tex', which is not a frame"):
        render(small_scene, folder, size=SIZE)
    assert (folder / "thesis.tex").read_text() == "years of work"
    assert list(tmp_path.iterdir()) == [folder]
