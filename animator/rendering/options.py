"""The options of a rendering, as one value."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any

from animator.base.checks import is_number, quoted
from animator.base.errors import SceneError
from animator.base.geometry import PageSize, Size, check_page, check_size
from animator.drawing.theme import DARK, LIGHT, Theme, theme_named
from animator.drawing.typography import (
    PAGE_TYPE,
    check_font,
    check_font_size,
    with_type_size,
)
from animator.encoders.format import ClipSpec, Format
from animator.rendering.format_options import (
    as_stored,
    checked_formats,
    format_options,
    from_stored,
    no_option,
    with_option,
)
from animator.rendering.option_checks import check_clock, check_values

if TYPE_CHECKING:
    from animator.scenes.scene import Scene

PAGE_DPI, MOST_DPI = 300.0, 4800
"""Pixels per inch of a page of paper: the default, and the maximum."""

AUTO = "auto"
"""The theme of a web page that is light or dark like the reader's system."""


@dataclass(frozen=True, slots=True)
class RenderOptions:
    """The options of a rendering; if one is None, the scene decides.

    Attributes:
        size: width and height in pixels; or a name, such as ``"1080p"``; or a page of
            paper, such as ``"3.4inx2.4in"``, in in, cm or mm. Videos need even sides.
        dpi: pixels per inch of a page of paper, also of the map in an SVG or a PDF;
            300 if not given.
        font: the font family, also for formulas, instead of the theme's.
        font_size: the size of the axis labels in points, or as ``"8pt"``; other type,
            lines and markers scale in proportion. On a page of paper a point is 1/72
            inch, and the default is 8; otherwise points are those of the theme.
        fps: frames per second; a format that does not support this rate uses the
            nearest one that it supports.
        steps: the number of steps, instead of the experiments' own.
        theme: a theme or its name, instead of the scene's; ``"auto"`` follows the
            reader's system, and is for web pages.
        seconds: the duration of the clip, instead of the scene's.
        hold_start: seconds that the clip rests on the start, instead of the scene's.
        hold_end: seconds that the clip rests on the end, instead of the scene's.
        title: the title, instead of the scene's; ``""`` for none.
        caption: the caption, instead of all captions of the scene; ``""`` for none.
        counter: the text of the counter, instead of the scene's; ``""`` for none.
        transparent: whether the background outside the panels is transparent.
        still: the step that a PNG, SVG or PDF shows; the last one if not given.
        loop: the number of times that a GIF, WebP or APNG plays; 0 means for ever.
        max_size: the largest size of a file in bytes, for formats that can be made
            smaller.
        formats: the options of single formats, by the format's name, such as
            ``{"gif": GifOptions(quality=75)}``; other formats use their defaults.

    Raises:
        SceneError: a value is out of its range.
    """

    size: Size | PageSize | str = (1280, 720)
    dpi: float | None = None
    font: str | None = None
    font_size: float | str | None = None
    fps: float = 25.0
    steps: int | None = None
    theme: str | Theme | None = None
    seconds: float | None = None
    hold_start: float | None = None
    hold_end: float | None = None
    title: str | None = None
    caption: str | None = None
    counter: str | None = None
    transparent: bool = False
    still: int | None = None
    loop: int = 0
    max_size: int | None = None
    formats: Mapping[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._check_page()
        check_clock(self)
        if self.theme is not None and self.theme != AUTO:
            theme_named(self.theme)
        check_values(self)
        object.__setattr__(self, "formats", checked_formats(self.formats))

    def _check_page(self) -> None:
        """Check size and type, and convert texts to numbers."""
        size = check_size(self.size)
        object.__setattr__(self, "size", size)
        if self.dpi is not None:
            if not is_number(self.dpi, 1, MOST_DPI):
                raise SceneError(
                    f"dpi is {quoted(self.dpi)}; give 1 to {MOST_DPI} pixels per inch"
                )
            if not isinstance(size, PageSize):
                raise SceneError(
                    f"dpi is {self.dpi:g}, but size is {size[0]}x{size[1]} pixels; "
                    "give a page, such as 3.4inx2.4in, or leave dpi out"
                )
        if isinstance(size, PageSize):
            check_page(size, self.dpi or PAGE_DPI)
        if self.font is not None:
            object.__setattr__(self, "font", check_font(self.font))
        if self.font_size is not None:
            points = check_font_size(self.font_size)
            object.__setattr__(self, "font_size", points)

    @property
    def page(self) -> PageSize | None:
        """The page of paper; None if the size is in pixels."""
        return self.size if isinstance(self.size, PageSize) else None

    @property
    def pixels(self) -> Size:
        """Width and height in pixels."""
        size = check_size(self.size)
        if isinstance(size, PageSize):
            return size.pixels(self.dpi or PAGE_DPI)
        return size

    @property
    def page_dpi(self) -> float | None:
        """Pixels per inch of the page; None if the size is in pixels."""
        return None if self.page is None else self.dpi or PAGE_DPI

    def with_pixels(self, size: Size, fps: float) -> RenderOptions:
        """Return the options with another size in pixels, and another frame rate."""
        if size == self.pixels:
            return replace(self, fps=fps)
        if self.page is None:
            return replace(self, size=size, fps=fps)
        dpi = size[0] / self.page.inches[0]
        page = PageSize(size[0] / dpi, size[1] / dpi)
        return replace(self, size=page, dpi=dpi, fps=fps)

    def theme_of(self, scene: Scene) -> Theme:
        """Return the theme for a scene, with the font and the size of these options.

        For ``"auto"`` this is the light theme.
        """
        chosen = scene.theme if self.theme is None else self.theme
        theme = theme_named(LIGHT if chosen == AUTO else chosen)
        if self.font is not None:
            theme = replace(theme, font=self.font)
        if self.font_size is None and self.page is None:
            return theme
        points = PAGE_TYPE if self.font_size is None else self.font_size
        inches = None if self.page is None else self.page.inches
        return with_type_size(theme, check_font_size(points), inches)

    def themes(self) -> Sequence[Theme | None]:
        """Return the themes of a web page; None means the theme of `theme_of`."""
        return (LIGHT, DARK) if self.theme == AUTO else (None,)

    @property
    def keeps_type(self) -> bool:
        """Whether the type keeps its size even if there is little room."""
        return self.font_size is not None

    @classmethod
    def from_keywords(
        cls,
        keywords: Mapping[str, Any],
        base: RenderOptions | None = None,
        names: Collection[str] | None = None,
    ) -> RenderOptions:
        """Return options with values from keyword arguments.

        Args:
            keywords: fields of this class; an option of one format begins with the
                format's name, such as ``gif_quality``.
            base: the options without a keyword have these values; the defaults if not
                given.
            names: the keywords that are allowed; all if not given.

        Raises:
            SceneError: a value is out of its range, or there is no such option.
        """
        base = cls() if base is None else base
        if not isinstance(base, cls):
            raise SceneError(f"options is {quoted(base)}; give RenderOptions(...)")
        common = [f.name for f in fields(cls)]
        own = {option.keyword: option for option in format_options()}
        possible = [*common, *own] if names is None else names
        for name in keywords:
            if name not in possible:
                raise no_option(name, possible)
        changes = {n: value for n, value in keywords.items() if n in common}
        options = replace(base, **changes)
        chosen = dict(options.formats)
        for name, value in keywords.items():
            if name not in common:
                chosen[own[name].format] = with_option(chosen, own[name], value)
        return replace(options, formats=chosen)

    @classmethod
    def from_json(cls, entry: Mapping[str, Any]) -> RenderOptions:
        """Return options from a result of `to_json`; missing ones have their defaults.

        Raises:
            SceneError: a value is out of its range, or there is no such option.
        """
        return cls.from_keywords(from_stored(entry))

    def to_json(self) -> dict[str, Any]:
        """Return all options as values for JSON."""
        page = self.page
        entry = {f.name: getattr(self, f.name) for f in fields(self)}
        entry["size"] = str(page) if page is not None else list(self.pixels)
        return as_stored(entry)

    def clip(self, format: Format[Any], fps: float | None = None) -> ClipSpec[Any]:
        """Return the properties of a clip in a format; `fps` overrides the rate."""
        own = self.formats.get(format.name, format.options())
        rate = self.fps if fps is None else fps
        return ClipSpec(self.pixels, rate, own, self.loop, self.transparent, self.page)

    def apply_to(self, scene: Scene) -> Scene:
        """Return a scene with the times and texts of these options.

        Raises:
            SceneError: they are not valid for the scene.
        """
        names = ("seconds", "hold_start", "hold_end", "title", "caption", "counter")
        values: dict[str, Any] = {name: getattr(self, name) for name in names}
        changes = {name: value for name, value in values.items() if value is not None}
        if self.caption is not None:
            changes["captions"] = {}
        return replace(scene, **changes) if changes else scene
