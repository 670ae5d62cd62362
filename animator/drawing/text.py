"""Prepares texts for display: escapes, shrinks and shortens them."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from matplotlib.mathtext import MathTextParser
from matplotlib.text import Text

from animator.base.checks import quoted
from animator.base.errors import SceneError
from animator.drawing.math_fallback import with_fallback_fonts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure
    from matplotlib.transforms import Bbox

_FORMULA = re.compile(r"(?<!\\)\$(?=\S)(?:\\.|[^$\\])+?(?<=\S)\$(?!\d)")
"""Formulas as in Pandoc: ``$5 and $6`` are prices, ``$x$`` is a formula."""
ELLIPSIS = "…"


@lru_cache(maxsize=1024)
def sanitize(text: str) -> str:
    """Return a text as one line, with dollar signs outside formulas escaped.

    Control characters become spaces; invalid ones become the replacement character.
    """
    if not isinstance(text, str):
        raise SceneError(f"{quoted(text)} is not a text; give a title, label or name")
    text = re.sub(r"[\x00-\x20\x7f-\x9f]+", " ", text)
    text = re.sub(r"[\ud800-\udfff\ufffe\uffff]", "\N{REPLACEMENT CHARACTER}", text)
    return "".join(split_units(text))


def split_units(text: str) -> list[str]:
    """Split a text into characters and formulas; each formula is one unit."""
    units: list[str] = []
    end = 0
    for found in _FORMULA.finditer(text):
        if _is_valid(found.group()):
            units += [*_plain_units(text[end : found.start()]), found.group()]
            end = found.end()
    return units + _plain_units(text[end:])


def _plain_units(text: str) -> list[str]:
    """Split a text without formulas into characters, with dollar signs escaped."""
    return [
        r"\$" if unit == "$" else unit
        for unit in re.findall(r"\\\$|.", text, flags=re.DOTALL)
    ]


@lru_cache(maxsize=1024)
def _is_valid(formula: str) -> bool:
    """Return whether mathtext can draw a formula."""
    try:
        MathTextParser("path").parse(formula)
    except (ValueError, RecursionError):
        return False
    return True


def has_formula(text: str) -> bool:
    """Return whether a sanitized text has a formula."""
    return any(len(unit) > 2 for unit in split_units(text))


def text_width(text: Text) -> float:
    """Return the width of a text, in points."""
    return _extent(text)[0]


def text_height(text: Text) -> float:
    """Return the height of a text, in points."""
    return _extent(text)[1]


def text_rise(text: Text) -> tuple[float, float]:
    """Return the ascent and the descent of a text, in points."""
    figure = text.get_figure(root=True)
    assert figure is not None
    box = _box(text)
    _, y = text.get_transform().transform(text.get_unitless_position())
    scale = 72 / figure.dpi
    return float(box.y1 - y) * scale, float(y - box.y0) * scale


def _extent(text: Text) -> tuple[float, float]:
    figure = text.get_figure(root=True)
    assert figure is not None
    box = _box(text)
    return box.width * 72 / figure.dpi, box.height * 72 / figure.dpi


def _box(text: Text) -> Bbox:
    """Return the box of a text in pixels; one that is hidden now needs room, too."""
    if text.get_visible():
        return text.get_window_extent()
    text.set_visible(True)
    box = text.get_window_extent()
    text.set_visible(False)
    return box


class Label(Text):
    """A text that is fitted to its available width: in full, smaller, or shortened.

    Attributes:
        full: the full text.
        full_size: the font size of the full text, in points.
        omission: a description of omitted content, for a warning; empty if none.
        advice: what helps against the omission, for this warning.
        fallback_fonts: the fallback fonts for texts with formulas.
    """

    def __init__(self, text: str, **properties: Any) -> None:
        """Create a text; sanitize it, and store its full form and size."""
        properties = {"va": "baseline", **properties}
        super().__init__(0, 0, sanitize(text), **properties)
        self.full = self.get_text()
        self.full_size = float(self.get_fontsize())
        self.omission, self.advice = "", "fewer settings"
        self.set_in_layout(False)

    @property
    def is_cut(self) -> bool:
        """Whether the text is shortened."""
        return ELLIPSIS in self.get_text() and ELLIPSIS not in self.full

    fallback_fonts: Sequence[str] = ()

    def set_text(self, s: Any) -> None:
        """Set the text; beside formulas, missing characters use fallback fonts."""
        if self.fallback_fonts:
            s = with_fallback_fonts(s, self.fallback_fonts, is_bold=is_bold(self))
        super().set_text(s)

    def place(self, x: float, y: float) -> None:
        """Set the position of the baseline in points, from the figure's lower left."""
        figure = self.get_figure(root=True)
        assert figure is not None
        width, height = figure.get_size_inches() * 72
        self.set_transform(figure.transFigure)
        self.set_position((x / width, y / height))


def set_fallback_fonts(figure: Figure, others: Sequence[str]) -> None:
    """Set the fallback fonts of all texts of a figure, including later texts."""
    texts: list[Any] = figure.findobj(Text) if others else []
    for text in texts:
        if isinstance(text, Label):
            text.fallback_fonts = tuple(others)
        shown = with_fallback_fonts(text.get_text(), others, is_bold=is_bold(text))
        text.set_text(shown)


def is_bold(text: Text) -> bool:
    """Return whether a text is written in bold type."""
    return text.get_fontweight() in ("bold", "semibold")


def fit_text(text: Label, room: float, *, apart: Sequence[str] = ()) -> None:
    """Fit a text to a width: show it in full, down to 80 % of its size, or shortened.

    Args:
        text: the text to fit.
        room: the available width, in points.
        apart: texts from which the shortened text must stay distinguishable.
    """
    fit_part(text, text.full, room, apart)


def fit_part(text: Label, full: str, room: float, apart: Sequence[str] = ()) -> None:
    """Fit a part of a text to a width, as `fit_text` fits all of it."""
    text.set_text(full)
    text.set_fontsize(text.full_size)
    wanted = text_width(text)
    if wanted <= room:
        return
    text.set_fontsize(text.full_size * max(room / wanted, 0.8))
    if text_width(text) <= room:
        return
    units = split_units(full)
    others = [split_units(sanitize(other)) for other in apart if other != full]
    low, high = 0, len(units) - 1  # the number of units to keep
    while low < high:
        kept = (low + high + 1) // 2
        text.set_text(cut_units(units, kept, others))
        low, high = (kept, high) if text_width(text) <= room else (low, kept - 1)
    text.set_text(cut_units(units, low, others))


def cut_units(
    units: Sequence[str], kept: int, others: Sequence[Sequence[str]] = ()
) -> str:
    """Shorten a text to some units, with an ellipsis in place of the rest.

    The result shows where the text differs from others. The ellipsis is in the middle,
    before or after the first difference, or on both sides of it.

    Args:
        units: the units of the text.
        kept: the number of units to keep.
        others: the units of other texts.
    """
    if kept <= 0:
        return ELLIPSIS
    ahead = max((_common_prefix(other, units) for other in others), default=0)
    behind = max(
        (_common_prefix(other[::-1], units[::-1]) for other in others), default=0
    )
    half = (kept + 1) // 2
    if ahead < half or behind < kept - half:
        pieces = [units[:half], units[len(units) - (kept - half) :]]
    elif ahead < kept - 1:
        pieces = [units[: ahead + 1], units[len(units) - (kept - ahead - 1) :]]
    elif behind < kept - 1:
        pieces = [units[: kept - behind - 1], units[len(units) - behind - 1 :]]
    else:
        first = kept // 3
        pieces = [units[:first], units[ahead : ahead + kept - first], []]
    joined = ["".join(piece) for piece in pieces]
    return ELLIPSIS.join(
        [
            joined[0].rstrip(),
            *(piece.strip() for piece in joined[1:-1]),
            joined[-1].lstrip(),
        ]
    )


def _common_prefix(ones: Sequence[str], others: Sequence[str]) -> int:
    """Return the length of the common prefix of two texts, in units."""
    same = [one == other for one, other in zip(ones, others, strict=False)]
    return same.index(False) if False in same else len(same)
