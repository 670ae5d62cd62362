"""Converts loss maps to data: the grid, the colours, and the losses between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.image import AxesImage

from animator.panels import Heatmap, Vectors

if TYPE_CHECKING:
    from matplotlib.colors import Colormap, Normalize
    from numpy.typing import NDArray

    from animator.player.store import Store
    from animator.scenes.stage import PlacedPanel, Stage

_ENOUGH = 101
"""The number of stored points along each side of a finer map."""
_PROBES = 65
"""The number of losses whose colours distinguish one scale from another."""
_HALVINGS = 80
"""Bisections until the loss at which a colour changes is exact in float64."""


@dataclass(frozen=True, slots=True)
class PanelMap:
    """The map of a panel, and the image that the page paints; None for lines."""

    item: dict[str, Any]
    image: AxesImage | None


def panel_map(
    stage: Stage, panel: PlacedPanel, name: str, store: Store, *, full: bool
) -> PanelMap | None:
    """Return the loss map of a panel, if it shows one.

    Args:
        stage: the stage.
        panel: the panel.
        name: the id of the image.
        store: the store for the arrays.
        full: whether to store all points of a fine grid; otherwise only every n-th
            point is stored, so that about 101 remain along each side.
    """
    own: Any = panel.panel
    heatmap = own.heatmap if isinstance(own, Vectors) else own
    if not isinstance(heatmap, Heatmap):
        return None
    landscape, norm = heatmap.colored_map(panel.recordings[0], stage.maps)
    every = 1 if full else _thinning(len(landscape.x), len(landscape.y))
    images = [image for image in panel.ax.images if isinstance(image, AxesImage)]
    image = images[0] if heatmap.fill is True and images else None
    item: dict[str, Any] = {
        "loss": store.array(landscape.loss[::every, ::every]),
        "x": store.array(landscape.x[::every]),
        "y": store.array(landscape.y[::every]),
        "image": None,
        "bounds": None,
        "colors": None,
    }
    if image is not None:
        bounds, colors = store.computed_once(
            _key_of(image.cmap, norm), lambda: color_steps(image.cmap, norm)
        )
        item |= {
            "image": name,
            "bounds": store.array(bounds),
            "colors": store.array(colors),
        }
    return PanelMap(item, image)


def _thinning(*points: int) -> int:
    """Return the stride with which points of a grid are stored."""
    fewest = min(points)
    for every in range((fewest - 1) // (_ENOUGH - 1), 1, -1):
        if all((count - 1) % every == 0 for count in points):
            return every
    return 1


def _key_of(cmap: Colormap, norm: Normalize) -> tuple[Any, ...]:
    """Return a key that is equal for equal colours and scales only."""
    assert norm.vmin is not None
    assert norm.vmax is not None
    probes = np.linspace(norm.vmin, norm.vmax, _PROBES)
    shares = np.ma.filled(np.ma.asarray(norm(probes)), np.nan)
    colors = np.asarray(cmap(np.arange(cmap.N), bytes=True))
    return "colors", colors.tobytes(), norm.vmin, norm.vmax, shares.tobytes()


def color_steps(
    cmap: Colormap, norm: Normalize
) -> tuple[NDArray[np.float64], NDArray[np.uint8]]:
    """Return the losses at which a colour changes (N - 1,), and the colours (N, 4).

    Bisection finds them exactly for every scale, so that each loss has the same colour
    as in matplotlib.
    """
    count = cmap.N
    # Losses outside the scale have the colours of its ends.
    colors = cmap(np.arange(count), bytes=True)

    def index(losses: NDArray[np.float64]) -> NDArray[np.int_]:
        shares = np.ma.filled(np.ma.asarray(norm(losses)), np.nan)
        return np.asarray(np.clip(np.floor(shares * count), 0, count - 1).astype(int))

    assert norm.vmin is not None
    assert norm.vmax is not None
    low = np.full(count - 1, float(norm.vmin))
    high = np.full(count - 1, float(norm.vmax))
    wanted = np.arange(1, count)
    for _ in range(_HALVINGS):
        middle = low + (high - low) / 2
        is_reached = index(middle) >= wanted
        low = np.where(is_reached, low, middle)
        high = np.where(is_reached, middle, high)
    return high, np.asarray(colors, np.uint8)
