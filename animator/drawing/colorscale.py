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
    from matplotlib.cm import ScalarMappable
    from numpy.typing import NDArray

    from animator.drawing.theme import Theme

Scale = Literal["linear", "log"] | float

_DECADES = 16
"""How many powers of ten a logarithmic scale has at most; float64 resolves no more."""


def color_scale(
    losses: Sequence[NDArray[np.float64]],
    scale: Scale,
    name: str,
    clip: tuple[float, float] | None = None,
) -> Normalize:
    """Return the scale of colours for the finite ones of some losses.

    A logarithmic scale begins at the smallest loss above zero.

    Args:
        losses: arrays of any shapes.
        scale: ``"linear"``, ``"log"``, or the power of the loss above its minimum.
        name: of the problem, for an error.
        clip: the losses at which the scale ends at the latest.

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
    """Draw the bar of an image's colours to the right of the axes.

    Where losses are beyond its scale, that end is an arrow.

    Returns:
        The bar's axes, and what fits its numbers to its height.
    """
    room = ax.inset_axes((1.0, 0.0, 0.03, 1.0), label="<colorbar>")
    room.set_axes_locator(_Beside(ax, theme.tick_size))
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


def _clipped_ends(
    image: ScalarMappable,
) -> Literal["neither", "min", "max", "both"]:
    """Return at which ends losses of an image are beyond the scale of its colours."""
    losses, low, high = image.get_array(), image.norm.vmin, image.norm.vmax
    if losses is None or low is None or high is None or not np.ma.count(losses):
        return "neither"
    is_below = bool(np.ma.min(losses) < low)
    is_above = bool(np.ma.max(losses) > high)
    if is_below and is_above:
        return "both"
    return "min" if is_below else "max" if is_above else "neither"
