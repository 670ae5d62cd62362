"""The layout of a page for narrow screens: the same scene, upright, in legible type."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from animator.base.errors import RenderWarning
from animator.rendering.layout import NoRoomError

if TYPE_CHECKING:
    from collections.abc import Callable

    from animator.base.geometry import Size
    from animator.drawing.theme import Theme
    from animator.encoders.format import ClipSpec
    from animator.encoders.formats.html import HtmlOptions
    from animator.scenes.stage import Stage

WIDTH = 360
"""Pixels across a phone, or a little less: type is enlarged with the rest."""
_NARROW = 560
"""Clips up to so many pixels wide are made for narrow screens themselves."""
_HEAD, _PANEL, _MOST = 230, 145, 655
"""Pixels: of title and key, for each panel, and those of a phone above its controls."""


def narrow_size(clip: ClipSpec[HtmlOptions], panels: int) -> Size | None:
    """Return the size of a page's second layout; None if it needs none."""
    wide = clip.size[0]
    if not clip.options.narrow or clip.page is not None or wide <= _NARROW:
        return None
    return WIDTH, min(_HEAD + _PANEL * panels, _MOST)


def narrow_stages(
    stage_of: Callable[[Theme | None], Stage], themes: Sequence[Theme | None]
) -> Iterator[Stage]:
    """Yield the stages of a page's second layout; none if panels have no room in it.

    What does not fit there is no fault of the scene: nothing is warned of.
    """
    for theme in themes:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", RenderWarning)
                stage = stage_of(theme)
        except NoRoomError:
            return
        yield stage
