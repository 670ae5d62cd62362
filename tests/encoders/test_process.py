"""The process that encodes a video, and what a system may lack for it."""

import os
import subprocess
import sys

import pytest
from conftest import ROOT, SCENE

import animator
from animator import WriteError
from animator.encoders.writers.process import Process

RENDER = """
import sys
sys.modules["fcntl"] = None
from animator import load, render
render(load("scene.py"), "a.gif", "a.mp4", size=(128, 72), cache=False)
"""


def test_clips_are_the_same_where_there_is_no_fcntl(tmp_path):
    """As on Windows: the pipe to ffmpeg has its default size."""
    (tmp_path / "scene.py").write_text(SCENE, encoding="utf-8")
    subprocess.run(
        [sys.executable, "-W", "error", "-c", RENDER],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=True,
    )
    clips = [tmp_path / "b.gif", tmp_path / "b.mp4"]
    animator.render(
        animator.load(tmp_path / "scene.py"), *clips, size=(128, 72), cache=False
    )
    for clip in clips:
        assert clip.read_bytes() == clip.with_stem("a").read_bytes()


def program(folder, text):
    path = folder / "encode-1.2"
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)
    return [str(path)]


def test_all_data_arrives(tmp_path):
    data = [bytes([number]) * 300_000 for number in range(20)]
    process = Process(program(tmp_path, f"cat > {tmp_path / 'out'}"))
    for piece in data:
        process.send(piece)
    process.close()
    assert (tmp_path / "out").read_bytes() == b"".join(data)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("cat > /dev/null; echo one >&2; echo two >&2; exit 3",
         "encode stopped with status 3: two"),
        ("cat > /dev/null; exit 4", "encode stopped with status 4: it gave no reason"),
        ("cat > /dev/null; echo full >&2", "encode stopped with status 0: full"),
        ("kill -9 $$", "encode was ended by SIGKILL"),
    ],
)  # fmt: skip
def test_how_it_ended(tmp_path, text, complaint):
    process = Process(program(tmp_path, text))
    with pytest.raises(OSError, match=complaint):
        process.close()
    process.abort()


def test_one_that_stops_reading_is_noticed_while_data_is_sent(tmp_path):
    process = Process(program(tmp_path, "echo enough >&2; exit 5"))
    with pytest.raises(OSError, match="encode stopped with status 5: enough"):
        for _ in range(1000):
            process.send(bytes(1_000_000))
    process.abort()


def test_a_program_that_is_not_there(tmp_path):
    with pytest.raises(WriteError, match="No such file or directory; the clip needs"):
        Process([str(tmp_path / "none")])


def test_a_terminal_s_ctrl_c_does_not_reach_it(tmp_path):
    process = Process(program(tmp_path, "cat > /dev/null"))
    # A terminal signals the processes of its own group.
    assert os.getpgid(process._process.pid) != os.getpgid(0)
    process.close()


def test_one_that_is_aborted_is_gone(tmp_path):
    process = Process(program(tmp_path, "exec sleep 600"))
    pid = process._process.pid
    process.abort()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
