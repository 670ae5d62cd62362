"""What goes wrong on a machine, injected for real: one clear line, nothing lost."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT, SCENE, without_waiting
from PIL import Image
from torch.nn import MSELoss

from animator import loss_map
from animator.encoders.registry import formats
from animator.problems import line_fit

pty = pytest.importorskip("pty", reason="the faults are those of Linux and macOS")
resource = pytest.importorskip("resource")

GOOD = b"a good clip from before"
# A panel that does something in the middle of the clip: `act` is to be defined.
ACTING = """
from pathlib import Path
import os, signal, subprocess, sys, threading, time
from functools import partial
from torch.nn import MSELoss
from torch.optim import SGD
from animator import Drawing, Experiment, Heatmap, Scene
from animator.problems import line_fit, surface

class Acting:
    experiment = Experiment(line_fit(MSELoss()), {"plain": partial(SGD, lr=0.1)}, 5)

    def draw(self, ax, recording, theme):
        def update(step):
            if step > 2:
                act()
        return Drawing(update=update)

acted = []
def act():
    if not acted:
        acted.append(1)
        ACT

scene = Scene([Acting(), Heatmap(Acting.experiment, points=21)])
"""
KILL = "subprocess.run(['pkill', '-9', '-P', str(os.getpid()), 'ffmpeg'])"
SMALL = ("--size", "128x72")


@pytest.fixture
def fault(run, tmp_path):
    """Render a scene that meets a fault; it must fail well. Return its one line."""

    def meet(text, *options, clips=("a.mp4",), status=1, folder=tmp_path):
        (tmp_path / "scene.py").write_text(text)
        for clip in clips:
            (folder / clip).write_bytes(GOOD)
        before = {p: p.stat().st_ino for p in folder.rglob("*")}
        # The name of the scene is that of the clip if there are several.
        code, out, err = run(tmp_path / "scene.py", *options)
        assert (code, out) == (status, "")
        assert err.startswith("animate: ") and err.count("\n") == 1
        assert {p: p.stat().st_ino for p in folder.rglob("*")} == before
        assert all((folder / clip).read_bytes() == GOOD for clip in clips)
        assert not children()
        return err

    return meet


def children():
    """The processes that this one has started and that are still there."""
    found = subprocess.run(
        ["pgrep", "-P", str(os.getpid()), "ffmpeg"],
        capture_output=True,
        text=True,
        check=False,
    )
    return found.stdout


def program(path, text):
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return str(path)


def test_ffmpeg_is_killed_in_mid_clip(fault):
    line = fault(ACTING.replace("ACT\n", f"{KILL}\n"), *SMALL, "-o", "a.mp4")
    assert "a.mp4: ffmpeg was ended by SIGKILL" in line


@pytest.mark.parametrize("name", ["mp4", "webm"])
def test_ffmpeg_fails_on_its_first_byte(fault, monkeypatch, tmp_path, name):
    fake = program(tmp_path / "ffmpeg", "echo cannot encode today >&2; exit 3")
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", fake)
    clip = f"a.{name}"
    line = fault(SCENE, *SMALL, "-o", clip, clips=[clip])
    assert f"{clip}: ffmpeg stopped with status 3: cannot encode today" in line


@pytest.mark.parametrize("name", ["mp4", "webm"])
def test_ffmpeg_complains_and_ends_as_if_all_were_well(
    fault, monkeypatch, tmp_path, name
):
    """So does ffmpeg 4 where the disk is full; what it leaves is no clip."""
    text = "cat >/dev/null; echo Error writing trailer: No space left on device >&2"
    fake = program(tmp_path / "ffmpeg", f"{text}; exit 0")
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", fake)
    clip = f"a.{name}"
    line = fault(SCENE, *SMALL, "-o", clip, clips=[clip])
    assert f"{clip}: ffmpeg stopped with status 0: Error writing trailer" in line


def test_ffmpeg_hangs(fault, monkeypatch, tmp_path):
    fake = program(tmp_path / "ffmpeg", "exec sleep 600")
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", fake)
    line = fault(SCENE, *SMALL, "-o", "a.mp4", "--timeout", "2", status=2)
    assert "scene.py: was not done after 2 s; give it more with --timeout" in line


@pytest.fixture
def small_files():
    """Let no file of this process and of those that it starts grow over 3,000 bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (3000, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("name", formats())
def test_a_file_that_may_not_grow(fault, tmp_path, small_files, name):
    clips = [f"a.{name}"] if name != "frames" else []
    line = fault(SCENE, "-o", f"a.{name}", "--size", "640x360", clips=clips)
    assert f"a.{name}: " in line
    assert "too large" in line.lower() or "ended by SIGXFSZ" in line


@pytest.fixture
def mounted(tmp_path):
    """Mount a file system of 200 kB; root may do that, and only on some machines."""
    folder = tmp_path / "mounted"
    folder.mkdir()

    def mount(*options):
        command = ["mount", "-t", "tmpfs", "-o", ",".join(options), "none", folder]
        done = subprocess.run(command, capture_output=True, check=False)
        if done.returncode:
            pytest.skip("this user may not mount anything")
        return folder

    yield mount
    subprocess.run(["umount", folder], capture_output=True, check=False)


@pytest.mark.parametrize("name", ["mp4", "webm", "gif", "frames"])
def test_the_disk_is_full(fault, mounted, name):
    folder = mounted("size=16k")
    clips = [f"a.{name}"] if name != "frames" else []
    path = folder / f"a.{name}"
    line = fault(SCENE, "-o", path, "--size", "1080p", clips=clips, folder=folder)
    assert f"{path}: " in line and "No space left on device" in line


def test_the_disk_is_full_for_tables(run, mounted, tmp_path):
    folder = mounted("size=4k")
    (tmp_path / "scene.py").write_text(SCENE)
    (folder / "t.csv").write_bytes(GOOD)
    for option in ("--trajectories", "--manifest"):
        code, _, err = run(
            *("scene.py", "-o", "a.gif", "--steps", "300", *SMALL),
            *("--seconds", "6", option, folder / "t.csv"),
        )
        assert code == 1
        assert err == f"animate: {folder / 't.csv'}: No space left on device\n"
        assert [file.read_bytes() for file in folder.iterdir()] == [GOOD]


def test_the_folder_is_read_only(fault, mounted):
    folder = mounted("ro")
    for path in (folder / "a.gif", folder / "new" / "a.gif"):
        line = fault(SCENE, "-o", path, *SMALL, clips=(), folder=folder)
        assert "Permission denied" in line or "Read-only file system" in line


@pytest.mark.parametrize("name", ["mp4", "gif", "webp", "frames"])
def test_the_folder_is_removed_in_mid_render(run, tmp_path, name):
    (tmp_path / "out").mkdir()
    remove = f"import shutil; shutil.rmtree({str(tmp_path / 'out')!r})"
    (tmp_path / "scene.py").write_text(ACTING.replace("ACT\n", remove + "\n"))
    code, out, err = run("scene.py", "-o", f"out/a.{name}", *SMALL)
    assert (code, out) == (1, "")
    assert err.startswith(f"animate: out/a.{name}: ") and err.count("\n") == 1
    assert "No such file or directory" in err
    assert not (tmp_path / "out").exists() and not children()


def test_a_scene_that_prints_leaves_the_list_of_clips_alone(run, tmp_path):
    chatty = "print('loading')\n" + ACTING.replace("ACT\n", "print('half', end=' ')\n")
    (tmp_path / "scene.py").write_text(chatty)
    code, out, err = run("scene.py", "-o", "a.gif", *SMALL)
    assert code == 0 and out.startswith("a.gif  128x72") and out.count("\n") == 1
    assert err == "loading\nhalf \n"
    assert run("scene.py", "-o", "a.gif", *SMALL, "--quiet") == (0, "", "")


@pytest.mark.parametrize(
    "act", ["sys.exit()", "raise SystemExit(0)", "raise GeneratorExit", "sys.exit(7)"]
)
def test_a_scene_that_exits_has_failed(fault, act):
    line = fault(f"import sys\n{act}\n" + SCENE, "-o", "a.mp4", status=2)
    assert "scene.py:2: " in line
    line = fault(ACTING.replace("ACT\n", f"{act}\n"), *SMALL, "-o", "a.mp4", status=2)
    assert "scene.py: " in line or "scene.py:2" in line


def test_a_scene_that_changes_the_folder(run, tmp_path, monkeypatch):
    (tmp_path / "elsewhere").mkdir()
    move = f"os.chdir({str(tmp_path / 'elsewhere')!r})"
    (tmp_path / "scene.py").write_text(
        f"import os\n{move}\n" + ACTING.replace("ACT\n", f"{move}\n")
    )
    code, out, err = run("scene.py", "-o", "a.gif", *SMALL)
    assert (code, err) == (0, "") and out.startswith("a.gif  ")
    assert Path.cwd() == tmp_path and (tmp_path / "a.gif").exists()
    assert not list((tmp_path / "elsewhere").iterdir())


@pytest.mark.parametrize("workers", ["1", "2"])
def test_threads_of_a_scene_hold_nothing_up(animate, tmp_path, workers):
    thread = "threading.Thread(target=time.sleep, args=(600,)).start()"
    for name in ("one.py", "two.py"):
        (tmp_path / name).write_text(f"import threading, time\n{thread}\n" + SCENE)
    start = time.monotonic()
    done = animate("one.py", "two.py", *SMALL, "-f", "gif", "--jobs", workers)
    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) == 2
    assert time.monotonic() - start < 120


IN_C = """
import ctypes
ctypes.PyDLL(None).sleep(600)  # no signal's handler runs before it returns
"""


def test_a_scene_that_hangs(fault):
    line = fault(IN_C, "--timeout", "1", "-o", "a.mp4", status=2)
    assert "scene.py: was not done after 1 s" in line


@pytest.mark.parametrize("act", ["ctypes.PyDLL(None).sleep(600)"])
def test_a_panel_that_hangs_leaves_nothing(tmp_path, act):
    """Neither parts of clips nor processes, whether it can clean up or not."""
    hang = ACTING.replace("ACT\n", f"{act}\n").replace("import os", "import ctypes, os")
    (tmp_path / "hang.py").write_text(hang)
    (tmp_path / "good.py").write_text(SCENE)
    process = subprocess.Popen(
        [sys.executable, "-m", "animator", "hang.py", "good.py", *SMALL,
         "--timeout", "15", "--quiet"],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        start_new_session=True,
    )  # fmt: skip
    _, err = process.communicate(timeout=200)
    assert process.returncode == 2
    assert err.splitlines() == [
        "animate: hang.py: was not done after 15 s; give it more with --timeout, or "
        "see with --debug where it was",
        "animate: 1 of 2 failed: hang",
    ]
    names = {path.name for path in (tmp_path / "renders").iterdir()}
    assert names == {"good.mp4", "good.gif"}
    until(lambda: not left(process))


def test_debug_shows_where_a_job_was_when_its_time_was_up(animate, tmp_path):
    text = "import time\ndef stuck(): time.sleep(600)\nstuck()\n"
    (tmp_path / "hang.py").write_text(text)
    done = animate("hang.py", "--timeout", "5", "--debug")
    assert done.returncode == 2
    assert '"hang.py", line 2 in stuck' in done.stderr


def test_signals_that_are_ignored_stay_ignored(tmp_path):
    """As after `nohup`, and in the background of a script."""
    (tmp_path / "scene.py").write_text(SCENE)

    def ignore():
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        signal.signal(signal.SIGINT, signal.SIG_IGN)

    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "animator",
            "scene.py",
            *SMALL,
            "-f",
            "gif",
            "--seconds",
            "20",
        ],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        preexec_fn=ignore,
    )
    until(lambda: list(tmp_path.glob("renders/.*part*")))
    process.send_signal(signal.SIGHUP)
    process.send_signal(signal.SIGINT)
    assert process.wait(120) == 0
    assert (tmp_path / "renders" / "scene.gif").exists()


def test_tests_give_children_default_signals():
    """Also where the shell ignores some."""
    code = "import signal; print(signal.getsignal(signal.SIGINT).__name__)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout == "default_int_handler\n"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("steps=5)", "steps=5), points=100_000", "points is 100000, which takes 1,000"),
        ("steps=5)", "steps=10**10)", "steps is 10000000000; give a whole number, 1"),
        (
            "plain = ",
            "plain = {str(k): SGD for k in range(99)} #",
            "99 settings of 1,000,000 steps would take 59 GB of memory; give at most",
        ),
        (
            "scene = Scene([",
            "scene = Scene(10**6 * [",
            "1,000,000 panels; give at",
        ),
    ],
)
def test_more_than_memory_holds_is_refused_up_front(run, tmp_path, old, new, message):
    text = SCENE.replace(old, new)
    if "99" in new:
        text = text.replace("steps=5", "steps=1_000_000")
    (tmp_path / "scene.py").write_text(text)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    code, out, err = run("scene.py", "-o", "a.gif", "--size", "64x64", "--seconds", "3")
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert (code, out) == (2, "") and message in err and err.count("\n") == 1
    assert grown < 1 << 18  # KiB


def test_a_map_over_many_points_is_evaluated_in_parts():
    data = np.zeros(100_000, np.float32)
    problem = line_fit(MSELoss(), points=(data, data))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    loss_map(problem, 45)  # 0.8 GB if it were done at once
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 1 << 19  # KiB


STAGES = {
    "loading": "STAY\n" + ACTING,
    "training": ACTING.replace(
        "line_fit(MSELoss())",
        "surface(slow, x=(-1, 1), y=(-1, 1), start=(1, 1))",
    ).replace(
        "class Acting",
        "def slow(x, y):\n"
        "    if x.dim() == 0:\n"
        "        STAY\n"
        "    return x**2 + y**2\n\n"
        "class Acting",
    ),
    "drawing": ACTING.replace("        def update", "        STAY\n        def update"),
    "encoding": ACTING.replace("ACT\n", "STAY\n"),
}
STAY = "import pathlib, time; pathlib.Path('here').touch(); time.sleep(600)"


def started(tmp_path, text, *arguments, **options):
    """Start the command in a session of its own, and wait for its scene's sign."""
    text = text.replace("STAY", STAY).replace("ACT\n", "pass\n")
    (tmp_path / "scene.py").write_text(text)
    (tmp_path / "a.mp4").write_bytes(GOOD)
    command = [sys.executable, "-m", "animator", "scene.py", *SMALL, *arguments]
    process = subprocess.Popen(
        command,
        cwd=tmp_path,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        start_new_session=True,
        **options,
    )
    until(lambda: (tmp_path / "here").exists() or process.poll() is not None)
    assert process.poll() is None
    return process


def until(true):
    deadline = time.monotonic() + 60
    while not true() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert true()


def left(process):
    """What is left of a session."""
    return subprocess.run(
        ["pgrep", "-as", str(process.pid)], capture_output=True, text=True, check=False
    ).stdout


def ended_well(process, tmp_path, status):
    assert process.wait(60) == status
    (tmp_path / "here").unlink()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.mp4", "scene.py"]
    assert (tmp_path / "a.mp4").read_bytes() == GOOD
    until(lambda: not left(process))


@pytest.mark.parametrize(
    ("stage", "number"),
    [*((stage, signal.SIGINT) for stage in STAGES), ("encoding", signal.SIGTERM)],
)
def test_an_interrupt_at_every_stage(tmp_path, stage, number):
    process = started(tmp_path, STAGES[stage], "-o", "a.mp4", stderr=subprocess.PIPE)
    if stage == "encoding":
        assert list(tmp_path.glob(".a.*.part.mp4"))
    process.send_signal(number)
    _, err = process.communicate(timeout=60)
    assert without_waiting(err) == "animate: interrupted\n"
    ended_well(process, tmp_path, 128 + number)


def test_an_interrupt_leaves_the_terminal_in_order(tmp_path):
    terminal, other = pty.openpty()
    process = started(
        tmp_path, STAGES["encoding"], "-o", "a.mp4", stderr=other, stdout=other
    )
    for _ in range(5):  # somebody is impatient
        process.send_signal(signal.SIGINT)
        time.sleep(0.01)
    ended_well(process, tmp_path, 130)
    os.close(other)
    shown = ""
    with contextlib.suppress(OSError):  # the terminal's other end is closed
        while True:
            shown += os.read(terminal, 100_000).decode()
    assert shown.rpartition("\x1b[?25")[2].startswith("h")  # there is a cursor
    assert shown.endswith("animate: interrupted\r\n")


@pytest.mark.parametrize(
    "stay", [None, "hashlib.pbkdf2_hmac('sha256', b'', b'', 2**31 - 1)"]
)
def test_workers_end_when_their_parent_is_killed(tmp_path, stay):
    """Also where code in C delays all signals' handlers."""
    (tmp_path / "other.py").write_text(SCENE)
    text = STAGES["loading"]
    if stay is not None:
        text = text.replace(
            "STAY", f"{STAY.rpartition(';')[0]}; import hashlib; {stay}"
        )
    process = started(tmp_path, text, "other.py", "--jobs", "2", "-f", "gif")
    process.kill()
    process.wait()
    until(lambda: not left(process))


def test_the_parts_of_a_worker_that_is_killed_are_removed(animate, tmp_path):
    suicide = "os.kill(os.getpid(), signal.SIGKILL)\n"
    (tmp_path / "one.py").write_text(ACTING.replace("ACT\n", suicide))
    (tmp_path / "two.py").write_text(SCENE)
    done = animate("one.py", "two.py", "one.py", *SMALL, "--jobs", "2", "-f", "gif")
    assert done.returncode == 1
    assert "one: its process was ended from outside, with status -9" in done.stderr
    names = {path.name for path in (tmp_path / "renders").iterdir()}
    assert names == {"two.gif"}
    with Image.open(tmp_path / "renders" / "two.gif") as clip:
        assert clip.n_frames > 2


def test_an_interrupt_that_python_drops_is_noticed_at_the_next_frame(animate, tmp_path):
    """What a signal's handler raises in an object's `__del__` is lost."""
    text = ACTING.replace("ACT\n", "Last()\n").replace(
        "acted = []",
        "class Last:\n"
        "    def __del__(self):\n"
        "        os.kill(os.getpid(), signal.SIGTERM)\n\n"
        "acted = []",
    )
    (tmp_path / "scene.py").write_text(text)
    done = animate("scene.py", "-o", "a.mp4", *SMALL)
    assert (done.returncode, done.stdout) == (143, "")
    assert done.stderr == "animate: interrupted\n"
    assert [path.name for path in tmp_path.iterdir()] == ["scene.py"]
