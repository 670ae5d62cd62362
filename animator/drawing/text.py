"""Makes texts fit to be shown: valid for mathtext, wrapped, shortened."""

from __future__ import annotations

import re
import warnings
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from matplotlib.mathtext import MathTextParser
from matplotlib.text import Text

from animator.base.checks import quoted
from animator.base.errors import RenderWarning, SceneError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from matplotlib.artist import Artist

_FORMULA = re.compile(r"(?<!\\)\$(?=\S)(?:\\.|[^$\\])+?(?<=\S)\$(?!\d)")
"""As Pandoc has it: ``$5 and $6`` are prices, ``$x$`` is a formula."""
_ELLIPSIS = "…"


@lru_cache(maxsize=1024)
def sanitize(text: str) -> str:
    """Return a text on one line; dollar signs that make no formula are escaped.

    Control characters become spaces, and what is no character, such as half of a
    surrogate pair, becomes the replacement character.
    """
    if not isinstance(text, str):
        raise SceneError(f"{quoted(text)} is no text; give one as title, label or name")
    text = re.sub(r"[\x00-\x20\x7f-\x9f]+", " ", text)
    text = re.sub(r"[\ud800-\udfff\ufffe\uffff]", "\N{REPLACEMENT CHARACTER}", text)
    return "".join(split_units(text))


def split_units(text: str) -> list[str]:
    """Return the characters of a text, each of its formulas as one unit."""
    units: list[str] = []
    end = 0
    for found in _FORMULA.finditer(text):
        if _is_valid(found.group()):
            units += [*_plain_units(text[end : found.start()]), found.group()]
            end = found.end()
    return units + _plain_units(text[end:])


def _plain_units(text: str) -> list[str]:
    """Return the characters of a text without formulas, dollar signs escaped."""
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
    """Return how wide a text is, in points."""
    return _extent(text)[0]


def text_height(text: Text) -> float:
    """Return how high a text is, in points."""
    return _extent(text)[1]


def text_rise(text: Text) -> tuple[float, float]:
    """Return how far a text reaches above and below its baseline, in points."""
    figure = text.get_figure(root=True)
    assert figure is not None
    box = text.get_window_extent()
    _, y = text.get_transform().transform(text.get_unitless_position())
    scale = 72 / figure.dpi
    return float(box.y1 - y) * scale, float(y - box.y0) * scale


def _extent(text: Text) -> tuple[float, float]:
    figure = text.get_figure(root=True)
    assert figure is not None
    box = text.get_window_extent()
    return box.width * 72 / figure.dpi, box.height * 72 / figure.dpi


class Label(Text):
    """A text that is fitted to its room: shown in full, smaller, or cut."""

    def __init__(self, text: str, **properties: Any) -> None:
        """Make a text whose full form and size are remembered; it is sanitized."""
        properties = {"va": "baseline", **properties}
        super().__init__(0, 0, sanitize(text), **properties)
        self.full = self.get_text()
        self.full_size = float(self.get_fontsize())
        self.set_in_layout(False)

    @property
    def is_cut(self) -> bool:
        """Whether less than the full text is shown."""
        return _ELLIPSIS in self.get_text() and _ELLIPSIS not in self.full

    def place(self, x: float, y: float) -> None:
        """Put its baseline at a place in points, from the figure's lower left."""
        figure = self.get_figure(root=True)
        assert figure is not None
        width, height = figure.get_size_inches() * 72
        self.set_transform(figure.transFigure)
        self.set_position((x / width, y / height))


def fit_text(text: Label, room: float, *, apart: Sequence[str] = ()) -> None:
    """Show a text in full, smaller, or cut in the middle, until it fits a width.

    It is at least 80 % as large as it was.

    Args:
        text: what to fit.
        room: in points.
        apart: texts from which it differs; what is left of it still shows where.
    """
    fit_part(text, text.full, room, apart)


def fit_part(text: Label, full: str, room: float, apart: Sequence[str] = ()) -> None:
    """Show a part of a text as `fit_text` shows all of it."""
    text.set_text(full)
    text.set_fontsize(text.full_size)
    wanted = text_width(text)
    if wanted <= room:
        return
    text.set_fontsize(text.full_size * max(room / wanted, 0.8))
    if text_width(text) <= room:
        return
    units = split_units(full)
    middle = _cut_place([split_units(sanitize(other)) for other in apart], units)
    low, high = 0, len(units) - 1  # how many units are kept
    while low < high:
        kept = (low + high + 1) // 2
        text.set_text(_cut(units, kept, middle))
        low, high = (kept, high) if text_width(text) <= room else (low, kept - 1)
    text.set_text(_cut(units, low, middle))


def _cut_place(others: Sequence[Sequence[str]], units: Sequence[str]) -> float:
    """Return which share of the kept units comes first, to keep what differs."""
    if not others:
        return 0.5
    ahead = max(_shared(other, units) for other in others)
    behind = max(_shared(other[::-1], units[::-1]) for other in others)
    if ahead > 2 * behind:
        return 0.35
    return 0.65 if behind > 2 * ahead else 0.5


def _shared(ones: Sequence[str], others: Sequence[str]) -> int:
    """Return with how many of the same units two texts begin."""
    same = [one == other for one, other in zip(ones, others, strict=False)]
    return same.index(False) if False in same else len(same)


def _cut(units: Sequence[str], kept: int, share: float) -> str:
    """Return some units with an ellipsis in the place of those in the middle."""
    if kept <= 0:
        return _ELLIPSIS
    first = max(1, round(kept * share)) if kept > 1 else 1
    last = kept - first
    start = "".join(units[:first]).rstrip()
    return start + _ELLIPSIS + ("".join(units[-last:]).lstrip() if last else "")


def warn_cut(texts: Iterable[Artist]) -> None:
    """Warn about texts that had to be cut.

    Warns:
        RenderWarning: some texts are not shown in full.
    """
    cut = [text.full for text in texts if isinstance(text, Label) and text.is_cut]
    distinct = list(dict.fromkeys(cut))
    if distinct:
        others = len(distinct) - 1
        more = f" and {others} other text{'s' * (others > 1)}" if others else ""
        warnings.warn(
            f"{quoted(distinct[0])}{more} had to be cut; give a shorter text, fewer "
            "panels, or a larger size",
            RenderWarning,
            stacklevel=4,
        )
