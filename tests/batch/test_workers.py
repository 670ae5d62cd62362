"""Several scenes at once: in processes, with a bad one among them, interrupted."""

import os
import signal
import subprocess
import sys
import time

import pytest
from conftest import ROOT, SCENE, without_waiting

if sys.platform == "win32":
    pytest.skip("Windows has other signals", allow_module_level=True)

BAD = SCENE.replace("plain =", "1 / 0\nplain =")
SIZE = ("--size", "128x72", "-f", "gif", "-f", "mp4")


@pytest.fixture
def scenes(tmp_path):
    for number in range(3):
        text = SCENE.replace("lr=0.1", f"lr=0.{number + 1}")
        (tmp_path / f"s{number}.py").write_text(text)
    (tmp_path / "bad.py").write_text(BAD)
    return [f"s{number}.py" for number in range(3)]


def test_parallel_processes_write_the_same_bytes(animate, run, tmp_path, scenes):
    table = ("--trajectories", "all.csv")
    status, out, _ = run(*scenes, *SIZE, *table, "-o", "one")
    alone = (tmp_path / "all.csv").read_bytes()
    two = animate(*scenes, *SIZE, *table, "-o", "two", "--jobs", "2")
    assert status == two.returncode == 0 and two.stderr == ""
    assert two.stdout == out.replace("one/", "two/")  # in the same order
    assert (tmp_path / "all.csv").read_bytes() == alone
    files = sorted((tmp_path / "one").iterdir())
    assert len(files) == 6
    for file in files:
        assert (tmp_path / "two" / file.name).read_bytes() == file.read_bytes()


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_bad_scene_does_not_stop_the_others(animate, run, tmp_path, scenes, workers):
    (tmp_path / "worse.py").write_text("scene = 3")
    order = [scenes[0], "bad.py", scenes[1], "worse.py", *SIZE]
    if workers == "1":
        status, _, err = run(*order)
    else:
        done = animate(*order, "--jobs", workers)
        status, err = done.returncode, done.stderr
    assert status == 2
    assert err.splitlines() == [
        "animate: bad.py:8: ZeroDivisionError: division by zero",
        "animate: worse.py: scene is 3; make it a Scene(...)",
        "animate: 2 of 4 failed: bad, worse",
    ]
    names = {file.name for file in (tmp_path / "renders").iterdir()}
    assert names == {"s0.gif", "s0.mp4", "s1.gif", "s1.mp4"}


def test_debug_shows_where_it_comes_from_in_a_process_too(animate, tmp_path, scenes):
    (tmp_path / "worse.py").write_text("scene = 3")
    done = animate("bad.py", "worse.py", *SIZE, "--jobs", "2", "--debug")
    assert "Traceback" in done.stderr and "1 / 0" in done.stderr


def test_a_process_that_is_killed_is_reported(animate, tmp_path, scenes):
    """As by the kernel when there is no memory left."""
    suicide = "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n"
    (tmp_path / "s0.py").write_text(suicide + SCENE)
    (tmp_path / "s1.py").write_text(suicide + SCENE)
    done = animate("s0.py", "s1.py", *SIZE, "--jobs", "2")
    assert done.returncode == 1
    assert "its process was ended from outside, with status -9" in done.stderr
    assert "2 of 2 failed: s0, s1" in done.stderr


def test_an_interrupt_ends_all_processes_and_leaves_nothing(tmp_path, scenes):
    process = subprocess.Popen(
        [sys.executable, "-m", "animator", *scenes, "--jobs", "2", "-o", "out",
         "--seconds", "900"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        start_new_session=True,
    )  # fmt: skip
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not list(tmp_path.glob("out/.*part*")):
        time.sleep(0.05)
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 128 + signal.SIGTERM
    assert without_waiting(err).strip() == "animate: interrupted"
    assert not list((tmp_path / "out").iterdir())
    deadline = time.monotonic() + 10  # Python's own helper ends a moment later
    while left := subprocess.run(
        ["pgrep", "-as", str(process.pid)], capture_output=True, text=True, check=False
    ).stdout:
        assert time.monotonic() < deadline, left
        time.sleep(0.1)
