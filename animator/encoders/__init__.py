"""Turns frames into files, one family of formats a module; knows nothing of scenes."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from itertools import count
from operator import index
from pathlib import Path
from shutil import rmtree
from typing import TYPE_CHECKING, Protocol

from animator.checks import shown
from animator.errors import SceneError, WriteError
from animator.interrupts import undisturbed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Format:
    """What a format is for, and what it can do."""

    use: str
    still: bool = False
    transparent: bool = False
    loops: bool = False
    """Whether the file says how often it plays."""


FORMATS = {
    "mp4": Format("slides, video"),
    "gif": Format("blogs, READMEs, chats", loops=True),
    "webm": Format("web, video", transparent=True),
    "webp": Format("web, every colour", transparent=True, loops=True),
    "apng": Format("web, every colour", transparent=True, loops=True),
    "frames": Format("other tools: a folder of numbered PNGs", transparent=True),
    "png": Format("thumbnails", still=True, transparent=True),
    "svg": Format("papers, web", still=True, transparent=True),
    "pdf": Format("papers", still=True, transparent=True),
}
"""By suffix, what can be written; clips by the module of that name in this folder."""

SMALLEST, LARGEST = 64, 8192
"""The least and the most pixels along a side of a clip."""

Size = tuple[int, int]
"""Width and height, in pixels."""

SIZES: dict[str, Size] = {
    "720p": (1280, 720),
    "1080p": (1920, 1080),
    "4k": (3840, 2160),
    "square": (1080, 1080),
    "portrait": (1080, 1920),
    "slide": (1600, 900),
    "readme": (800, 450),
}
"""Sizes that have a name."""

GIF_LEVELS = {"small": 25.0, "medium": 50.0, "high": 75.0, "best": 100.0}
"""Qualities of a GIF that have a name."""

Box = tuple[int, int, int, int]
"""Left, top, right and bottom edge of some pixels, counted from the top left corner."""


def check_size(size: object) -> Size:
    """Return a size in pixels, or the one that has this name.

    Raises:
        SceneError: it cannot be made into a clip.
    """
    if isinstance(size, str) and size.lower() in SIZES:
        return SIZES[size.lower()]
    try:
        width, height = (index(side) for side in size)  # type: ignore[attr-defined]
    except (TypeError, ValueError):
        raise SceneError(
            f"size is {size!r}; give whole pixels, such as (1280, 720), or one of "
            f"{', '.join(SIZES)}"
        ) from None
    size = width, height
    shown = f"{width}x{height}"
    if not all(SMALLEST <= side <= LARGEST for side in size):
        raise SceneError(
            f"size is {shown}; give {SMALLEST} to {LARGEST} pixels for each side"
        )
    if any(side % 2 for side in size):
        even = "x".join(str(side + side % 2) for side in size)
        raise SceneError(
            f"size is {shown}, but video players need even sides; try {even}"
        )
    return size


@dataclass(frozen=True, slots=True)
class Options:
    """How to write a clip, beside its size and its pace.

    Attributes:
        loop: how often it plays, 0 for ever; for the formats that say so.
        transparent: whether the background outside the panels is.
        gif_quality: 0 to 100.
        webp_quality: 0 to 100; none: exact to the pixel.
    """

    loop: int = 0
    transparent: bool = False
    gif_quality: float = 50
    webp_quality: float | None = None

    def __post_init__(self) -> None:
        if not (isinstance(self.loop, int) and 0 <= self.loop <= 65535):
            raise SceneError(f"loop is {self.loop!r}; give 0 (for ever) to 65535")
        for name in ("gif_quality", "webp_quality"):
            value = getattr(self, name)
            if value is None and name == "webp_quality":
                continue
            if not (isinstance(value, int | float) and 0 <= value <= 100):
                raise SceneError(f"{name} is {value!r}; give a number from 0 to 100")


class Encoder(Protocol):
    """Takes a clip's frames one after the other; each format's module makes one.

    Any of its methods raises an `OSError` when the file cannot be written.
    """

    def write(self, pixels: NDArray[np.uint8], changed: Sequence[Box]) -> None:
        """Take a frame, RGBA (H, W, 4), which is valid only during the call.

        `changed` are boxes (left, top, right, bottom) around all pixels that differ
        from the frame before.
        """

    def close(self) -> None:
        """Finish the file."""

    def abort(self) -> None:
        """Stop at once; the file may be left unfinished."""


def gif_rate(fps: float) -> float:
    """Return the rate nearest to frames a second whose frames last whole hundredths.

    They last two hundredths of a second at least: what is shorter browsers slow down.
    """
    return 100 / max(2, round(100 / fps))


def format_of(path: Path) -> str:
    """Return the format that a path's suffix names.

    Raises:
        SceneError: there is no such format.
    """
    name = path.suffix.lower().removeprefix(".")
    if name not in FORMATS:
        raise SceneError(
            f"{path}: cannot write {path.suffix or 'a file without suffix'!r}; "
            f"give one of .{', .'.join(FORMATS)}"
        )
    return name


_PLAIN = Options()
_NUMBERS = count()


def missing(name: str) -> str:
    """Return what this installation lacks to write a format; nothing if it can."""
    if FORMATS[name].still:
        return ""
    module = import_module(f"animator.encoders.{name}")
    return module.missing() if hasattr(module, "missing") else ""


class TooLarge(Exception):
    """A clip has more bytes than it may; it is not kept."""


@contextmanager
def open_encoder(
    path: Path,
    size: Size,
    fps: float,
    options: Options = _PLAIN,
    limit: float = math.inf,
) -> Iterator[Encoder]:
    """Write a clip that appears whole, when all went well, or not at all.

    Args:
        path: of the clip; its suffix chooses the format.
        size: width and height in pixels.
        fps: frames a second.
        options: how to write it.
        limit: how many bytes it may have.

    Yields:
        An encoder, which is closed when all went well, and else aborted.

    Raises:
        SceneError: the suffix names no format, or the format cannot do this.
        WriteError: the file could not be written.
        TooLarge: it has more bytes than its limit.
    """
    name = format_of(path)
    if options.transparent:
        check_transparent(name)
    module = import_module(f"animator.encoders.{name}")
    make: Callable[..., Encoder] = module.make_encoder
    if hasattr(module, "check_place"):
        module.check_place(path)
    with whole(path) as part:
        encoder: Encoder | None = None
        try:
            with undisturbed():
                encoder = _Named(path, make(part, size, fps, options))
            yield encoder
            encoder.close()
        except BaseException:
            if encoder is not None:
                encoder.abort()
            raise
        if part.stat().st_size > limit:
            raise TooLarge


def check_transparent(name: str) -> None:
    """Raise `SceneError` unless a format can be transparent."""
    if not FORMATS[name].transparent:
        able = ", ".join(key for key, value in FORMATS.items() if value.transparent)
        raise SceneError(f"{name} cannot be transparent; give one of {able}")


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Give the name of a file beside `path`, which replaces `path` if all goes well.

    Raises:
        WriteError: a file could not be written; `path` is as it was.
    """
    with _naming(path):
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
        raise WriteError(f"{shown(str(path))}: {error}; give another path") from error


def sweep(folder: Path, pid: int | None) -> None:
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


class _Named:
    """An encoder whose errors name its clip, though several are written at once."""

    def __init__(self, path: Path, encoder: Encoder) -> None:
        self._path, self._encoder = path, encoder
        self.abort = encoder.abort

    def write(self, pixels: NDArray[np.uint8], changed: Sequence[Box]) -> None:
        with _naming(self._path):
            self._encoder.write(pixels, changed)

    def close(self) -> None:
        with _naming(self._path):
            self._encoder.close()


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise WriteError(f"{path}: {error.strerror or error}") from error
