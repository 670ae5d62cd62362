"""The command: outputs, messages and exit status."""

import contextlib
import csv
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from conftest import (
    ARTICLE,
    ROOT,
    SCENE,
    SCENES,
    SETTINGS,
    SIGNALS,
    delays,
    plain_loop,
    without_waiting,
)
from PIL import Image
from torch.nn import HuberLoss, L1Loss, MSELoss, SmoothL1Loss

import animator
from animator.cli.arguments import BytesType
from animator.encoders.registry import formats


def test_every_scene_goes_through_the_real_command(animate, tmp_path):
    small = ("--size", "320x180", "--fps", "2", "--steps", "6")
    done = animate(*SCENES, *small, "--jobs", "2")
    assert (done.returncode, done.stderr) == (0, "")
    lines = iter(done.stdout.splitlines())
    for path in SCENES:
        for kind in ("mp4", "gif"):
            line, clip = next(lines), tmp_path / "renders" / f"{path.stem}.{kind}"
            assert line.startswith(f"renders/{clip.name}  320x180  ")
            assert f"{clip.stat().st_size:,} bytes" in line
    assert len(list((tmp_path / "renders").iterdir())) == 2 * len(SCENES)


@pytest.mark.parametrize("path", SCENES, ids=lambda path: path.stem)
def test_a_scene_file_is_short_and_its_docstring_the_caption(path):
    """10 to 25 lines, or more where a panel or a metric is defined."""
    text = path.read_text()
    longest = 50 if "\ndef " in text or "def draw(" in text else 25
    assert 10 <= len([line for line in text.splitlines() if line.strip()]) <= longest
    assert animator.load(path).caption == text[3:].split("\n")[0].removesuffix('"""')


def test_the_table_has_the_article_s_numbers(run, tmp_path):
    status, out, _ = run(
        ROOT / "scenes" / "losses.py",
        *("--trajectories", "all.csv", "-f", "gif", "--size", "320x180", "--fps", "1"),
    )
    assert status == 0 and "all.csv  404 rows" in out
    with (tmp_path / "all.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    names = ["experiment", "problem", "optimizer", "seed", "step", "loss"]
    assert list(rows[0]) == [*names, "bias", "weight"]
    mse = [row for row in rows if row["problem"] == "MSELoss"]
    assert [int(row["step"]) for row in mse] == list(range(101))
    assert {step: float(mse[step]["loss"]) for step in ARTICLE} == ARTICLE
    assert mse[0]["loss"] == "53.078269958496094"


@pytest.mark.parametrize(
    ("name", "setting"),
    [
        ("losses", "plain"),
        ("momentum", "momentum"),
        ("nesterov", "nesterov"),
        ("weight_decay", "weight decay"),
        ("dampening", "dampening"),
    ],
)
def test_the_scenes_tables_equal_plain_torch_loops(run, tmp_path, name, setting):
    run(
        ROOT / "scenes" / f"{name}.py",
        *("--trajectories", "t.csv", "-f", "gif", "--size", "320x180", "--fps", "1"),
    )
    with (tmp_path / "t.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    for loss in (MSELoss(), L1Loss(), HuberLoss(), SmoothL1Loss()):
        params, losses = plain_loop(loss, **SETTINGS[setting])
        ours = [row for row in rows if row["problem"] == type(loss).__name__]
        found = np.array([(row["bias"], row["weight"]) for row in ours], np.float32)
        np.testing.assert_array_equal(found, params)
        np.testing.assert_array_equal([np.float32(row["loss"]) for row in ours], losses)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("import MSELoss", "import MSELos", "scene.py:3: ImportError"),
        ("scene = Scene(", "scene = (", "scene is [Heatmap"),
        ("scene = Scene(", "picture = Scene(", "has no scene; end it with"),
        ("scene = Scene(", "scene = Scene((", "scene.py:9: syntax error"),
        ("lr=0.1", "lr=-1", "scene.py:9: experiment 'MSELoss': setting 'plain': Inva"),
        ("lr=0.1", "momentun=1", "did you mean 'momentum'?"),
        ("steps=5", "steps=0", "scene.py:9: experiment 'MSELoss': steps is 0; give"),
        ("steps=5", "steps=-3", "steps is -3"),
        ("steps=5", "steps='many'", "steps is 'many'"),
        ("steps=5", "stepps=5", "did you mean 'steps'?"),
        ("MSELoss())", "MSELoss(), start=(9, 1))", "start (9, 1) lies outside x"),
        ("MSELoss())", "MSELoss)", "is not a loss; give one such as MSELoss()"),
        ("Scene([", "Scene([7, ", "scene: 7 is not a panel"),
        ("Scene([", "Scene([], [", "scene: panels is []"),
        (
            "Heatmap(Exp",
            "Heatmap(3) or (Exp",
            "py:9: Heatmap: 3 is not an experiment",
        ),
        ("steps=5)", "steps=5), points=2.5", "Heatmap: points is 2.5; give a whole"),
        ("MSELoss())", "MSELoss(), start=(1, 2, 3))", "start is (1, 2, 3); give two"),
        ("MSELoss())", "MSELoss(), start=('a', 2))", "start is ('a', 2); give two"),
        ("steps=5))]", "steps=5))], hold_end='a'", "hold_end is 'a'; give a number"),
        ("plain = ", "1 / 0\nplain = ", "scene.py:8: ZeroDivisionError: division"),
        ("plain = ", "exit(3)\nplain = ", "scene.py:8: SystemExit: 3"),
        ("plain = ", "plain = [] #", "settings are []; give a dict"),
        ("plain = ", "\0", "null bytes"),
    ],
)
def test_a_bad_scene_gets_one_clear_line(run, tmp_path, old, new, message):
    (tmp_path / "scene.py").write_text(SCENE.replace(old, new, 1))
    status, out, err = run("scene.py")
    assert status == 2
    assert message in err
    assert err.startswith("animate: scene.py") and err.count("\n") == 1
    assert out == "" and not (tmp_path / "renders").exists()


def test_debug_shows_where_it_comes_from(run, tmp_path):
    (tmp_path / "scene.py").write_text(SCENE.replace("plain =", "1 / 0\nplain ="))
    status, _, err = run("scene.py", "--debug")
    assert status == 2
    assert "Traceback" in err and "ZeroDivisionError: division by zero" in err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere.py"], "nowhere.py: there is no such file"),
        (["."], "Is a directory"),
        (["scene.py", "--size", "641x360"], "try 642x360"),
        (["scene.py", "--size", "big"], "'big' is not a size; give WIDTHxHEIGHT"),
        (["scene.py", "--size", "2x2"], "give 64 to 8192 pixels"),
        (["scene.py", "--steps", "0"], "0 is not in the range x>=1"),
        (["scene.py", "--fps", "0"], "fps is 0; give 1 to 100"),
        (["scene.py", "--theme", "pink"], "'pink' is not one of 'light', 'dark'"),
        (["scene.py", "-f", "avi"], "'avi' is not one of 'mp4', 'gif'"),
        (["scene.py", "-o", "a.mov"], "cannot write '.mov'"),
        (["scene.py", "-o", "a.gif", "-f", "mp4"], "-o a.gif is gif, and -f says mp4"),
        (["scene.py", "other.py", "-o", "a.gif"], "one file for 2 clips"),
        (["scene.py", "b/scene.py"], "would both write renders/scene.mp4"),
        (["scene.py", "--loop", "-1"], "-1 is not in the range 0<=x<=65535"),
        (["scene.py", "--max-size", "5XB"], "'5XB' is no size of a file; give one su"),
        (
            ["scene.py", "--max-size", "1MB", "-f", "mp4"],
            "max_size is for gif and webp",
        ),
        (
            ["scene.py", "--gif-quality", "hi"],
            "'hi' is not a number from 0 to 100; g",
        ),
        (["scene.py", "--gif-quality", "101"], "'101' is not a number from 0 to 100"),
        (["scene.py", "--webp-quality", "-1"], "'-1' is not a number from 0 to 100"),
        (
            ["scene.py", "--seconds", "1"],
            "seconds is 1, of which the clip rests 0.5 at",
        ),
        (
            ["scene.py", "--hold-end", "nan"],
            "hold_end is nan; give a number of seconds",
        ),
        (["scene.py", "--transparent"], "mp4 cannot be transparent; give one of webm"),
        (
            ["scene.py", "-f", "png", "--still", "6"],
            "still is step 6; give one of 0 to",
        ),
        (["scene.py", "--still", "2"], "still is for png, svg and pdf, not for mp4"),
        (["scene.py", "--seconds", "1e308"], "give a number of seconds, 0 to 86400"),
        (["scene.py", "--hold-end", "1e308"], "hold_end is 1e+308; give a number"),
        (["scene.py", "--fps", "-5", "-f", "gif"], "fps is -5; give 1 to 100"),
        (["scene.py", "--size", f"{'9' * 5000}x2"], "is not a size; give WIDTHxHEIGHT"),
        (["scene.py", "--steps", "9" * 20], "give a whole number, 1 to 10,000,000"),
        (["scene.py", "-o", "clips.v2"], "or make the folder clips.v2 first"),
        (["scene.py", "-o", "a.gif", "--trajectories", "./a.gif"], "give two paths"),
        (["scene.py", "--set", "momentum"], "is no NAME=VALUE; give one such as"),
        (["scene.py", "--set", "lr=fast"], "a number, such as lr=0.1, or a text, a"),
        (["scene.py", "--set", "lr=0.1 0.2"], "such as lr=0.1, or another value as"),
        (
            ["scene.py", "--set", "lr=0.1,0.2"],
            "or --set lr=0.1 --set lr=0.2 for a clip of each",
        ),
        (["scene.py", "--set", "lr=0.1,0.2"], "or --set 'lr=(0.1,0.2)' for a tuple"),
        (["scene.py", "-o", "-"], "-o - has no formats; give one, such as -f gif"),
        (["scene.py", "-o", "-", "-f", "gif", "-f", "mp4"], "-o - has 2 formats; give"),
        (
            ["scene.py", "-o", "-", "-f", "gif", "--set", "lr=1", "--set", "lr=2"],
            "-o - is one clip, not 2; show them --side-by-side",
        ),
        (["scene.py", "-o", "-", "-f", "gif", "--open"], "leaves no file for --open"),
        (["scene.py", "--set", "lr=-1"], "Invalid learning rate: -1"),
        (["scene.py", "--set", "momentun=1"], "did you mean 'momentum'?"),
        (
            ["scene.py", "--set", "lr=1", "--set", "lr=2", "-o", "a.gif"],
            "one file for 2 clips; give a folder, or show them --side-by-side",
        ),
        ([], "Missing argument 'SCENE...'"),
    ],
)
def test_wrong_usage_gets_one_clear_line(run, tmp_path, arguments, message):
    (tmp_path / "scene.py").write_text(SCENE)
    status, out, err = run(*arguments)
    assert (status, out) == (2, "")
    assert message in err


def test_a_folder_that_cannot_be_written(run, tmp_path):
    (tmp_path / "scene.py").write_text(SCENE)
    (tmp_path / "taken").write_text("a file")
    for output in ("taken", "taken/deeper"):
        status, _, err = run("scene.py", "-o", output)
        assert status == 1
        assert "taken" in err and "choose another with -o" in err
    assert (tmp_path / "taken").read_text() == "a file"


def test_a_file_or_a_folder(run, tmp_path):
    (tmp_path / "scene.py").write_text(SCENE)
    options = ["--size", "128x72", "--quiet"]
    assert run("scene.py", "-o", "one/talk.gif", *options) == (0, "", "")
    assert run("scene.py", "-o", "two", "-f", "mp4", *options) == (0, "", "")
    assert [path.name for path in (tmp_path / "one").iterdir()] == ["talk.gif"]
    assert [path.name for path in (tmp_path / "two").iterdir()] == ["scene.mp4"]


@pytest.mark.parametrize(
    ("name", "pixels"), [("readme", "800x450"), ("Square", "1080x1080")]
)
def test_sizes_have_names(run, tmp_path, name, pixels):
    (tmp_path / "scene.py").write_text(SCENE)
    status, out, _ = run("scene.py", "-f", "gif", "--size", name, "--fps", "2")
    assert status == 0 and pixels in out
    with Image.open(tmp_path / "renders" / "scene.gif") as gif:
        assert "x".join(map(str, gif.size)) == pixels


def test_steps_and_theme_are_overridden(run, tmp_path):
    (tmp_path / "scene.py").write_text(SCENE)
    _, out, _ = run(
        *("scene.py", "--size", "128x72", "--steps", "2", "--theme", "dark"),
        *("-f", "gif", "--trajectories", "t.csv"),
    )
    assert "t.csv  3 rows" in out


def test_the_clock_is_overridden(run, tmp_path):
    (tmp_path / "scene.py").write_text(SCENE)
    options = ("scene.py", "--size", "128x72", "-f", "gif")
    for arguments, seconds, last in (
        (("--seconds", "3"), 3, 1500),
        (("--hold-start", "1", "--hold-end", "2", "--seconds", "3.4"), 3.4, 2000),
        (("--hold-end", "0.2"), None, 200),
    ):
        status, out, err = run(*options, *arguments)
        assert (status, err) == (0, "")
        shown = list(delays(tmp_path / "renders" / "scene.gif"))
        assert shown[-1] == pytest.approx(last + 40, abs=41)
        if seconds:
            assert f"{seconds:.2f} s" in out and sum(shown) == 1000 * seconds


def test_what_was_changed_is_said_once(run, tmp_path):
    for name in ("one.py", "two.py"):
        (tmp_path / name).write_text(SCENE)
    options = ("--size", "128x72", "--fps", "30")
    status, out, err = run("one.py", "two.py", *options)
    assert status == 0 and len(out.splitlines()) == 4
    assert err.count("33.33 frames a second instead of 30") == 1
    status, out, err = run("one.py", "-f", "gif", "--max-size", "4kB", *options)
    assert status == 0 and "to fit into 4,000 bytes" in err
    assert (tmp_path / "renders" / "one.gif").stat().st_size <= 4000


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("5MB", 5_000_000),
        ("1.5 kB", 1500),
        ("2MiB", 2 << 20),
        ("700", 700),
        ("1g", 1e9),
    ],
)
def test_sizes_of_files(text, number):
    assert BytesType().convert(text, None, None) == number


def test_the_clip_is_opened_in_the_system_s_viewer(animate, run, tmp_path, monkeypatch):
    (tmp_path / "scene.py").write_text(SCENE)
    viewer = tmp_path / "bin" / "xdg-open"
    viewer.parent.mkdir()
    viewer.write_text(f'#!/bin/sh\necho "$1" > {tmp_path}/shown\n')
    viewer.chmod(0o755)
    before = os.environ["PATH"]
    os.environ["PATH"] = f"{viewer.parent}:{before}"
    small = ("scene.py", "-o", "a.gif", "--size", "128x72")
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    _, _, lines = run(*small, "--open")
    assert "a.gif: no program to show it was found; open it by hand" in lines
    monkeypatch.setenv("DISPLAY", ":0")
    try:
        done = animate(*small, "--open")
    finally:
        os.environ["PATH"] = before
    assert done.returncode == 0
    for _ in range(100):
        if (tmp_path / "shown").exists():
            break
        time.sleep(0.05)
    assert (tmp_path / "shown").read_text() == "a.gif\n"


def test_modules_beside_a_scene_can_be_imported(run, tmp_path):
    (tmp_path / "my_rates.py").write_text("RATE = 0.1\n")
    scene = SCENE.replace("\nplain", "\nfrom my_rates import RATE\nplain")
    (tmp_path / "scene.py").write_text(scene.replace("lr=0.1", "lr=RATE"))
    assert run("scene.py", "--size", "128x72", "-f", "gif")[0] == 0
    assert str(tmp_path) not in sys.path


def test_help_and_version_need_neither_torch_nor_matplotlib():
    code = (
        "import sys\nfrom animator.cli import animate\n"
        "animate.main(sys.argv[1:], standalone_mode=False)\n"
        "heavy = {'torch', 'matplotlib', 'numpy', 'PIL', 'multiprocessing',"
        "'animator.batch.jobs', 'animator.encoders.writers'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    for option, shown in (("-h", "--trajectories"), ("--version", "0.")):
        done = subprocess.run(
            [sys.executable, "-c", code, option],
            capture_output=True,
            text=True,
            check=True,
        )
        assert shown in done.stdout


def test_interrupted(tmp_path):
    number = SIGNALS[-1]  # the others are sent in tests/batch/test_faults.py
    (tmp_path / "scene.py").write_text(SCENE)
    (tmp_path / "scene.mp4").write_bytes(b"good")
    process = subprocess.Popen(
        [sys.executable, "-m", "animator", "scene.py", "-o", ".", "--seconds", "900"],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    deadline = time.monotonic() + 60
    while not list(tmp_path.glob(".*part*")) and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(number)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 128 + number
    assert without_waiting(err).strip() == "animate: interrupted"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["scene.mp4", "scene.py"]
    assert (tmp_path / "scene.mp4").read_bytes() == b"good"


def test_progress_is_for_terminals(tmp_path):
    """It shows training and frames, and what a scene prints."""
    text = SCENE.replace("steps=5", "steps=4000").replace(
        "plain =", "print(7)\nplain ="
    )
    (tmp_path / "scene.py").write_text(text)
    pty = pytest.importorskip("pty")
    terminal, other = pty.openpty()
    command = [sys.executable, "-m", "animator", "scene.py", "--size", "128x72"]
    with subprocess.Popen(
        [*command, "--seconds", "4", "-f", "gif"],
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
        stderr=other,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm"},
    ) as process:
        os.close(other)
        shown = ""
        with contextlib.suppress(OSError):  # the terminal's other end is closed
            while True:  # read at once: a terminal that is full would stop the command
                shown += os.read(terminal, 100_000).decode()
    assert process.returncode == 0
    lines = [line.strip() for line in shown.replace("\n", "\r").split("\r")]
    assert "\x1b[K7" in lines  # the bar has made room for it
    trained = [
        int(n.replace(",", "")) for n in re.findall(r"plain, step ([\d,]+)", shown)
    ]
    assert trained and trained == sorted(set(trained)) and trained[-1] < 4000
    done = [int(n) for n in re.findall(r"(\d+)%", shown)]
    assert done == sorted(done) and done[0] == 0 and done[-1] == 100
    assert len(set(done)) > 4  # more on a slow machine


def test_each_value_set_makes_a_clip(run, tmp_path):
    (tmp_path / "scene.py").write_text(SCENE)
    values = ("--set", "momentum=0.5", "--set", "momentum=0.9", "--set", "lr=0.05")
    table = ("--trajectories", "all.csv", "-f", "gif", "--size", "128x72")
    status, out, err = run("scene.py", *values, *table)
    assert (status, err) == (0, "")
    names = ["scene_momentum-0.5_lr-0.05", "scene_momentum-0.9_lr-0.05"]
    assert [line.split()[0] for line in out.splitlines()] == [
        *(f"renders/{name}.gif" for name in names),
        "all.csv",
    ]
    with (tmp_path / "all.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    for number, momentum in ((1, 0.5), (2, 0.9)):
        source = f"{names[number - 1]} {number}"
        params, _ = plain_loop(MSELoss(), steps=5, lr=0.05, momentum=momentum)
        ours = [row for row in rows if row["experiment"] == source]
        found = np.array([(row["bias"], row["weight"]) for row in ours], np.float32)
        np.testing.assert_array_equal(found, params)


def test_no_value_leads_to_another_folder(run, tmp_path):
    (tmp_path / "scene.py").write_text(SCENE)
    value = f"maximize='../{'x' * 300}/a b'"
    status, _, err = run("scene.py", "--set", value, "--size", "128x72", "-f", "gif")
    assert status == 0 and err.endswith(
        "give a shorter text, fewer panels, or a larger size\n"
    )
    (clip,) = (tmp_path / "renders").iterdir()
    assert clip.name == f"scene_maximize-.._{'x' * 48}.gif"
    assert len(list(tmp_path.iterdir())) == 2


def test_scenes_and_values_side_by_side_are_one_clip(run, tmp_path):
    (tmp_path / "scene.py").write_text(SCENE)
    (tmp_path / "other.py").write_text(SCENE.replace("steps=5", "steps=9"))
    together = ("--side-by-side", "--size", "256x144", "--seconds", "3")
    status, out, err = run("scene.py", "other.py", *together, "-o", "compare.mp4")
    assert (status, err) == (0, "")
    assert out.startswith("compare.mp4  256x144  75 frames")
    values = ("--set", "lr=0.1", "--set", "lr=0.2", "--set", "lr=0.3", "-f", "gif")
    status, out, err = run("scene.py", *values, *together)
    assert (status, err) == (0, "")
    assert out.startswith("renders/scene_side_by_side.gif  256x144")
    with Image.open(tmp_path / "renders" / "scene_side_by_side.gif") as clip:
        assert clip.size == (256, 144) and clip.n_frames > 2


def test_quiet_prints_no_warnings(run, tmp_path):
    (tmp_path / "scene.py").write_text(SCENE)
    small = ("scene.py", "-o", "a.gif", "--size", "128x72", "--fps", "30")
    assert "33.33 frames a second instead of 30" in run(*small)[2]
    assert run(*small, "--quiet") == (0, "", "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device")
def test_what_cannot_be_printed(tmp_path):
    (tmp_path / "scene.py").write_text(SCENE)
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "animator", "scene.py", "--size", "128x72"],
            cwd=tmp_path,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
    assert done.returncode == 1
    assert without_waiting(done.stderr) == (
        "animate: cannot print: No space left on device\n"
    )


def test_names_that_ffmpeg_would_take_for_something_else(run, tmp_path):
    (tmp_path / "scene.py").write_text(SCENE)
    for name in ("12:30.mp4", "-y.mp4", "é" * 120 + ".mp4"):
        assert run("scene.py", f"--output={name}", "--size", "128x72")[0] == 0
        assert (tmp_path / name).stat().st_size > 1000


def test_an_ffmpeg_that_is_not_there_is_named(run, tmp_path, monkeypatch):
    (tmp_path / "scene.py").write_text(SCENE)
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", "/nowhere/ffmpeg")
    status, _, err = run("scene.py", "-o", "a.mp4", "--size", "128x72")
    assert status == 1
    assert "/nowhere/ffmpeg: No such file or directory" in err and err.count("\n") == 1
    assert not list(tmp_path.glob("*.mp4"))


def test_the_doctor_finds_nothing_wrong_here(run):
    status, out, err = run("doctor")
    assert (status, err) == (0, "")
    lines = out.splitlines()
    assert lines[-1] == "nothing is wrong"
    named = {line.removeprefix("ok").strip().partition(":")[0] for line in lines[:-1]}
    assert {"python", "torch", "ffmpeg", "cache", *formats()} <= named


def test_the_doctor_says_what_to_do(run, monkeypatch):
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", "/nowhere/ffmpeg")
    status, out, _ = run("doctor")
    assert status == 1
    lines = out.splitlines()
    bad = [line for line in lines if line.startswith("no ")]
    assert [line.split()[1] for line in bad] == ["ffmpeg:", "mp4:", "webm:"]
    after = lines[lines.index(bad[0]) + 1]
    assert after.strip().startswith("pip install --force-reinstall imageio-ffmpeg")
    assert lines[-1] == "3 of these must be fixed"
