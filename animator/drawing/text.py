"""Makes texts fit to be shown: on one line, valid for mathtext, not too wide."""

from __future__ import annotations

import difflib
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


_COMMANDS = (
    "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa "
    "lambda mu nu xi pi rho sigma tau upsilon phi varphi chi psi omega Gamma Delta "
    "Theta Lambda Xi Pi Sigma Phi Psi Omega nabla partial infty frac sqrt sum prod int "
    "cdot times approx leq geq neq rightarrow leftarrow hat bar vec tilde dot mathrm "
    "mathbf mathcal left right log exp sin cos min max quad ell forall in pm"
).split()
"""Those that a misspelled command of a formula may have meant."""


def check_formulas(name: str, text: object) -> None:
    r"""Raise `SceneError` if a text has a formula that mathtext does not know.

    Dollar signs without a backslash between them are prose.
    """
    if not isinstance(text, str) or not cbook.is_math_text(text):
        return
    if not re.search(r"\$[^$]*\\[a-zA-Z][^$]*\$", text):
        return
    try:
        MathTextParser("path").parse(text)
    except (ValueError, RecursionError) as error:
        unknown = re.search(r"Unknown symbol: \\([a-zA-Z]+)", str(error))
        what, close = "its formula", []
        if unknown:
            what = rf"\{unknown[1]}"
            close = difflib.get_close_matches(unknown[1], _COMMANDS, n=1)
        advice = rf"did you mean \{close[0]}?" if close else "correct it"
        raise SceneError(
            rf"{name} is {quoted(text)}, but matplotlib does not know {what}; {advice} "
            r"(a plain dollar sign is written \$)"
        ) from None


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
