"""What the command does on systems that lack something, simulated here."""

import os
import subprocess
import sys

import pytest
from conftest import ROOT, SCENE, without_waiting

# What Windows does not have; `subprocess` and `multiprocessing` use the rest of it
# where they believe to be on Linux.
LACKING = """
import os, signal, sys
sys.modules["fcntl"] = sys.modules["resource"] = None
for module, names in (
    (signal, ("SIGALRM", "SIGHUP", "setitimer", "getitimer", "alarm", "ITIMER_REAL")),
    (os, ("setsid", "setpgid", "killpg", "getpgid", "fork", "sched_getaffinity",
          "sched_setaffinity")),
):
    for name in names:
        if hasattr(module, name):
            delattr(module, name)
"""


@pytest.fixture
def lacking(tmp_path):
    """Run the command where `LACKING` holds, in its worker processes, too."""
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(LACKING)
    (tmp_path / "scene.py").write_text(SCENE)

    def run(*arguments, **variables):
        path = os.pathsep.join([str(tmp_path / "site"), str(ROOT)])
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=tmp_path,
            capture_output=True,
            env={**os.environ, "PYTHONPATH": path, **variables},
            check=False,
        )
        done.stderr = without_waiting(done.stderr.decode("latin-1")).encode("latin-1")
        return done

    return run


def test_the_lack_is_simulated(lacking):
    for missing in (
        "import fcntl",
        "import os; os.killpg",
        "import signal as s; s.SIGHUP",
    ):
        assert lacking("-c", missing).returncode == 1


def test_it_renders_with_signals_and_groups_missing(lacking, tmp_path):
    formats = ("-f", "mp4", "-f", "gif", "-f", "svg")
    small = ("-m", "animator", "scene.py", "--size", "128x72", *formats)
    done = lacking(*small, "-o", "one")
    assert (done.returncode, done.stderr) == (0, b"")
    done = lacking(*small, "-o", "two", "--timeout", "300")
    assert (done.returncode, done.stderr) == (0, b"")
    for file in (tmp_path / "one").iterdir():
        assert (tmp_path / "two" / file.name).read_bytes() == file.read_bytes()


def test_a_time_limit_without_signals_and_groups(lacking, tmp_path):
    (tmp_path / "scene.py").write_text("while True:\n    pass\n" + SCENE)
    done = lacking("-m", "animator", "scene.py", "--timeout", "1")
    assert done.returncode == 2 and b"was not done after 1 s" in done.stderr


def test_a_console_that_knows_few_characters(lacking, tmp_path):
    name = "漢字→é.py"
    (tmp_path / name).write_text("print('Ω → 漢')\n" + SCENE, encoding="utf-8")
    small = ("-m", "animator", name, "--size", "128x72", "-f", "png")
    done = lacking(*small, PYTHONIOENCODING="cp1252", PYTHONUTF8="0")
    assert done.returncode == 0
    assert done.stdout.startswith(rb"renders/\u6f22\u5b57\u2192" + b"\xe9.png  128x72")
    assert done.stderr == rb"\u03a9 \u2192 \u6f22" + b"\n"
    for arguments in (["--help"], ["formats"], ["漢.py"]):
        done = lacking("-m", "animator", *arguments, PYTHONIOENCODING="cp1252")
        assert b"Traceback" not in done.stderr and done.returncode in (0, 2)
