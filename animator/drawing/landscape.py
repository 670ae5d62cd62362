"""Maps losses and paths to a landscape, which extends from -1 to 1."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from animator.drawing.camera import FLOOR
from animator.drawing.draped import drape
from animator.drawing.relief import Relief
from animator.drawing.setting_runs import line_weight
from animator.drawing.surface_paths import SurfacePath

if TYPE_CHECKING:
    from matplotlib.colors import Normalize

    from animator.drawing.camera import Points
    from animator.drawing.theme import Theme
    from animator.experiments.lossmap import LossMap
    from animator.experiments.recorder import Recording


_MOST_POINTS = 6000
"""The most points of all paths, which bounds the time per frame."""


def loss_heights(norm: Normalize, loss: Points) -> Points:
    """Return the heights, 0 to 1, of losses of any shape; NaN where not finite."""
    shares = np.ma.masked_invalid(norm(np.ma.masked_invalid(loss)))
    heights: Points = np.asarray(np.ma.filled(shares, np.nan), np.float64)
    return np.clip(heights, 0, 1)


def on_plane(places: Points, landscape: LossMap) -> Points:
    """Map points (N, 2) to the plane of the landscape, which extends from -1 to 1."""
    return np.column_stack(
        [
            2 * (values - axis[0]) / (axis[-1] - axis[0]) - 1
            for values, axis in zip(places.T, (landscape.x, landscape.y), strict=True)
        ]
    )


def landscape_paths(
    recording: Recording,
    landscape: LossMap,
    norm: Normalize,
    relief: Relief,
    theme: Theme,
    *,
    has_dots: bool,
) -> list[SurfacePath]:
    """Return the path of each run, in the colour of its setting."""
    families = recording.families
    most = max(20, _MOST_POINTS // sum(map(len, families)))
    paths = []
    for family in families:
        for run in family:
            end = run.outcome.step + 1 - run.outcome.diverged
            places = on_plane(run.params[:end].astype(np.float64), landscape)
            heights = np.nan_to_num(
                loss_heights(norm, run.loss[:end].astype(np.float64))
            )
            path = SurfacePath(
                drape(places, heights, relief, most),
                theme.color(run.setting),
                line_weight(family),
                theme.dash(run.setting),
                has_dots,
            )
            paths.append(path)
    return paths


def upright_edges() -> Points:
    """Return the ends (8, 3) of the edges from the floor's corners upward."""
    ends = [(x, y, z) for x in (-1, 1) for y in (-1, 1) for z in (FLOOR, 0.9)]
    return np.array(ends, float)


def sparse_points(relief: Relief) -> Points:
    """Return a part (N, 3) of the points of a landscape."""
    rows, columns = relief.heights.shape
    row = np.unique(np.linspace(0, rows - 1, 25).astype(int))
    column = np.unique(np.linspace(0, columns - 1, 25).astype(int))
    x, y = np.meshgrid(np.linspace(-1, 1, columns)[column],
                       np.linspace(-1, 1, rows)[row])  # fmt: skip
    heights = np.nan_to_num(relief.heights[np.ix_(row, column)])
    return np.stack([x, y, heights], axis=-1).reshape(-1, 3)
