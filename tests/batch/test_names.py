"""Names of files that Windows accepts, too."""

import re
from pathlib import Path, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from animator.batch.jobs import Variant
from animator.batch.names import portable_name


def refused(name):
    """Whether Windows refuses a name, as its documentation has it.

    "Naming Files, Paths, and Namespaces", Microsoft Learn.
    """
    device = name.split(".")[0].rstrip().upper()
    devices = {"CON", "PRN", "AUX", "NUL"}
    devices |= {f"{port}{n}" for port in ("COM", "LPT") for n in "0123456789¹²³"}
    return (
        not name
        or bool(re.search(r'[<>:"/\\|?*\x00-\x1f]', name))
        or name[-1] in ". "
        or device in devices
    )


@pytest.mark.parametrize("name", ["a:b", "CON", "nul.tar", "a.", "a ", "", "com1 .x"])
def test_what_is_refused(name):
    assert refused(name)
    assert not refused(portable_name(name))


@pytest.mark.parametrize(
    "name", ["momentum", "a b.c", "漢字", "constant", "com10", ".x"]
)
def test_usual_names_stay(name):
    assert portable_name(name) == name


names = st.text(max_size=8) | st.sampled_from(["con", "AUX", "a.", "lpt1"])


@given(stem=names, key=names, value=names | st.floats())
def test_any_scene_and_value(stem, key, value):
    for changes in ({}, {key: value}, {"lr": 0.1, key: value}):
        path = Path("scenes") / (stem.replace("/", "").replace("\0", "") + ".py")
        name = Variant(path, changes).name
        assert not refused(name) and not refused(f"{name}.gif")
        assert PureWindowsPath(name).name == name


def test_a_value_that_windows_refuses(run, tmp_path):
    from conftest import SCENE

    for scene in ("a:b.py", "aux.py"):
        (tmp_path / scene).write_text(SCENE)
    small = ("--size", "128x72", "-f", "png", "--set", "maximize='con?. '")
    status, _, err = run("a:b.py", "aux.py", *small)
    assert (status, err) == (0, "")
    assert {path.name for path in (tmp_path / "renders").iterdir()} == {
        "a_b_maximize-con_._.png",
        "aux_maximize-con_._.png",
    }
    status, _, err = run("aux.py", "--size", "128x72", "-f", "png", "-o", "x")
    assert [path.name for path in (tmp_path / "x").iterdir()] == ["aux_.png"]
