"""Warns about texts that are not shown in full."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

from animator.base.checks import quoted
from animator.base.errors import RenderWarning
from animator.drawing.text import Label

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matplotlib.artist import Artist


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
    for label in labels:
        if label.omission:
            _warn_short(label.omission, label.advice)


def _warn_short(what: str, advice: str) -> None:
    warnings.warn(
        f"{what}; give {advice}, fewer panels, or a larger size",
        RenderWarning,
        stacklevel=5,
    )
