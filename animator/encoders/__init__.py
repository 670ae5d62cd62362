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

    Write = Callable[[NDArray[np.uint8], Sequence["Box"]], None]

FORMATS = ("mp4", "gif")
"""The suffixes that can be written, each by the module of that name in this folder."""


SMALLEST, LARGEST = 64, 8192
"""The least and the most pixels along a side of a clip."""

Size = tuple[int, int]
"""Width and height, in pixels."""

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
def open_encoder(
    path: Path,
    size: Size,
    fps: float,
    samples: Sequence[NDArray[np.uint8]],
) -> Iterator[Write]:
    """Write a clip that appears whole, when all went well, or not at all.

    Args:
        path: of the clip; its suffix chooses the format.
        size: width and height in pixels.
        fps: frames a second.
        samples: some frames, RGBA (H, W, 4), that show the colours to expect.

    Yields:
        What takes the frames, as `Encoder.write` does.

    Raises:
        SceneError: the suffix names no format.
        WriteError: the file could not be written.
    """
    module = import_module(f"animator.encoders.{format_of(path)}")
    make: Callable[..., Encoder] = module.make_encoder
    with whole(path) as part:
        encoder = make(part, size, fps, samples)

        def write(pixels: NDArray[np.uint8], changed: Sequence[Box]) -> None:
            try:
                encoder.write(pixels, changed)
            except OSError as error:
                raise WriteError(f"{path}: {error.strerror or error}") from error

        try:
            yield write
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
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.touch()
        try:
            yield part
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise WriteError(f"{path}: {error.strerror or error}") from error
