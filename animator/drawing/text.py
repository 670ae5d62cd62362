"""Texts as they can be shown: on a line, legible to mathtext, cut to their room."""

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
    """Return a text on one line; dollar signs that make no formula are just that.

    Control characters are spaces; what is no character, such as half a surrogate pair,
    is shown as such.
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
    """Make a text's type smaller, down to 60 %, and then cut it, to suit some room."""
    wanted = text_width(text)
    if wanted <= room:
        return
    text.set_fontsize(float(text.get_fontsize()) * max(room / wanted, 0.6))
    said = text.get_text()
    while said and (wide := text_width(text)) > room:
        said = said[: min(len(said) - 1, int(len(said) * room / wide))].rstrip()
        text.set_text(sanitize(said + "…"))
