"""Lines about long work, where there is no terminal."""

import os
import re
import subprocess
import sys
import threading

import pytest
from conftest import ROOT, exit_status

from animator.cli import waiting
from animator.cli.waiting import SECONDS, waiting_lines

SLOW = """
import time
from functools import partial
from torch.optim import SGD
from animator import Experiment, Heatmap, Scene, log_range, tune
from animator.problems import surface

def bowl(x, y):
    if x.requires_grad:
        time.sleep(0.01)
    return x**2 + y**2

problem = surface(bowl, x=(-2, 2), y=(-2, 2), start=(1, 1))
settings = tune(problem, {"SGD": {"lr": log_range(0.1, 0.9)}}, steps=10, trials=3)
scene = Scene([Heatmap(Experiment(problem, settings, steps=30), points=11)])
"""
IMPATIENT = """
from animator.cli import main, waiting

if __name__ == "__main__":
    waiting.SECONDS = 0.05
    main()
"""
LINE = re.compile(r"animate: (.+): (\d+)% done after \d+ s, (.+)")


SMALL = ("--size", "128x72", "-f", "gif", "--no-cache")


@pytest.fixture
def impatient(tmp_path, monkeypatch, capsys):
    """Run the command here; it prints a line every twentieth of a second."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(waiting, "SECONDS", 0.05)
    (tmp_path / "slow.py").write_text(SLOW)

    def run(*arguments):
        status = exit_status(monkeypatch, [*arguments, *SMALL])
        return status, *capsys.readouterr()

    return run


def test_long_work_is_reported_without_a_terminal(impatient):
    status, out, err = impatient("slow.py")
    assert status == 0
    assert re.fullmatch(r"renders/slow\.gif .*\n", out)
    lines = [LINE.fullmatch(line) for line in err.splitlines()]
    assert all(lines) and {line[1] for line in lines} == {"slow"}
    activities = " | ".join(line[3] for line in lines)
    assert re.search(r"tuning SGD, lr 0\.\d+, step \d+", activities)
    assert re.search(r"training SGD, lr 0\.3, step \d+ of 30", activities)
    shares = [int(line[2]) for line in lines]
    assert shares == sorted(shares) and 0 < shares[-1] <= 100


def test_several_processes_are_reported_together(tmp_path):
    (tmp_path / "impatient.py").write_text(IMPATIENT)
    for name in ("slow", "other"):
        (tmp_path / f"{name}.py").write_text(SLOW)
    done = subprocess.run(
        [sys.executable, "impatient.py", "slow.py", "other.py", "--jobs", "2", *SMALL],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert done.returncode == 0
    lines = [LINE.fullmatch(line) for line in done.stderr.splitlines()]
    assert all(lines) and {line[1] for line in lines} == {"2 clips"}
    assert re.search(r"(slow|other): training SGD", " ".join(x[3] for x in lines))


def test_quiet_is_quiet(impatient):
    assert impatient("slow.py", "--quiet") == (0, "", "")


def test_a_step_that_takes_long_is_no_silence(capsys):
    """The lines come although the body reports nothing."""
    twice, seen = threading.Event(), []

    def describe(seconds):
        seen.append(seconds)
        if len(seen) == 2:
            twice.set()
        return f"line {len(seen)}" if len(seen) < 3 else ""

    with waiting_lines(describe, 0.01):
        assert twice.wait(30)
    lines = capsys.readouterr().err.splitlines()
    assert lines[:2] == ["animate: line 1", "animate: line 2"]
    assert 0 < seen[0] < seen[1]


def test_short_work_prints_nothing(capsys):
    assert SECONDS == 10
    with waiting_lines(lambda seconds: "too early"):
        pass
    assert capsys.readouterr().err == ""
