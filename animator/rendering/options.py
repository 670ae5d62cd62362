"""The options of a rendering, as one value."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any

from animator.base.checks import is_integer, is_number, quoted
from animator.base.errors import SceneError
from animator.base.geometry import PageSize, Size, check_page, check_size
from animator.drawing.theme import Theme, theme_named
from animator.drawing.typography import (
    PAGE_TYPE,
    check_font,
    check_font_size,
    with_type_size,
)
from animator.encoders.format import ClipSpec, Format, FormatOption
from animator.encoders.registry import formats
from animator.scenes.counter import check_counter
from animator.scenes.timeline import Timeline

if TYPE_CHECKING:
    from animator.scenes.scene import Scene

MOST_LOOPS = 65535
"""The largest number of times that a clip can play, other than for ever."""

PAGE_DPI, MOST_DPI = 300.0, 4800
"""Pixels per inch of a page if none are given, and the largest number of them."""


@dataclass(frozen=True, slots=True)
class RenderOptions:
    """The options of a rendering; where one is None, the scene decides.

    Attributes:
        size: width and height in pixels; or a name, such as ``"1080p"``; or a page,
            such as ``"3.4inx2.4in"``, in in, cm or mm. Videos need even sides.
        dpi: pixels per inch of a page: of a PNG or a clip, and of the map in an SVG or
            a PDF. 300 if not given.
        font: the family of fonts, also for formulas, instead of the theme's own.
        font_size: of the names of axes, in points, or as ``"8pt"``; other type, lines
            and markers in proportion. On a page these are points of the page, and 8 if
            not given; else they are those of a theme.
        fps: frames a second; a format that cannot have this rate has the nearest.
        steps: instead of the experiments' own number.
        theme: instead of the scene's own.
        seconds: of the clip, instead of the scene's own.
        hold_start: seconds on the start, instead of the scene's own.
        hold_end: seconds on the end, instead of the scene's own.
        title: instead of the scene's own; ``""`` for none.
        caption: instead of the scene's own, and of its captions from a step on; ``""``
            for none.
        counter: instead of the scene's own; ``""`` for none.
        transparent: whether the background outside the panels is transparent.
        still: the step that a PNG, SVG or PDF shows; the last one if not given.
        loop: how often a GIF, WebP or APNG plays; 0 is for ever.
        max_size: in bytes, of the formats that can fit a size.
        formats: the options of formats, by their names, such as
            ``{"gif": GifOptions(quality=75)}``; the others have their defaults.

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
        self._check_clock()
        if self.theme is not None:
            theme_named(self.theme)
        if not isinstance(self.transparent, bool):
            raise SceneError(
                f"transparent is {quoted(self.transparent)}; give True or False"
            )
        for name, text in (("title", self.title), ("caption", self.caption)):
            if not isinstance(text, str | None):
                raise SceneError(f"{name} is {quoted(text)}; give a text")
        if self.counter is not None:
            check_counter(self.counter)
        _check_integer("steps", self.steps, 1, "a whole number, 1 or more")
        _check_integer("still", self.still, 0, "the number of a step, 0 or more")
        _check_integer("max_size", self.max_size, 1, "a number of bytes")
        if not is_integer(self.loop, 0, MOST_LOOPS):
            raise SceneError(
                f"loop is {quoted(self.loop)}; give 0 (for ever) to {MOST_LOOPS}"
            )
        self._check_formats()

    def _check_page(self) -> None:
        """Check size and type, and set them to what their texts stand for."""
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
        """The page of paper, if the size is one."""
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
        """Pixels per inch of the page; none if the size is one in pixels."""
        return None if self.page is None else self.dpi or PAGE_DPI

    def with_pixels(self, size: Size, fps: float) -> RenderOptions:
        """Return the options with another number of pixels, and of frames a second."""
        if size == self.pixels:
            return replace(self, fps=fps)
        if self.page is None:
            return replace(self, size=size, fps=fps)
        dpi = size[0] / self.page.inches[0]
        page = PageSize(size[0] / dpi, size[1] / dpi)
        return replace(self, size=page, dpi=dpi, fps=fps)

    def theme_of(self, scene: Scene) -> Theme:
        """Return the theme of a scene, with the type that is asked for."""
        theme = theme_named(scene.theme if self.theme is None else self.theme)
        if self.font is not None:
            theme = replace(theme, font=self.font)
        if self.font_size is None and self.page is None:
            return theme
        points = PAGE_TYPE if self.font_size is None else self.font_size
        inches = None if self.page is None else self.page.inches
        return with_type_size(theme, check_font_size(points), inches)

    @property
    def keeps_type(self) -> bool:
        """Whether type has a size that is asked for, whatever the room for it."""
        return self.font_size is not None

    def _check_clock(self) -> None:
        """Raise `SceneError` if no scene could have this clock."""
        Timeline(
            1,
            self.fps,
            0 if self.hold_start is None else self.hold_start,
            0 if self.hold_end is None else self.hold_end,
            self.seconds,
        )

    def _check_formats(self) -> None:
        if not isinstance(self.formats, Mapping):
            raise SceneError(
                f"formats is {quoted(self.formats)}; give options by the names of "
                "their formats"
            )
        object.__setattr__(self, "formats", dict(self.formats))  # not the caller's
        for name, own in self.formats.items():
            if name not in formats():
                raise _no_format(name)
            kind = formats()[name].options
            if not isinstance(own, kind):
                raise SceneError(
                    f"the options of {name} are {quoted(own)}; "
                    f"give {kind.__name__}(...)"
                )

    @classmethod
    def from_keywords(
        cls,
        keywords: Mapping[str, Any],
        base: RenderOptions | None = None,
        names: Collection[str] | None = None,
    ) -> RenderOptions:
        """Return the options that keywords name.

        Args:
            keywords: fields of this class; an option of one format is spelled with the
                format's name, such as ``gif_quality``.
            base: the options that hold where there is no keyword; the defaults if not
                given.
            names: the keywords that are possible; all if not given.

        Raises:
            SceneError: a value is out of its range, or there is no such option.
        """
        base = cls() if base is None else base
        common = [f.name for f in fields(cls)]
        own = {option.keyword: option for option in format_options()}
        possible = [*common, *own] if names is None else names
        for name in keywords:
            if name not in possible:
                raise _no_option(name, possible)
        changes = {n: value for n, value in keywords.items() if n in common}
        options = replace(base, **changes)
        for name, value in keywords.items():
            if name not in common:
                options = options._with_own(own[name], value)
        return options

    def _with_own(self, option: FormatOption, value: object) -> RenderOptions:
        """Return the options with another value of an option of one format."""
        name = option.format
        before: Any = self.formats.get(name, formats()[name].options())
        changed = replace(before, **{option.field: value})
        return replace(self, formats={**self.formats, name: changed})

    @classmethod
    def from_json(cls, entry: Mapping[str, Any]) -> RenderOptions:
        """Return the options that `to_json` wrote; missing ones have their defaults.

        Raises:
            SceneError: a value is out of its range, or there is no such option.
        """
        values = dict(entry)
        own = values.pop("formats", {})
        theme = values.get("theme")
        if isinstance(theme, Mapping):
            stored: dict[str, Any] = {
                name: tuple(value) if isinstance(value, list) else value
                for name, value in theme.items()
            }
            values["theme"] = Theme(**stored)
        chosen = {}
        for name, options in own.items():
            if name not in formats():
                raise _no_format(name)
            known = {option.field: option for option in formats()[name].own_options()}
            for own_name in options:
                if own_name not in known:
                    raise _no_option(f"{name}_{own_name}", known)
            chosen[name] = formats()[name].options(**options)
        return cls.from_keywords({**values, "formats": chosen})

    def to_json(self) -> dict[str, Any]:
        """Return all options as JSON has them."""
        entry = {f.name: getattr(self, f.name) for f in fields(self)}
        if isinstance(self.theme, Theme):
            entry["theme"] = asdict(self.theme)
        own: dict[str, Any] = dict(self.formats)
        page = self.page
        return {
            **entry,
            "size": str(page) if page is not None else list(self.pixels),
            "formats": {name: asdict(options) for name, options in own.items()},
        }

    def clip(self, format: Format[Any], fps: float | None = None) -> ClipSpec[Any]:
        """Return the properties of a clip of a format, with another rate if given."""
        own = self.formats.get(format.name, format.options())
        rate = self.fps if fps is None else fps
        return ClipSpec(self.pixels, rate, own, self.loop, self.transparent, self.page)

    def apply_to(self, scene: Scene) -> Scene:
        """Return a scene with these times and texts instead of its own.

        Raises:
            SceneError: the scene cannot have them.
        """
        names = ("seconds", "hold_start", "hold_end", "title", "caption", "counter")
        values: dict[str, Any] = {name: getattr(self, name) for name in names}
        changes = {name: value for name, value in values.items() if value is not None}
        if self.caption is not None:
            changes["captions"] = {}
        return replace(scene, **changes) if changes else scene


def format_options() -> list[FormatOption]:
    """Return the options of single formats, in the order of the formats."""
    return [option for format in formats().values() for option in format.own_options()]


def _check_integer(name: str, value: object, low: int, give: str) -> None:
    if value is not None and not is_integer(value, low):
        raise SceneError(f"{name} is {quoted(value)}; give {give}")


def _no_option(name: str, names: Collection[str]) -> SceneError:
    import difflib

    near = difflib.get_close_matches(name, names, 1)
    advice = f"did you mean {near[0]!r}?" if near else f"give one of {', '.join(names)}"
    return SceneError(f"there is no option {quoted(name)}; {advice}")


def _no_format(name: object) -> SceneError:
    return SceneError(
        f"there is no format {quoted(name)}; give one of {', '.join(formats())}"
    )
