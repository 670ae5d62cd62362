"""Several formats at once, and what the command says about them."""

import subprocess
import sys

from animator import render
from animator.encoders.registry import formats

SIZE = (640, 360)


def test_several_formats_are_the_same_as_each_alone(small_scene, tmp_path):
    names = [name for name in formats() if name != "frames"]
    render(small_scene, *(tmp_path / f"all.{name}" for name in names), size=SIZE)
    for name in names:
        render(small_scene, tmp_path / f"one.{name}", size=SIZE)
        one, other = (tmp_path / f"{which}.{name}" for which in ("all", "one"))
        assert one.read_bytes() == other.read_bytes(), name


def test_one_pass_writes_both_clips_as_two_passes_would(small_scene, tmp_path):
    both = render(small_scene, tmp_path / "a.mp4", tmp_path / "a.gif", size=SIZE)
    render(small_scene, tmp_path / "b.mp4", size=SIZE)
    render(small_scene, tmp_path / "b.gif", size=SIZE)
    for suffix in ("mp4", "gif"):
        one, other = (tmp_path / f"{name}.{suffix}" for name in "ab")
        assert one.read_bytes() == other.read_bytes()
    assert [clip.path.name for clip in both] == ["a.mp4", "a.gif"]
    assert [clip.bytes for clip in both] == [c.path.stat().st_size for c in both]


def test_the_formats_are_listed_with_what_is_missing(animate, tmp_path):
    run = animate("--formats")
    assert run.returncode == 0
    lines = {line.split()[0]: line for line in run.stdout.splitlines()}
    assert list(lines) == list(formats())
    assert all(line.split()[1] == "yes" for line in lines.values())
    # Without ffmpeg the videos are missing, and only they.
    code = (
        "import os; os.environ['IMAGEIO_FFMPEG_EXE'] = '/nowhere/ffmpeg';"
        "from animator.cli.command import main; main()"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, "--formats"], capture_output=True, text=True
    )
    answers = {line.split()[0]: line.split()[1] for line in run.stdout.splitlines()}
    assert {name for name, answer in answers.items() if answer != "yes"} == {
        "mp4",
        "webm",
    }
