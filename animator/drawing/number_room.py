"""Measures the width of losses before and after the decimal point."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.text import Text

from animator.drawing.text import text_width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

    from animator.drawing.legend_entries import LegendEntry


def number_room(
    figure: Figure, entries: Sequence[LegendEntry], size: float
) -> tuple[float, float]:
    """Return the widths before and after the decimal point, in font sizes.

    A word, such as "diverged", is written to the right of the position of the point.
    """
    texts = {text for entry in entries for text in entry.widest_texts()}
    probe = Text(0, 0, "", size=size, figure=figure)
    before = after = 0.0
    for text in {text.translate(_SAME_WIDTH) for text in texts}:
        is_word = text.startswith("d")
        integer = "" if is_word else text.split(".")[0].split("e")[0]
        for part in (integer, text[len(integer) :]):
            probe.set_text(part)
            width = text_width(probe) / size if part else 0.0
            if part is integer:
                before = max(before, width)
            else:
                after = max(after, width)
    # Readouts place each character at integer pixels.
    return 1.05 * before + 0.05, 1.05 * after + 0.05


_SAME_WIDTH = str.maketrans("123456789", "0" * 9)
