"""Scales of colours for losses, and the bar that explains one."""

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
    from matplotlib.image import AxesImage
    from numpy.typing import NDArray

    from animator.drawing.theme import Theme

Scale = Literal["linear", "log"] | float

_DECADES = 16
"""How many powers of ten a logarithmic scale has at most; float64 resolves no more."""


def color_scale(
    losses: Sequence[NDArray[np.float64]], scale: Scale, name: str
) -> Normalize:
    """Return the scale of colours for the finite ones of some losses.

    A logarithmic scale begins at the smallest loss above zero.

    Args:
        losses: arrays of any shapes.
        scale: ``"linear"``, ``"log"``, or the power of the loss above its minimum.
        name: of the problem, for an error.

    Raises:
        SceneError: a loss has no logarithm.
    """
    finite = np.concatenate([values[np.isfinite(values)] for values in losses])
    if not len(finite):
        return Normalize(0, 1)
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


def draw_colorbar(ax: Axes, image: AxesImage, label: str, theme: Theme) -> Drawing:
    """Draw the bar of an image's colours to the right of the axes.

    Where losses are smaller than its scale, its lower end is an arrow. What is returned
    fits its numbers to its height.
    """
    room = ax.inset_axes((1.0, 0.0, 0.03, 1.0))
    room.set_axes_locator(_Beside(ax, theme.tick_size))
    bar = ax.figure.colorbar(
        image,
        cax=room,
        extend="min" if _is_clipped(image) else "neither",
        extendfrac=0.03,
    )
    bar.outline.set_visible(False)
    bar.ax.tick_params(which="both", length=0, labelsize=theme.tick_size)
    bar.set_label(label, size=theme.tick_size)
    bar.minorticks_off()
    return Drawing(fit=lambda: fit_axis(bar.ax, bar.ax.yaxis))


class _Beside:
    """Locates a colour bar: to the right of a map, as high as it is."""

    def __init__(self, ax: Axes, size: float) -> None:
        """Stand beside a map; the gap and the width are multiples of a size."""
        self._ax, self._size = ax, size

    def __call__(self, bar: Any, renderer: RendererBase | None) -> Bbox:
        """Return the bar's place on the figure."""
        figure = self._ax.get_figure(root=True)
        assert figure is not None
        points = self._size * figure.dpi / 72
        box = self._ax.bbox
        place = Bbox.from_bounds(
            box.x1 + 0.6 * points, box.y0, 0.8 * points, box.height
        )
        return place.transformed(figure.transFigure.inverted())


def _is_clipped(image: AxesImage) -> bool:
    """Return whether losses of an image are below the scale of its colours."""
    losses, low = image.get_array(), image.norm.vmin
    return losses is not None and low is not None and bool(np.ma.min(losses) < low)
