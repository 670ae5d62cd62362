"""A clip appears complete or not at all."""

import os
import signal
import subprocess

import pytest
from PIL import Image

from animator import WriteError, render
from animator.encoders.registry import formats

SIZE = (640, 360)
MOVING = [name for name, format in formats().items() if not format.still]


@pytest.mark.parametrize("name", MOVING)
def test_a_failure_leaves_the_old_clip_and_nothing_else(small_scene, tmp_path, name):
    path = tmp_path / f"a.{name}"
    render(small_scene, path, size=(128, 72))
    before = path.stat().st_ino, sorted(path.iterdir()) if path.is_dir() else []

    def stop(done, count):
        if done == 5:
            raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"):
        render(small_scene, path, size=SIZE, progress=stop)
    assert (path.stat().st_ino, sorted(path.glob("*"))) == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_killed_encoder_is_reported(small_scene, tmp_path):
    def kill(done, count):
        if done == 3:
            found = subprocess.run(
                ["pgrep", "-P", str(os.getpid()), "ffmpeg"],
                capture_output=True,
                text=True,
                check=True,
            )
            for process in found.stdout.split():
                os.kill(int(process), signal.SIGKILL)

    path = tmp_path / "a.mp4"
    with pytest.raises(WriteError, match=f"{path}: ffmpeg was ended by SIGKILL"):
        render(small_scene, path, size=SIZE, progress=kill)
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be(small_scene, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(WriteError, match=r"file/a\.gif: Not a directory|File exists"):
        render(small_scene, tmp_path / "file" / "a.gif", size=SIZE)


@pytest.mark.parametrize("name", ["a.gif", "a.frames"])
def test_what_a_link_leads_to_is_replaced(small_scene, tmp_path, name):
    (tmp_path / "real").mkdir()
    render(small_scene, tmp_path / "real" / name, size=SIZE)
    (tmp_path / name).symlink_to(tmp_path / "real" / name)
    (clip,) = render(small_scene, tmp_path / name, size=(128, 72))
    assert (tmp_path / name).is_symlink()
    assert [file.name for file in (tmp_path / "real").iterdir()] == [name]
    first = clip.path / "000000.png" if name == "a.frames" else clip.path
    with Image.open(first) as image:
        assert image.size == (128, 72)
