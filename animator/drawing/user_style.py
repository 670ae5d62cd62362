"""Makes themes from matplotlib styles and style files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from matplotlib import style
from matplotlib.colors import to_hex

from animator.base.checks import quoted
from animator.base.errors import SceneError
from animator.drawing.fonts import is_installed

if TYPE_CHECKING:
    from animator.drawing.theme import Theme


def with_style(theme: Theme, name: str) -> Theme:
    """Return a theme with the colours, font and colour map of a style.

    Args:
        theme: the theme that provides the sizes.
        name: the name of a matplotlib style, or the path of a style file.

    Raises:
        SceneError: the style does not exist, or has no line colours.
    """
    settings = _settings(name)
    background = _hex(settings["axes.facecolor"], "#ffffff")
    text = _hex(settings["text.color"], "#000000")
    colors = settings["axes.prop_cycle"].by_key().get("color", [])
    trails = tuple(dict.fromkeys(_hex(color, text) for color in colors))
    if not trails:
        raise SceneError(f"style {quoted(name)} has no colours; set axes.prop_cycle")
    families = settings["font.family"]
    families = settings.get(f"font.{families[0]}") or families
    font = next((name for name in families if is_installed(name)), families[0])
    return replace(
        theme,
        name=Path(name).stem,
        background=background,
        text=text,
        muted=_hex(settings["axes.labelcolor"], text),
        frame=_hex(settings["axes.edgecolor"], text),
        trails=trails,
        casing=background,
        shade=background + "b0",
        sign=text,
        contour=text + "33",
        map=settings["image.cmap"],
        map_range=(0.0, 1.0),
        line_range=(0.0, 1.0),
        font=font,
    )


def _settings(name: str) -> dict[str, Any]:
    """Return all rcParams of a style, based on matplotlib's defaults."""
    with mpl.rc_context():
        mpl.rcdefaults()
        try:
            style.use(name)
        except (OSError, TypeError, ValueError) as error:
            raise SceneError(
                f"there is no style {quoted(name)}; give one of "
                "matplotlib.style.available, or the path of a style file"
            ) from error
        return {str(key): value for key, value in mpl.rcParams.items()}


def _hex(color: Any, inherited: str) -> str:
    """Return a colour as ``"#rrggbb"``; "auto" and "inherit" give the inherited one."""
    if isinstance(color, str) and color in ("auto", "inherit", "none"):
        return inherited
    return to_hex(color)
