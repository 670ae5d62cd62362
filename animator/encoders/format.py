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

    Each method raises an `OSError` if the file cannot be written.
    """

    def write(self, pixels: NDArray[np.uint8], changed: Sequence[Box]) -> None:
        """Add a frame.

        Args:
            pixels: RGBA (H, W, 4); valid only during the call.
            changed: boxes (left, top, right, bottom) in pixels that contain all pixels
                that differ from the previous frame.
        """

    def close(self) -> None:
        """Finish the file."""

    def abort(self) -> None:
        """Stop at once; the file may be left unfinished."""


class MeasuredEncoder(Encoder, Protocol):
    """An encoder that reports the current size of its clip."""

    @property
    def stored(self) -> int:
        """The size of the frames so far, in bytes."""


@dataclass(frozen=True, slots=True)
class ClipSpec(Generic[OptionsT]):
    """The properties of a clip to write.

    Attributes:
        size: width and height in pixels.
        fps: frames per second.
        options: the format's own options.
        loop: how often the clip plays, 0 for ever; only for formats that store it.
        transparent: whether the background outside the panels is transparent.
        page: the paper size of an SVG or a PDF; if None, it follows from `size`.
    """

    size: Size
    fps: float
    options: OptionsT
    loop: int = 0
    transparent: bool = False
    page: PageSize | None = None


@dataclass(frozen=True, slots=True)
class VectorStill:
    """A still that matplotlib writes as vector graphics, with text as text.

    Attributes:
        backend: matplotlib's name for the file format.
        omitted: the metadata entry to omit, because it differs between two runs.
        raster_scale: the resolution of embedded rasters, as a multiple of a clip's.
    """

    backend: str
    omitted: str
    raster_scale: float = 2


@dataclass(frozen=True, slots=True)
class RasterStill:
    """A still that is written from pixels.

    Attributes:
        write: called with a path, pixels RGBA (H, W, 4), and the dots per inch.
    """

    write: Callable[[Path, NDArray[np.uint8], float], None]


@dataclass(frozen=True, slots=True)
class FrameRates:
    """The frame rates of a format that does not support all of them.

    Attributes:
        nearest: returns the supported rate nearest to a given rate.
        reason: why other rates are not supported, as a text for the user.
    """

    nearest: Callable[[float], float]
    reason: str


def _nothing_missing() -> str:
    return ""


def _any_place(path: Path) -> None:
    """Accept every path."""


@dataclass(frozen=True, slots=True)
class Format(Generic[OptionsT]):
    """A file format: its purpose, its abilities, and its encoder.

    A format for clips has `open`, and a format for stills has `still`. A format whose
    files contain the recordings, and draw them in a browser, has `page`.

    Attributes:
        name: the suffix of the files, without the dot, in lower case.
        mime: the MIME type; empty if notebooks cannot show it.
        use: the purpose of the format, in a few words.
        options: a frozen dataclass of the format's own options; its fields are created
            by `option`.
        open: called with a path and a `ClipSpec`; returns an encoder.
        still: writes a still.
        page: whether the files are web pages; the package `player` writes them.
        transparent: whether the background can be transparent.
        even: whether width and height must be even.
        loops: whether files store how often they play.
        rates: the supported frame rates, if not all are supported.
        smaller: called with options; returns options for smaller and smaller files,
            each with a text that names what is lost. The encoder must then be a
            `MeasuredEncoder`. Without `smaller`, a clip cannot be fitted to a size.
        missing: returns what this installation lacks to write the format; empty if
            nothing.
        check_place: raises `WriteError` if the file at a path must not be replaced.
        rank: the position in the list of formats; formats of equal rank are sorted by
            name.

    Raises:
        SceneError: the format has not exactly one of `open`, `still` and `page`, or a
            field of its options was not created by `option`.
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
    """An option of one format, as a keyword and as a flag of the command.

    Attributes:
        format: the format's name.
        field: the name of the option in the format's options.
        help: the help of the option for the command.
    """

    format: str
    field: str
    help: OptionHelp

    @property
    def keyword(self) -> str:
        """The keyword of `render`, such as ``gif_quality``."""
        return f"{self.format}_{self.field}"

    @property
    def flag(self) -> str:
        """The flag of the command, such as ``--gif-quality``."""
        return "--" + self.keyword.replace("_", "-")
