"""The description of a file format, and the protocol of its encoder."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from animator.base.errors import SceneError
from animator.base.geometry import Box, PageSize, Size
from animator.encoders.option import OptionHelp

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

OptionsT = TypeVar("OptionsT")


class Encoder(Protocol):
    """Writes a clip, frame by frame.

    Each method raises an `OSError` when the file cannot be written.
    """

    def write(self, pixels: NDArray[np.uint8], changed: Sequence[Box]) -> None:
        """Add a frame, RGBA (H, W, 4), which is valid only during the call.

        The pixels that differ from those of the frame before lie in `changed`, boxes
        (left, top, right, bottom).
        """

    def close(self) -> None:
        """Finish the file."""

    def abort(self) -> None:
        """Stop at once; the file may be left unfinished."""


class MeasuredEncoder(Encoder, Protocol):
    """An encoder that knows how large its clip is so far."""

    @property
    def stored(self) -> int:
        """How many bytes the frames so far take."""


@dataclass(frozen=True, slots=True)
class ClipSpec(Generic[OptionsT]):
    """The properties of a clip that is to be written.

    Attributes:
        size: width and height in pixels.
        fps: frames a second.
        options: the format's own options.
        loop: how often it plays, 0 for ever; for formats whose files say so.
        transparent: whether the background outside the panels is transparent.
        page: of paper, for an SVG or a PDF; its size is that in pixels if none.
    """

    size: Size
    fps: float
    options: OptionsT
    loop: int = 0
    transparent: bool = False
    page: PageSize | None = None


@dataclass(frozen=True, slots=True)
class VectorStill:
    """A still that matplotlib writes, with lines as lines and text as text.

    Attributes:
        backend: matplotlib's name of the file format.
        omitted: the entry of the file's metadata that would make two runs differ.
        raster_scale: the resolution of its rasters, as a multiple of a clip's.
    """

    backend: str
    omitted: str
    raster_scale: float = 2


@dataclass(frozen=True, slots=True)
class RasterStill:
    """A still that is written from its pixels.

    Attributes:
        write: writes pixels, RGBA (H, W, 4), to a path, with their dots per inch.
    """

    write: Callable[[Path, NDArray[np.uint8], float], None]


@dataclass(frozen=True, slots=True)
class FrameRates:
    """The frame rates that a format can have, where it cannot have every one.

    Attributes:
        nearest: returns the possible rate that is nearest to a given one.
        reason: why other rates are not possible, for the user.
    """

    nearest: Callable[[float], float]
    reason: str


def _nothing_missing() -> str:
    return ""


def _any_place(path: Path) -> None:
    """Accept every path."""


@dataclass(frozen=True, slots=True)
class Format(Generic[OptionsT]):
    """A file format: its use, its abilities, and its encoder.

    A format of clips has `open`, a format of stills has `still`, and a format whose
    files hold what was recorded, and draw it themselves, is a `page`.

    Attributes:
        name: the suffix of its files, without the dot, in lower case.
        mime: its MIME type; empty if a notebook cannot show it.
        use: its use, in a few words.
        options: a frozen dataclass of the format's own options, whose fields are made
            with `option`.
        open: returns an encoder that writes a clip to a path.
        still: how a still is written.
        page: whether its files are pages; the package `player` writes them.
        transparent: whether the background can be transparent.
        even: whether both sides of its pictures must be even.
        loops: whether its files say how often they play.
        rates: the frame rates that it can have, if it cannot have all of them.
        smaller: given some options, returns others with smaller and smaller files, each
            with a text that says what it gives up. Its encoder must be a
            `MeasuredEncoder`. Without it, a clip cannot be made to fit a size.
        missing: returns what this installation lacks to write it; empty if nothing.
        check_place: raises `WriteError` if what is at a path must not be replaced.
        rank: formats are listed in this order, those of the same rank by name.

    Raises:
        SceneError: it has none of `open`, `still` and `page`, or several, or an option
            that says nothing about itself.
    """

    name: str
    mime: str
    use: str
    options: type[OptionsT]
    open: Callable[[Path, ClipSpec[OptionsT]], Encoder] | None = None
    still: VectorStill | RasterStill | None = None
    page: bool = False
    transparent: bool = False
    even: bool = False
    loops: bool = False
    rates: FrameRates | None = None
    smaller: Callable[[OptionsT], Sequence[tuple[OptionsT, str]]] | None = None
    missing: Callable[[], str] = _nothing_missing
    check_place: Callable[[Path], None] = _any_place
    rank: int = 100

    def __post_init__(self) -> None:
        if (self.open is not None) + (self.still is not None) + self.page != 1:
            raise SceneError(f"format {self.name!r}: give one of open, still and page")
        own: Any = self.options
        for field in fields(own):
            if "option" not in field.metadata:
                raise SceneError(
                    f"format {self.name!r}: {field.name} is a plain field; make it "
                    "with option(...)"
                )

    def own_options(self) -> Iterator[FormatOption]:
        """Yield the format's own options."""
        own: Any = self.options
        for field in fields(own):
            yield FormatOption(self.name, field.name, field.metadata["option"])


@dataclass(frozen=True, slots=True)
class FormatOption:
    """An option of one format, as keywords and the command spell it.

    Attributes:
        format: the format's name.
        field: the option's name in the format's options.
        help: what the command says about it.
    """

    format: str
    field: str
    help: OptionHelp

    @property
    def keyword(self) -> str:
        """The name as a keyword of `render`, such as ``gif_quality``."""
        return f"{self.format}_{self.field}"

    @property
    def flag(self) -> str:
        """The name as an option of the command, such as ``--gif-quality``."""
        return "--" + self.keyword.replace("_", "-")
