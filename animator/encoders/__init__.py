"""Turns frames into files, one family of formats a module; knows nothing of scenes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from animator.errors import SceneError, WriteError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FORMATS = ("mp4", "gif")
"""The suffixes that can be written, each by the module of that name in this folder."""


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

Box = tuple[int, int, int, int]
"""Left, top, right and bottom edge of some pixels, counted from the top left corner."""


def check_size(size: Size) -> None:
    """Raise `SceneError` unless a size in pixels can be made into a clip."""
    shown = "x".join(map(str, size))
    if any(isinstance(side, bool) or not isinstance(side, int) for side in size):
        raise SceneError(f"size is {shown}; give whole pixels, such as 1280x720")
    if not all(SMALLEST <= side <= LARGEST for side in size):
        raise SceneError(
            f"size is {shown}; give {SMALLEST} to {LARGEST} pixels for each side"
        )
    if any(side % 2 for side in size):
        even = "x".join(str(side + side % 2) for side in size)
        raise SceneError(
            f"size is {shown}, but video players need even sides; try {even}"
        )


class Encoder(Protocol):
    """Takes a clip's frames one after the other; each format's module makes one.

    Any of its methods raises an `OSError` when the file cannot be written.
    """

    def prepare(self, samples: Sequence[NDArray[np.uint8]]) -> None:
        """Look at some frames, RGBA (H, W, 4), that show the colours to expect."""

    def write(self, pixels: NDArray[np.uint8], changed: Sequence[Box]) -> None:
        """Take a frame, RGBA (H, W, 4), which is valid only during the call.

        `changed` are boxes (left, top, right, bottom) around all pixels that differ
        from the frame before.
        """

    def close(self) -> None:
        """Finish the file."""

    def abort(self) -> None:
        """Stop at once; the file may be left unfinished."""


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


@contextmanager
def open_encoder(path: Path, size: Size, fps: float) -> Iterator[Encoder]:
    """Write a clip that appears whole, when all went well, or not at all.

    Args:
        path: of the clip; its suffix chooses the format.
        size: width and height in pixels.
        fps: frames a second.

    Yields:
        An encoder, which is closed when all went well, and else aborted.

    Raises:
        SceneError: the suffix names no format, or the format cannot do this.
        WriteError: the file could not be written.
    """
    module = import_module(f"animator.encoders.{format_of(path)}")
    make: Callable[..., Encoder] = module.make_encoder
    with whole(path) as part:
        encoder = _Named(path, make(part, size, fps))
        try:
            yield encoder
            encoder.close()
        except BaseException:
            encoder.abort()
            raise


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Give the name of a file beside `path`, which replaces `path` if all goes well.

    Raises:
        WriteError: a file could not be written; `path` is as it was.
    """
    part = path.with_name(f".{path.stem}.{os.getpid()}.part{path.suffix}")
    with _naming(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        part.touch()
        try:
            yield part
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)


class _Named:
    """An encoder whose errors name its clip, though several are written at once."""

    def __init__(self, path: Path, encoder: Encoder) -> None:
        self._path, self._encoder = path, encoder
        self.abort = encoder.abort

    def prepare(self, samples: Sequence[NDArray[np.uint8]]) -> None:
        with _naming(self._path):
            self._encoder.prepare(samples)

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
