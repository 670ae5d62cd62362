"""Colour maps of loss maps: the theme's, or any of matplotlib's."""

from __future__ import annotations

from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from matplotlib import colormaps
from matplotlib.colors import Colormap, ListedColormap

from animator.base.checks import quoted
from animator.base.errors import SceneError

if TYPE_CHECKING:
    from animator.drawing.theme import Theme

_COLORS = 256
"""The number of colours of a colour map."""


def color_map(
    theme: Theme, cmap: str | None = None, *, of_lines: bool = False
) -> Colormap:
    """Return a colour map, from the minimum to the maximum.

    Args:
        theme: the theme, whose colour map is the default.
        cmap: the name of a matplotlib colour map.
        of_lines: whether the map colours lines on the background.

    Raises:
        SceneError: the colour map does not exist.
    """
    if cmap is not None:
        return colormaps[cmap]
    first, last = theme.line_range if of_lines else theme.map_range
    return _part(theme.map, first, last)


def check_cmap(caller: str, cmap: object) -> None:
    """Raise `SceneError` unless `cmap` is None or the name of a matplotlib map."""
    if cmap is not None and (not isinstance(cmap, str) or cmap not in colormaps):
        raise SceneError(
            f"{caller}: cmap is {quoted(cmap)}, which matplotlib does not have; "
            "give one such as 'terrain' or 'viridis', or None for the theme's"
        )


@lru_cache(maxsize=64)
def _part(name: str, first: float, last: float) -> Colormap:
    """Return the part of a colour map from `first` to `last`, each 0 to 1."""
    shares = np.linspace(first, last, _COLORS)
    path = _packaged(name)
    if path is None:
        if name not in colormaps:
            raise SceneError(
                f"theme: there is no map {quoted(name)}; give one of cmcrameri's or of "
                "matplotlib's, such as 'oslo'"
            )
        return ListedColormap(colormaps[name](shares), name=name)
    table = np.loadtxt(path)  # (256, 3)
    places = np.linspace(0, 1, len(table))
    colors = [np.interp(shares, places, channel) for channel in table.T]
    return ListedColormap(np.column_stack(colors), name=name)


def _packaged(name: str) -> Path | None:
    """Return the file of a colour map of the package cmcrameri.

    The package is not imported, because it imports pyplot. Source of the maps: F.
    Crameri, Scientific colour maps, 2018.
    """
    spec = find_spec("cmcrameri")
    folders = (spec.submodule_search_locations if spec else None) or []
    for folder in folders:
        path = Path(folder) / "cmaps" / f"{name}.txt"
        if name.isalnum() and path.is_file():
            return path
    return None
