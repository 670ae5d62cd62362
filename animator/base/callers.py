"""Finds lines of the user's code: the calling line, and the line that failed."""

from __future__ import annotations

import linecache
import sys
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.util import decode_source
from io import StringIO
from pathlib import Path
from types import FrameType
from typing import Any

from animator.base.origins import file_version


@dataclass(frozen=True, slots=True)
class Place:
    """A line of the user's code."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


def calling_place() -> Place | None:
    """Return the line of the user's code that called this package, or None."""
    return next((Place(f.f_code.co_filename, f.f_lineno) for f in _callers()), None)


def made_here() -> Any:
    """Return a dataclass field that stores the line that created the instance.

    `dataclasses.replace` preserves its value.
    """
    return field(default_factory=calling_place, repr=False, kw_only=True)


def failing_places(error: BaseException) -> list[Place]:
    """Return the user's lines in an error's traceback, the innermost first.

    If the traceback has none, the error's causes are searched.
    """
    seen: BaseException | None = error
    while seen is not None:
        places = [
            Place(frame.f_code.co_filename, line)
            for frame, line in traceback.walk_tb(seen.__traceback__)
            if is_users_file(frame)
        ]
        if places:
            return places[::-1]
        seen = seen.__cause__
    return []


def keep_source(file: str, source: bytes) -> None:
    """Make tracebacks show the source that was compiled, not the file's new contents.

    Otherwise a relative file name would also be looked up in the current working
    directory, which may have changed.

    Args:
        file: the file name that the source is compiled with.
        source: valid Python source.
    """
    lines = StringIO(decode_source(source)).readlines()
    linecache.cache[file] = len(source), None, lines, file


def source_line(place: Place) -> str:
    """Return a line of the user's code, preceded by its file and line number."""
    is_cell = place.file.startswith("<") or "ipykernel_" in place.file
    where = f"line {place.line} of the cell" if is_cell else str(place)
    linecache.checkcache(place.file)
    source = linecache.getline(place.file, place.line).strip()
    return f"{where}: {source}"


def beside_caller(path: Path) -> Path:
    """Resolve a path relative to the calling file, or to the working directory.

    The path beside the calling file takes precedence if it exists.
    """
    if path.is_absolute():
        return path
    folders = dict.fromkeys(Path(f.f_code.co_filename).parent for f in _callers())
    return next((f / path for f in folders if (f / path).exists()), path)


def is_users_file(frame: FrameType) -> bool:
    """Return whether a frame runs the user's code, in a file or in a notebook."""
    file = frame.f_code.co_filename
    if file.startswith("<"):
        return file.startswith("<ipython-input")
    return file_version(file, str(frame.f_globals.get("__name__"))) is None


def _callers() -> Iterator[FrameType]:
    """Yield the stack frames of the user's code, the innermost first."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        if is_users_file(frame):
            yield frame
        frame = frame.f_back
