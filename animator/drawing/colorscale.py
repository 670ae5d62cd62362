"""Scales of colours for losses, and the bar that explains one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from matplotlib.colors import LogNorm, Normalize, PowerNorm
from matplotlib.ticker import LogLocator, MaxNLocator

from animator.base.errors import SceneError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
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


def draw_colorbar(ax: Axes, image: ScalarMappable, label: str, theme: Theme) -> Axes:
    """Draw the bar of an image's colours to the right of the axes, and return it.

    Where losses are beyond its scale, that end is an arrow.
    """
    # The bar is as high as the map, and its width is a 24th of that. `fraction` is the
    # share of the panel's room that this takes, and a little more.
    spec, box = ax.get_subplotspec(), ax.figure.bbox
    rows, columns = spec.get_gridspec().get_geometry() if spec else (1, 1)
    wide, high = (len(spec.colspan), len(spec.rowspan)) if spec else (1, 1)
    shape = (box.height * high / rows) / (box.width * wide / columns)
    bar = ax.figure.colorbar(
        image,
        ax=ax,
        pad=0.015,
        aspect=24,
        fraction=max(0.03, 1.4 * shape / 24),
        extend=_clipped_ends(image),
        extendfrac=0.03,
    )
    bar.outline.set_visible(False)
    if isinstance(image.norm, LogNorm):
        bar.ax.yaxis.set_major_locator(LogLocator(numticks=6))
        bar.ax.yaxis.set_minor_locator(LogLocator(subs=(2, 5), numticks=6))
    else:
        bar.ax.yaxis.set_major_locator(MaxNLocator("auto", steps=[1, 2, 2.5, 5, 10]))
    bar.ax.tick_params(which="both", length=0, labelsize=theme.tick_size)
    bar.set_label(label, size=theme.tick_size)
    return bar.ax


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
