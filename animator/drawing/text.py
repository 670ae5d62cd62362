"""Makes texts fit to be shown: on one line, valid for mathtext, not too wide."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from matplotlib import cbook
from matplotlib.mathtext import MathTextParser

from animator.base.checks import quoted
from animator.base.errors import SceneError

if TYPE_CHECKING:
    from matplotlib.text import Text


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
    if cbook.is_math_text(text):
        try:
            MathTextParser("path").parse(text)
        except (ValueError, RecursionError):
            text = text.replace("$", r"\$")
    return text


def text_width(text: Text) -> float:
    """Return how wide a text is, in points."""
    figure = text.get_figure(root=True)
    assert figure is not None
    return text.get_window_extent().width * 72 / figure.dpi


def fit_text(text: Text, room: float) -> None:
    """Shrink a text, to 60 % at least, then cut it, until it fits a width in points."""
    wanted = text_width(text)
    if wanted <= room:
        return
    text.set_fontsize(float(text.get_fontsize()) * max(room / wanted, 0.6))
    kept = text.get_text()
    while kept and (width := text_width(text)) > room:
        kept = kept[: min(len(kept) - 1, int(len(kept) * room / width))].rstrip()
        text.set_text(sanitize(kept + "…"))
