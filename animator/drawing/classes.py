"""Draws the points of classes, and shades their regions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.colors import to_rgb

from animator.experiments.classifier import Classifier

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from animator.drawing.theme import Theme

_MARKERS = "os^Dv"
_SIGNS = "●■▲◆▼"
_STRENGTH = 0.27
"""The opacity of a class's colour where its probability is 1."""


def shade_classes(
    ax: Axes,
    grid: tuple[NDArray[np.float64], NDArray[np.float64]],
    colors: list[str],
    theme: Theme,
) -> Callable[[NDArray[np.float64], NDArray[np.float64] | None], None]:
    """Add an image behind the points; return a function that paints classes on it."""
    x, y = grid
    half = (x[1] - x[0]) / 2, (y[1] - y[0]) / 2
    image = ax.imshow(
        np.zeros((len(y), len(x), 3)),
        extent=(x[0] - half[0], x[-1] + half[0], y[0] - half[1], y[-1] + half[1]),
        origin="lower",
        interpolation="bilinear",
        aspect="auto",
        zorder=0,
    )
    ax.set(xlim=(x[0], x[-1]), ylim=(y[0], y[-1]))
    paper = np.array(to_rgb(theme.background))

    def paint(ahead: NDArray[np.float64], share: NDArray[np.float64] | None) -> None:
        count = ahead.shape[1]
        palette = np.array([to_rgb(colors[k % len(colors)]) for k in range(count)])
        best = ahead.argmax(axis=1)
        strength = np.full(len(best), 0.5)
        if share is not None:
            strength = share[np.arange(len(best)), best].clip(0, 1)
            strength = ((strength - 1 / count) / (1 - 1 / count)).clip(0, 1)
        strength = _STRENGTH * np.nan_to_num(strength)[:, None]
        mixed = strength * palette[best] + (1 - strength) * paper
        image.set_data(mixed.reshape(len(y), len(x), 3))

    return paint


def draw_points(
    ax: Axes,
    classifier: Classifier,
    colors: list[str],
    names: tuple[str, str],
    theme: Theme,
) -> list[str]:
    """Draw the points, each class in its colour and marker; return their key."""
    points = classifier.points
    low, high = points.min(axis=0), points.max(axis=0)
    room = 0.08 * np.where(high > low, high - low, 1.0)
    (left, bottom), (right, top) = low - room, high + room
    ax.set(xlim=(left, right), ylim=(bottom, top), xlabel=names[0], ylabel=names[1])
    size = theme.dot_size**2 * min(2.0, max(0.2, 300 / len(points)))
    for index, color in enumerate(colors):
        x, y = points[classifier.classes == index].T
        ax.scatter(
            x,
            y,
            s=size,
            marker=_MARKERS[index % len(_MARKERS)],
            color=color,
            edgecolors=theme.casing,
            linewidths=0.25 * theme.line_width,
            zorder=3,
        )
    if len(colors) > len(_SIGNS):
        return []
    signs = zip(_SIGNS, classifier.names, strict=False)
    return [f"{sign} class {name}" for sign, name in signs]
