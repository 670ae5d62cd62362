"""Writes files atomically."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from shutil import rmtree

from animator.base.checks import quoted
from animator.base.errors import WriteError

_NUMBERS = count()
_DEVICES = {
    *("CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"),
    *(f"{port}{number}" for port in ("COM", "LPT") for number in "123456789¹²³"),
}
_IN_USE = (5, 32)
"""Windows' error codes for a file that another program has open."""


@contextmanager
def atomic_write(path: Path) -> Iterator[Path]:
    """Yield a temporary path, which replaces `path` when the body succeeds.

    The temporary file is in the same folder. The body may create a folder there.

    Raises:
        WriteError: a file could not be written; `path` is unchanged.
    """
    with naming_errors(path):
        target = resolved(path)  # keep a link, and replace its target
        if target.exists() and not (target.is_file() or target.is_dir()):
            raise WriteError(f"{path}: is not a regular file; give another path")
        if sys.platform == "win32" and is_device_name(target.name):
            raise WriteError(f"{path}: names a device of Windows; give another name")
        number = f"{os.getpid()}.{next(_NUMBERS)}"
        part = target.with_name(f".{target.stem[:40]}.{number}.part{target.suffix}")
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            part.touch()
            yield part
            _replace(part, target, path)
        finally:
            _remove(part)


def resolved(path: Path) -> Path:
    """Return a path with all symbolic links resolved.

    Raises:
        WriteError: the path cannot be resolved.
    """
    try:
        return path.resolve()
    except (OSError, RuntimeError, ValueError) as error:  # such as a loop of links
        raise WriteError(f"{quoted(str(path))}: {error}; give another path") from error


def is_device_name(name: str) -> bool:
    """Return whether a file name, such as ``nul.gif``, is a device name on Windows."""
    return name.partition(".")[0].rstrip(" ").upper() in _DEVICES


def remove_partials(folder: Path, pid: int | None) -> None:
    """Remove the temporary files that a killed process has left."""
    for part in folder.glob(f".*.{pid}.*.part*"):
        _remove(part)


@contextmanager
def naming_errors(path: Path) -> Iterator[None]:
    """Convert an `OSError` of the body to a `WriteError` that names the path."""
    try:
        yield
    except OSError as error:
        raise WriteError(f"{path}: {error.strerror or error}") from error


def _replace(part: Path, target: Path, path: Path) -> None:
    """Replace a file or folder with another.

    Args:
        part: the new file.
        target: the file to replace.
        path: the name of `target` in error messages.

    Raises:
        WriteError: another program has the file open.
    """
    try:
        if part.is_dir():
            _replace_folder(part, target)
        else:
            part.replace(target)
    except OSError as error:
        if getattr(error, "winerror", None) not in _IN_USE:
            raise
        raise WriteError(
            f"{path}: is open in another program; close it there, or write to "
            "another path"
        ) from error


def _replace_folder(part: Path, target: Path) -> None:
    old = part.with_name(f"{part.name}.old")
    if target.exists():
        target.rename(old)
    try:
        part.rename(target)
    except OSError:
        if old.exists():
            old.rename(target)
        raise
    _remove(old)


def _remove(path: Path) -> None:
    if path.is_dir():
        rmtree(path)
    else:
        path.unlink(missing_ok=True)
