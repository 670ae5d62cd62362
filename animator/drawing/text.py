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
from animator.drawing.foreign import set_foreign

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from matplotlib.artist import Artist
    from matplotlib.figure import Figure

_FORMULA = re.compile(r"(?<!\\)\$(?=\S)(?:\\.|[^$\\])+?(?<=\S)\$(?!\d)")
"""As Pandoc has it: ``$5 and $6`` are prices, ``$x$`` is a formula."""
ELLIPSIS = "…"


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
    """A text that is fitted to its room: shown in full, smaller, or cut.

    Attributes:
        full: the text as it is shown if it has enough room.
        full_size: its size then, in points.
        omission: what is left out beside it, such as settings of a legend, to be said
            by a warning; empty if nothing is.
    """

    def __init__(self, text: str, **properties: Any) -> None:
        """Make a text whose full form and size are remembered; it is sanitized."""
        properties = {"va": "baseline", **properties}
        super().__init__(0, 0, sanitize(text), **properties)
        self.full = self.get_text()
        self.full_size = float(self.get_fontsize())
        self.omission = ""
        self.set_in_layout(False)

    @property
    def is_cut(self) -> bool:
        """Whether less than the full text is shown."""
        return ELLIPSIS in self.get_text() and ELLIPSIS not in self.full

    foreign: Sequence[str] = ()
    """Families that have characters which the font of formulas lacks."""

    def set_text(self, s: Any) -> None:
        """Set the text; foreign characters beside formulas are set in their fonts."""
        super().set_text(set_foreign(s, self.foreign) if self.foreign else s)

    def place(self, x: float, y: float) -> None:
        """Put its baseline at a place in points, from the figure's lower left."""
        figure = self.get_figure(root=True)
        assert figure is not None
        width, height = figure.get_size_inches() * 72
        self.set_transform(figure.transFigure)
        self.set_position((x / width, y / height))


def set_all_foreign(figure: Figure, others: Sequence[str]) -> None:
    """Set the foreign characters of all texts of a figure, also those to come."""
    texts: list[Any] = figure.findobj(Text) if others else []
    for text in texts:
        if isinstance(text, Label):
            text.foreign = tuple(others)
        text.set_text(set_foreign(text.get_text(), others))


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
    others = [split_units(sanitize(other)) for other in apart if other != full]
    low, high = 0, len(units) - 1  # how many units are kept
    while low < high:
        kept = (low + high + 1) // 2
        text.set_text(cut_units(units, kept, others))
        low, high = (kept, high) if text_width(text) <= room else (low, kept - 1)
    text.set_text(cut_units(units, low, others))


def cut_units(
    units: Sequence[str], kept: int, others: Sequence[Sequence[str]] = ()
) -> str:
    """Return some units of a text, with an ellipsis in the place of the rest.

    What is left shows where the text differs from others: it is cut in the middle, or
    before or behind the first difference, or on both sides of it.

    Args:
        units: of the text.
        kept: how many of them are left.
        others: the units of the other texts.
    """
    if kept <= 0:
        return ELLIPSIS
    ahead = max((_shared(other, units) for other in others), default=0)
    behind = max((_shared(other[::-1], units[::-1]) for other in others), default=0)
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


def _shared(ones: Sequence[str], others: Sequence[str]) -> int:
    """Return with how many of the same units two texts begin."""
    same = [one == other for one, other in zip(ones, others, strict=False)]
    return same.index(False) if False in same else len(same)


def warn_cut(texts: Iterable[Artist]) -> None:
    """Warn about texts that had to be cut, and about what was left out.

    Warns:
        RenderWarning: some texts are not shown in full, or not at all.
    """
    labels = [text for text in texts if isinstance(text, Label)]
    cut = list(dict.fromkeys(label.full for label in labels if label.is_cut))
    if cut:
        others = len(cut) - 1
        more = f" and {others} other text{'s' * (others > 1)}" if others else ""
        _warn_short(f"{quoted(cut[0])}{more} had to be cut", "a shorter text")
    for omission in dict.fromkeys(label.omission for label in labels):
        if omission:
            _warn_short(omission, "fewer settings")


def _warn_short(what: str, advice: str) -> None:
    warnings.warn(
        f"{what}; give {advice}, fewer panels, or a larger size",
        RenderWarning,
        stacklevel=5,
    )
