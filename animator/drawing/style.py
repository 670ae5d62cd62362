"""Sets matplotlib up for a theme, independent of the user's own settings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import matplotlib as mpl

from animator.drawing.fonts import PLAIN, missing_glyphs_ignored
from animator.drawing.theme import Theme


@contextmanager
def style(theme: Theme, fonts: Sequence[str] = ()) -> Iterator[None]:
    """Draw in a theme's style, independent of the user's own matplotlib settings.

    Args:
        theme: colours and sizes.
        fonts: families, in the order in which they are searched for a character.
    """
    with mpl.rc_context(), missing_glyphs_ignored():
        mpl.rcdefaults()
        mpl.rcParams.update(
            {
                "font.family": list(fonts) or [theme.font, PLAIN],
                "figure.facecolor": theme.background,
                "axes.facecolor": theme.background,
                "axes.edgecolor": theme.frame,
                "axes.labelcolor": theme.muted,
                "axes.labelsize": theme.label_size,
                "axes.titlecolor": theme.text,
                "axes.titlesize": theme.panel_size,
                "axes.spines.top": False,
                "axes.spines.right": False,
                "text.color": theme.text,
                "xtick.color": theme.frame,
                "ytick.color": theme.frame,
                "xtick.labelcolor": theme.muted,
                "ytick.labelcolor": theme.muted,
                "xtick.labelsize": theme.tick_size,
                "ytick.labelsize": theme.tick_size,
            }
        )
        yield
