"""Breaks texts into lines that fit a width."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from animator.drawing.text import Label, fit_part, split_units, text_width

if TYPE_CHECKING:
    from collections.abc import Sequence


_UNSPACED = re.compile("[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]")
"""Characters of scripts without spaces between words."""


def wrap_text(text: Label, room: float, *, lines: int = 2, gap: str = "") -> int:
    """Break a text into lines of a width in points; return the number of lines.

    Lines end between words, or, if `gap` is given, only at that separator. If the last
    line is too long, it is made smaller or shortened, as in `fit_text`.
    """
    text.set_fontsize(text.full_size)
    broken: list[str] = []
    words = _split_text(text.full)
    if gap:
        words = [part + gap for part in text.full.split(gap)]
    while words and len(broken) < lines - 1:
        count = _count_fitting(text, words, room)
        if count == 1 and not gap and _is_wider(text, words[0].strip(), room):
            words = [*split_units(words[0]), *words[1:]]  # break long words, too
            count = _count_fitting(text, words, room)
        broken.append("".join(words[:count]).strip())
        words = words[count:]
    if words:
        fit_part(text, "".join(words).strip(), room)
        broken.append(text.get_text())
    text.set_text("\n".join(broken))
    return max(len(broken), 1)


def _is_wider(text: Label, shown: str, room: float) -> bool:
    """Return whether a text would be wider than the available width, in points."""
    text.set_text(shown)
    return text_width(text) > room


def _count_fitting(text: Label, words: Sequence[str], room: float) -> int:
    """Return the number of words that fit into a line, at least one."""
    low, high = 1, len(words)
    while low < high:
        middle = (low + high + 1) // 2
        shown = "".join(words[:middle]).strip()
        low, high = (
            (low, middle - 1) if _is_wider(text, shown, room) else (middle, high)
        )
    return low


def _split_text(text: str) -> list[str]:
    """Split a text where a line may end; pieces include their spaces."""
    words = [""]
    for unit in split_units(text):
        if _UNSPACED.match(unit) or (words[-1] and _UNSPACED.match(words[-1][-1])):
            words.append(unit)
        else:
            words[-1] += unit
            if unit == " ":
                words.append("")
    return [word for word in words if word]
