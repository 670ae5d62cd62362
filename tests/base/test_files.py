"""Files appear complete or not at all."""

import os
import sys
from pathlib import Path

import pytest

from animator import WriteError
from animator.base.files import atomic_write, is_device_name, remove_partials


def write(path, text):
    with atomic_write(path) as part:
        part.write_text(text, encoding="utf-8")


def test_a_file_is_replaced_when_all_went_well(tmp_path):
    path = tmp_path / "new" / "a.gif"
    write(path, "one")
    write(path, "two")
    assert path.read_text(encoding="utf-8") == "two"
    assert list(path.parent.iterdir()) == [path]


def test_what_was_there_stays_when_something_fails(tmp_path):
    path = tmp_path / "a.gif"
    write(path, "good")
    with pytest.raises(ZeroDivisionError), atomic_write(path) as part:
        part.write_text("half", encoding="utf-8")
        raise ZeroDivisionError
    assert path.read_text(encoding="utf-8") == "good"
    assert list(tmp_path.iterdir()) == [path]


def refuse(number):
    """What Windows does where another program has the file open."""

    def replace(*arguments, **keywords):
        error = PermissionError(13, "Access is denied")
        error.winerror = number
        raise error

    return replace


@pytest.mark.parametrize("number", [5, 32])
def test_a_file_that_another_program_has_open(tmp_path, monkeypatch, number):
    path = tmp_path / "a.gif"
    write(path, "good")
    monkeypatch.setattr(os, "replace", refuse(number))
    with pytest.raises(WriteError) as caught:
        write(path, "new")
    assert str(caught.value) == (
        f"{path}: is open in another program; close it there, or write to another path"
    )
    assert path.read_text(encoding="utf-8") == "good"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_in_which_another_program_has_a_file_open(tmp_path, monkeypatch):
    path = tmp_path / "a.frames"
    path.mkdir()
    (path / "000000.png").write_bytes(b"good")
    monkeypatch.setattr(os, "rename", refuse(32))
    with pytest.raises(WriteError, match="is open in another program; close it"):
        with atomic_write(path) as part:
            part.unlink()
            part.mkdir()
    assert (path / "000000.png").read_bytes() == b"good"
    assert list(tmp_path.iterdir()) == [path]


def test_other_errors_name_their_own_cause(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "replace", refuse(None))
    with pytest.raises(WriteError, match=r"a\.gif: Access is denied$"):
        write(tmp_path / "a.gif", "new")
    assert not list(tmp_path.iterdir())


def test_devices_of_windows():
    names = ["con", "NUL.gif", "Com1.tar.gz", "lpt9", "aux .mp4", "COM².gif"]
    assert all(map(is_device_name, names))
    names = ["console.gif", "a.con", "com.gif", "com10.gif", "null.gif", ".nul"]
    assert not any(map(is_device_name, names))


def test_a_device_is_refused_where_it_is_one(tmp_path, monkeypatch):
    path = tmp_path / "nul.gif"
    write(path, "an ordinary name")
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(WriteError, match=r"nul\.gif: names a device of Windows; give"):
        write(path, "new")
    assert path.read_text(encoding="utf-8") == "an ordinary name"


def test_a_device_of_unix_is_not_replaced():
    with pytest.raises(WriteError, match="/dev/null: is not a regular file; give"):
        write(Path("/dev/null"), "x")


def test_unfinished_files_of_one_process_are_removed(tmp_path):
    keep = [tmp_path / ".a.12.0.part.gif", tmp_path / "a.gif"]
    gone = [tmp_path / ".a.34.0.part.gif", tmp_path / ".b.34.5.part.mp4"]
    for path in (*keep, *gone):
        path.touch()
    (tmp_path / ".c.34.1.part.frames").mkdir()
    remove_partials(tmp_path, 34)
    assert sorted(tmp_path.iterdir()) == sorted(keep)
