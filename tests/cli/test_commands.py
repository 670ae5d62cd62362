"""The commands beside rendering, those of other distributions, help and completion."""

import io
import os
import re
import subprocess
import sys

import pytest
from conftest import ROOT, SCENE, exit_status, without_waiting
from PIL import Image

COMMAND = """
import click
from animator.base.errors import SceneError, WriteError

@click.command("greet")
@click.argument("name")
@click.option("--loud", is_flag=True)
def greet(name, loud):
    "Greet somebody."
    if name == "nobody":
        raise SceneError("nobody cannot be greeted; give another name")
    click.echo(f"hello {name}{'!' * loud}")
"""
# A format that stores the average red of each frame.
FORMAT = """
from dataclasses import dataclass
from animator.encoders.format import ClipSpec, Encoder, Format
from animator.encoders.option import number_parser, option

@dataclass(frozen=True, slots=True)
class TextOptions:
    digits: float = option(
        2, help="Digits of each number.", parse=number_parser(0, 9, {"few": 1})
    )

class Averages:
    def __init__(self, path, clip):
        self._path, self._clip, self._lines = path, clip, []

    def write(self, pixels, changed):
        digits = int(self._clip.options.digits)
        self._lines.append(f"{pixels[..., 0].mean():.{digits}f}")

    def close(self):
        self._path.write_text("\\n".join(self._lines), encoding="utf-8")

    def abort(self):
        pass

FORMAT = Format("avg", "", "curiosity", TextOptions, open=Averages)
"""


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Install a distribution with modules and entry points, for child processes."""

    def add(entry_points, **modules):
        place = tmp_path / "installed"
        info = place / "other_distribution-1.0.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text("Name: other-distribution\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(entry_points)
        for name, text in modules.items():
            (place / f"{name}.py").write_text(text)
        path = os.pathsep.join([str(ROOT), str(place)])
        monkeypatch.setenv("PYTHONPATH", path)

    return add


@pytest.fixture
def command(tmp_path):
    """Run the real command with the environment as it is."""

    def run(*arguments, **options):
        done = subprocess.run(
            [sys.executable, "-m", "animator", *map(str, arguments)],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            **options,
        )
        done.stderr = without_waiting(done.stderr)
        return done

    return run


def test_a_command_of_another_distribution(install, command):
    install("[animator.commands]\ngreet = other_command:greet\n", other_command=COMMAND)
    done = command("greet", "Ada", "--loud")
    assert (done.returncode, done.stdout, done.stderr) == (0, "hello Ada!\n", "")
    assert re.search(r"^  greet +Greet somebody\.$", command("-h").stdout, re.M)
    done = command("greet", "nobody")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "animate: nobody cannot be greeted; give another name\n"


@pytest.mark.parametrize("module", ["missing", "other_command"])
def test_a_command_that_cannot_be_loaded(install, command, module):
    install(f"[animator.commands]\ngreet = {module}:FOUR\n", other_command="FOUR = 4")
    done = command("greet")
    assert done.returncode == 1 and done.stdout == ""
    assert done.stderr.startswith("Error: command 'greet' cannot be used: ")
    done = command("--help")
    assert done.returncode == 0 and "greet    command 'greet' cannot" in done.stdout


def test_a_format_of_another_distribution(install, command, tmp_path):
    install("[animator.formats]\navg = other_format:FORMAT\n", other_format=FORMAT)
    (tmp_path / "scene.py").write_text(SCENE)
    small = ("scene.py", "--size", "128x72", "-f", "avg", "-f", "mp4")
    done = command(*small, "--avg-digits", "few", "--manifest", "made.json")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("renders/scene.avg  128x72  84 frames")
    lines = (tmp_path / "renders" / "scene.avg").read_text().splitlines()
    assert len(lines) == 84 and all(re.fullmatch(r"\d+\.\d", line) for line in lines)
    assert command("verify", "made.json").stdout == "scene  the same\n"
    assert re.search("^avg +yes +curiosity$", command("formats").stdout, re.M)
    assert "--avg-digits VALUE" in command("--help").stdout
    done = command(*small, "--avg-digits", "many")
    assert done.returncode == 2 and "'many' is not a number from 0 to 9" in done.stderr


def test_a_format_that_cannot_be_loaded_is_named_once(install, command, tmp_path):
    install("[animator.formats]\navg = missing:FORMAT\n")
    done = command("formats")
    assert done.returncode == 0 and done.stdout.startswith("mp4  ")
    assert done.stderr.startswith("animate: format 'avg' cannot be used: ")
    assert done.stderr.count("\n") == 1


def test_render_can_be_named(run, tmp_path):
    (tmp_path / "scene.py").write_text(SCENE)
    small = ("scene.py", "--size", "128x72", "-f", "png")
    assert run("render", *small) == run(*small)
    assert run("-f", "png", *small) == run(*small)
    # A scene that is called like a command has its path written out.
    (tmp_path / "doctor").write_text(SCENE)
    status, out, _ = run("./doctor", *small[1:])
    assert status == 0 and out.startswith("renders/doctor.png")


def test_a_title_and_a_caption_over_all_scenes(run, tmp_path):
    scene = SCENE.rstrip()[:-1]
    (tmp_path / "one.py").write_text(f'"""A docstring."""\n{scene}, "Fit")')
    changes = ("--set", "momentum=0.5", "--set", "momentum=0.9", "--side-by-side")
    texts = []
    for options in ([], ["--title", "Two of them", "--caption", "Look."]):
        assert run("one.py", *changes, "-o", "a.svg", *options)[0] == 0
        texts.append((tmp_path / "a.svg").read_text(encoding="utf-8"))
    for text in (">Fit<", ">momentum 0.5<", ">momentum 0.9<"):
        assert texts[0].count(text) == 1
    for text in (">Two of them<", ">Look.<", ">Fit, momentum 0.5<"):
        assert texts[1].count(text) == 1
    for options in ([], ["--title", "Two of them"]):
        status, *_ = run("one.py", "one.py", "--side-by-side", "-o", "a.svg", *options)
        assert status == 0
        assert ">A docstring.<" in (tmp_path / "a.svg").read_text(encoding="utf-8")


@pytest.mark.parametrize("flag", ["--verify", "--doctor", "--formats"])
def test_what_is_no_rendering_is_no_option(run, flag):
    status, out, err = run(flag)
    assert (status, out) == (2, "") and "No such option" in err


def test_help_has_groups_and_all_commands(run):
    status, text, _ = run("--help")
    assert status == 0 and run("-h") == (0, text, "")
    heads = re.findall(r"^(\S.*):$", text, re.M)
    assert heads == [
        "What is shown", "Time", "Look", "Files", "Running", "Other options",
        "Commands",
    ]  # fmt: skip
    assert re.findall(r"^  (\w+)  ", text.partition("Commands:")[2], re.M) == [
        "doctor",
        "formats",
        "verify",
    ]
    assert {"--gif-quality", "--webp-quality", "--jobs"} <= set(text.split())


def test_each_command_has_help(run):
    for name, shown in (
        ("render", "SCENE..."),
        ("verify", "FILE.json"),
        ("doctor", "installation"),
        ("formats", "formats"),
    ):
        status, text, _ = run(name, "-h")
        assert status == 0 and shown in text and f"animate {name}" in text


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("animate d", ["plain,doctor", "file,d"]),
        ("animate --gif", ["plain,--gif-quality"]),
        ("animate s.py --th", ["plain,--theme"]),
        (
            "animate s.py --theme ",
            ["plain,light", "plain,dark", "plain,article", "plain,auto"],
        ),
        ("animate verify --jo", ["plain,--jobs"]),
        ("animate verify m", ["file,m"]),
    ],
)
def test_a_shell_completes(command, words, expected):
    done = command(
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "_ANIMATE_COMPLETE": "bash_complete",
            "COMP_WORDS": words,
            "COMP_CWORD": str(words.count(" ")),
        }
    )
    assert done.returncode == 0 and done.stdout.splitlines() == expected


def test_formats_lists_what_is_missing(run, monkeypatch):
    status, out, _ = run("formats")
    assert status == 0 and all(line.split()[1] == "yes" for line in out.splitlines())
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", "/nowhere/ffmpeg")
    lines = {line.split()[0]: line for line in run("formats")[1].splitlines()}
    assert "no: /nowhere/ffmpeg" in lines["mp4"] and " yes " in lines["gif"]


class TestStandardOutput:
    """``-o -``."""

    @pytest.fixture
    def to_stdout(self, tmp_path, monkeypatch, capsysbinary):
        """Render a scene that prints; return status, bytes, and lines of errors."""
        monkeypatch.chdir(tmp_path)
        (tmp_path / "scene.py").write_text("print('chatty')\n" + SCENE)

        def command(*options):
            arguments = ("scene.py", "--size", "128x72", *options)
            status = exit_status(monkeypatch, arguments)
            out, err = capsysbinary.readouterr()
            return status, out, err.decode().splitlines()

        return command

    @pytest.mark.parametrize("name", ["gif", "mp4", "png"])
    def test_has_the_clip_s_bytes(self, to_stdout, tmp_path, name):
        status, out, lines = to_stdout("-f", name, "-o", "-", "--trajectories", "t.csv")
        assert status == 0 and len(lines) == 3
        assert lines[0] == "chatty" and lines[1].startswith("-  128x72  ")
        assert lines[2].startswith("t.csv  6 rows")
        names = {path.name for path in tmp_path.iterdir()}
        assert names == {"scene.py", "t.csv"}
        assert to_stdout("-f", name)[0] == 0
        clip = tmp_path / "renders" / f"scene.{name}"
        assert out == clip.read_bytes()
        if name != "mp4":
            with Image.open(clip) as image:
                assert image.size == (128, 72)

    def test_is_empty_where_the_scene_fails(self, to_stdout):
        status, out, _ = to_stdout("-f", "gif", "-o", "-", "--set", "lr=-1")
        assert (status, out) == (2, b"")

    def test_holds_no_folder(self, to_stdout):
        status, out, lines = to_stdout("-f", "frames", "-o", "-", "--quiet")
        assert (status, out) == (2, b"") and len(lines) == 1
        assert "animate: -o - cannot hold frames, which is a folder" in lines[0]

    def test_goes_through_a_real_pipe(self, tmp_path):
        (tmp_path / "scene.py").write_text(SCENE)
        done = subprocess.run(
            [sys.executable, "-m", "animator", "scene.py", "--size", "128x72",
             "--quiet", "-f", "png", "-o", "-"],
            cwd=tmp_path,
            capture_output=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            check=False,
        )  # fmt: skip
        assert (done.returncode, done.stderr) == (0, b"")
        with Image.open(io.BytesIO(done.stdout)) as image:
            assert image.size == (128, 72)

    def test_is_no_terminal(self, tmp_path):
        pty = pytest.importorskip("pty")
        (tmp_path / "scene.py").write_text(SCENE)
        terminal, other = pty.openpty()
        done = subprocess.run(
            [sys.executable, "-m", "animator", "scene.py", "-f", "gif", "-o", "-"],
            cwd=tmp_path,
            stdout=other,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            check=False,
        )
        os.close(other)
        os.close(terminal)
        assert done.returncode == 2 and done.stderr.count("\n") == 1
        assert "redirect it, as in -o - > a.gif" in done.stderr
