"""Turns frames into files, one family of formats a module; knows nothing of scenes."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from animator.base.errors import SceneError
from animator.base.files import atomic_write, naming_errors
from animator.base.geometry import Box, Size
from animator.base.interrupts import defer_signals

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

GIF_LEVELS = {"small": 25.0, "medium": 50.0, "high": 75.0, "best": 100.0}
"""Qualities of a GIF that have a name."""


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
    with atomic_write(path) as part:
        encoder: Encoder | None = None
        try:
            with defer_signals():
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


class _Named:
    """An encoder whose errors name its clip, though several are written at once."""

    def __init__(self, path: Path, encoder: Encoder) -> None:
        self._path, self._encoder = path, encoder
        self.abort = encoder.abort

    def write(self, pixels: NDArray[np.uint8], changed: Sequence[Box]) -> None:
        with naming_errors(self._path):
            self._encoder.write(pixels, changed)

    def close(self) -> None:
        with naming_errors(self._path):
            self._encoder.close()
