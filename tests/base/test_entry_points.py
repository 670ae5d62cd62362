"""Entry points are those of `importlib.metadata`, which is not needed for none."""

import subprocess
import sys
import zipfile
from importlib import metadata

import pytest

from animator.base.entry_points import entry_points

GROUP = "animator.commands"
TEXT = f"[{GROUP}]\ngreet = other:greet\n[others]\nx = y:z\n"


def names(group):
    return [entry.name for entry in entry_points(group)]


@pytest.mark.parametrize("folder", ["a-1.0.dist-info", "a.egg-info"])
def test_those_of_a_distribution(tmp_path, monkeypatch, folder):
    info = tmp_path / folder
    info.mkdir()
    (info / "entry_points.txt").write_text(TEXT)
    assert names(GROUP) == []
    monkeypatch.syspath_prepend(tmp_path)
    assert names(GROUP) == ["greet"] and names("others") == ["x"]
    assert names("animator.formats") == []


def test_those_in_the_working_directory(tmp_path, monkeypatch):
    (tmp_path / "a-1.0.dist-info").mkdir()
    (tmp_path / "a-1.0.dist-info" / "entry_points.txt").write_text(TEXT)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", ["", *sys.path])
    assert names(GROUP) == ["greet"]


def test_those_in_a_zip_file(tmp_path, monkeypatch):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as file:
        file.writestr("a-1.0.dist-info/entry_points.txt", TEXT)
        file.writestr("a-1.0.dist-info/METADATA", "Name: a\nVersion: 1.0\n")
    monkeypatch.syspath_prepend(tmp_path / "a.zip")
    assert names(GROUP) == ["greet"]


def test_those_that_another_finder_finds(tmp_path, monkeypatch):
    (tmp_path / "entry_points.txt").write_text(TEXT)

    class Finder(metadata.DistributionFinder):
        def find_spec(self, *arguments):
            return None

        def find_distributions(self, context=None):
            yield metadata.PathDistribution(tmp_path)

    (tmp_path / "METADATA").write_text("Name: a\nVersion: 1.0\n")
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path, Finder()])
    assert names(GROUP) == ["greet"]


def test_without_any_the_metadata_are_not_imported(tmp_path):
    code = (
        "import sys\nfrom animator.base.entry_points import entry_points\n"
        "sys.modules['importlib.metadata'] = None\n"  # importing it would fail
        "print(list(entry_points('animator.nothing')))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"
