"""Colour scales for losses, and their colour bars."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from matplotlib.colors import LogNorm, Normalize, PowerNorm
from matplotlib.transforms import Bbox

from animator.base.errors import SceneError
from animator.drawing.drawing import Drawing
from animator.drawing.ticks import fit_axis

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.backend_bases import RendererBase
    from matplotlib.cm import ScalarMappable
    from numpy.typing import NDArray

    from animator.drawing.theme import Theme

Scale = Literal["linear", "log"] | float

_DECADES = 16
"""The most decades of a logarithmic scale; float64 resolves no more."""


def color_scale(
    losses: Sequence[NDArray[np.float64]],
    scale: Scale,
    name: str,
    clip: tuple[float, float] | None = None,
) -> Normalize:
    """Return the colour scale for the finite values of some losses.

    A logarithmic scale begins at the smallest loss above zero.

    Args:
        losses: arrays of any shapes.
        scale: ``"linear"``, ``"log"``, or an exponent; the scale then follows that
            power of the loss above its minimum.
        name: the name of the problem, for error messages.
        clip: the limits that the scale must not exceed.

    Raises:
        SceneError: a loss has no logarithm.
    """
    finite = np.concatenate([values[np.isfinite(values)] for values in losses])
    if not len(finite):
        return Normalize(0, 1)
    if clip is not None:
        finite = np.clip(finite, *clip)
    low, high = float(finite.min()), float(finite.max())
    if low == high:
        return Normalize(low, low + 1)
    if scale == "linear":
        return Normalize(low, high)
    if scale != "log":
        return PowerNorm(scale, low, high)
    if low < 0:
        raise SceneError(
            f"Heatmap: the loss of {name!r} reaches {low:g}, which has no logarithm; "
            "give scale='linear' or a power"
        )
    smallest = float(finite[finite > 0].min())
    return LogNorm(max(smallest, high / 10**_DECADES), high, clip=True)


def draw_colorbar(
    ax: Axes, image: ScalarMappable, label: str, theme: Theme
) -> tuple[Axes, Drawing]:
    """Draw the colour bar of an image to the right of the axes.

    If losses lie beyond the scale, that end of the bar is an arrow.

    Returns:
        The axes of the bar, and a function that fits its ticks to its height.
    """
    room = ax.inset_axes((1.0, 0.0, 0.03, 1.0), label="<colorbar>")
    room.set_axes_locator(_ColorbarLocator(ax, theme.tick_size))
    bar = ax.figure.colorbar(
        image,
        cax=room,
        extend=_clipped_ends(image),
        extendfrac=0.03,
    )
    bar.outline.set_visible(False)
    bar.ax.tick_params(which="both", length=0, labelsize=theme.tick_size)
    bar.set_label(label, size=theme.tick_size)
    bar.minorticks_off()
    return bar.ax, Drawing(fit=lambda: fit_axis(bar.ax, bar.ax.yaxis))


class _ColorbarLocator:
    """Locates a colour bar to the right of a map, at the height of the map."""

    def __init__(self, ax: Axes, size: float) -> None:
        """Locate the bar beside a map; gap and width are multiples of `size`."""
        self._ax, self._size = ax, size

    def __call__(self, bar: Any, renderer: RendererBase | None) -> Bbox:
        """Return the position of the bar on the figure."""
        figure = self._ax.get_figure(root=True)
        assert figure is not None
        points = self._size * figure.dpi / 72
        box = self._ax.bbox
        place = Bbox.from_bounds(
            box.x1 + 0.5 * points, box.y0, 0.65 * points, box.height
        )
        return place.transformed(figure.transFigure.inverted())


def _clipped_ends(
    image: ScalarMappable,
) -> Literal["neither", "min", "max", "both"]:
    """Return the ends of the colour scale beyond which an image has losses."""
    losses, low, high = image.get_array(), image.norm.vmin, image.norm.vmax
    if losses is None or low is None or high is None or not np.ma.count(losses):
        return "neither"
    is_below = bool(np.ma.min(losses) < low)
    is_above = bool(np.ma.max(losses) > high)
    if is_below and is_above:
        return "both"
    return "min" if is_below else "max" if is_above else "neither"
