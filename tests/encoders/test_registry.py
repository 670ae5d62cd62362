"""Formats are found: those of the package, and those of other distributions."""

import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest
from conftest import ROOT

from animator import RenderWarning, SceneError
from animator.encoders import registry
from animator.encoders.format import Format, RasterStill, VectorStill
from animator.encoders.option import NoOptions
from animator.encoders.registry import format_of, formats

FOLDER = ROOT / "animator" / "encoders" / "formats"


@pytest.fixture
def install(monkeypatch):
    """Add an entry point, as another distribution does; forget it afterwards."""
    entries = []

    def entry_points(group):
        return [e for e in entries if e.group == group]

    def add(name, value, group="animator.formats"):
        entries.append(metadata.EntryPoint(name, value, group))
        formats.cache_clear()

    monkeypatch.setattr(registry, "entry_points", entry_points)
    formats.cache_clear()
    yield add
    formats.cache_clear()


def test_every_module_is_a_format_of_its_name():
    modules = {path.stem for path in FOLDER.glob("*.py")} - {"__init__"}
    assert set(formats()) == modules
    assert all(format.name == name for name, format in formats().items())


def test_the_order_in_which_they_are_listed():
    order = "mp4 gif webm webp apng frames html png svg pdf"
    assert list(formats()) == order.split()


def test_nobody_can_change_what_others_see():
    with pytest.raises(TypeError):
        formats()["mp4"] = None


def test_formats_are_light_to_import():
    code = (
        "import sys\n"
        "from animator.rendering.format_options import format_options\n"
        "from animator.rendering.options import RenderOptions\n"
        "RenderOptions(), format_options()\n"
        "print(*sys.modules)"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, cwd=ROOT, encoding="utf-8"
    )
    heavy = {"numpy", "PIL", "matplotlib", "torch", "imageio", "imageio_ffmpeg"}
    assert run.returncode == 0, run.stderr
    assert not heavy & set(run.stdout.split())


def test_the_format_of_a_path():
    assert format_of(Path("a.b/Clip.GIF")).name == "gif"
    with pytest.raises(SceneError, match=r"a\.mov: cannot write '\.mov'; give one of"):
        format_of(Path("a.mov"))
    with pytest.raises(SceneError, match="cannot write 'a file without suffix'; give"):
        format_of(Path("a"))


OTHER = Format("other", "", "a test", NoOptions, still=VectorStill("svg", "Date"))
SECOND_GIF = Format("gif", "", "a test", NoOptions, still=VectorStill("svg", "Date"))


def test_a_format_of_another_distribution_comes_last(install):
    install("any", f"{__name__}:OTHER")
    assert list(formats())[-1] == "other"
    assert formats()["other"] is OTHER


def test_entry_points_of_other_groups_are_left_alone(install):
    install("any", "nowhere:nothing", group="console_scripts")
    assert "any" not in formats()


@pytest.mark.parametrize(
    ("value", "cause"),
    [
        ("no_such_module:FORMAT", "No module named 'no_such_module'"),
        (f"{__name__}:FOLDER", "FOLDER is not a Format"),
    ],
)
def test_a_format_that_cannot_be_used_is_named(install, value, cause):
    install("broken", value)
    with pytest.warns(
        RenderWarning, match=f"format 'broken' cannot be used: .*{cause}"
    ):
        assert "mp4" in formats()


def test_no_other_distribution_can_replace_a_format(install):
    install("second", f"{__name__}:SECOND_GIF")
    with pytest.warns(RenderWarning, match="there are two formats 'gif'; the second"):
        assert formats()["gif"] is not SECOND_GIF


@pytest.mark.parametrize(
    "openers",
    [{}, {"open": print, "still": RasterStill(print)}],
    ids=["neither", "both"],
)
def test_a_format_is_a_clip_a_still_or_a_page(openers):
    with pytest.raises(SceneError, match="'x': give one of open, still and page"):
        Format("x", "", "a test", NoOptions, **openers)
