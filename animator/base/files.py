"""Writes files that appear complete or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from shutil import rmtree

from animator.base.checks import quoted
from animator.base.errors import WriteError

_NUMBERS = count()


@contextmanager
def atomic_write(path: Path) -> Iterator[Path]:
    """Give the name of a file beside `path`, which replaces `path` if all goes well.

    Raises:
        WriteError: a file could not be written; `path` is as it was.
    """
    with naming_errors(path):
        place = resolved(path)  # what a link leads to is replaced, not the link
        if place.exists() and not (place.is_file() or place.is_dir()):
            raise WriteError(f"{path}: is no ordinary file; give another path")
        number = f"{os.getpid()}.{next(_NUMBERS)}"
        part = place.with_name(f".{place.stem[:40]}.{number}.part{place.suffix}")
        place.parent.mkdir(parents=True, exist_ok=True)
        try:
            part.touch()
            yield part
            _replace(part, place)
        finally:
            _remove(part)


def resolved(path: Path) -> Path:
    """Return where a path leads to.

    Raises:
        WriteError: it leads nowhere.
    """
    try:
        return path.resolve()
    except (OSError, RuntimeError, ValueError) as error:  # a loop of links, say
        raise WriteError(f"{quoted(str(path))}: {error}; give another path") from error


def remove_partials(folder: Path, pid: int | None) -> None:
    """Remove the parts of files that a process left when it was killed."""
    for part in folder.glob(f".*.{pid}.*.part*"):
        _remove(part)


def _replace(part: Path, path: Path) -> None:
    """Put a file, or a folder, in the place of another."""
    if not part.is_dir():
        part.replace(path)
        return
    old = part.with_name(f"{part.name}.old")
    if path.exists():
        path.rename(old)
    try:
        part.rename(path)
    except OSError:
        if old.exists():
            old.rename(path)
        raise
    _remove(old)


def _remove(path: Path) -> None:
    if path.is_dir():
        rmtree(path)
    else:
        path.unlink(missing_ok=True)


@contextmanager
def naming_errors(path: Path) -> Iterator[None]:
    """Raise an `OSError` of the body as a `WriteError` that names a path."""
    try:
        yield
    except OSError as error:
        raise WriteError(f"{path}: {error.strerror or error}") from error
