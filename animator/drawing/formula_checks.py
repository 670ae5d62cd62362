"""Checks the formulas of texts."""

from __future__ import annotations

import difflib
import re

from matplotlib import cbook
from matplotlib.mathtext import MathTextParser

from animator.base.checks import quoted
from animator.base.errors import SceneError
from animator.drawing.fonts import missing_glyphs_ignored

_COMMANDS = (
    "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa "
    "lambda mu nu xi pi rho sigma tau upsilon phi varphi chi psi omega Gamma Delta "
    "Theta Lambda Xi Pi Sigma Phi Psi Omega nabla partial infty frac sqrt sum prod int "
    "cdot times approx leq geq neq rightarrow leftarrow hat bar vec tilde dot mathrm "
    "mathbf mathcal left right log exp sin cos min max quad ell forall in pm"
).split()
"""The commands to suggest for a misspelled command."""


def check_formulas(name: str, text: object) -> None:
    r"""Raise `SceneError` if mathtext cannot parse a formula of a text.

    Text between dollar signs without a backslash counts as prose.
    """
    if not isinstance(text, str) or not cbook.is_math_text(text):
        return
    if not re.search(r"\$[^$]*\\[a-zA-Z][^$]*\$", text):
        return
    try:
        with missing_glyphs_ignored():
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
