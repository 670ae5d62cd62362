"""Writes names beside the marks on a map, such as the start, where no path is."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.colors import to_hex, to_rgb
from matplotlib.lines import Line2D
from matplotlib.patheffects import withStroke

from animator.drawing.drawing import Drawing
from animator.drawing.text import Label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.cm import ScalarMappable
    from numpy.typing import NDArray

    from animator.drawing.theme import Theme
    from animator.experiments.lossmap import LossMap

_LIGHT, _DARK = "#ffffff", "#14161c"
_NEAR = 0.35
_DISTANCES = (_NEAR, 1.9, 3.4)
"""The distances between name and mark to try, in multiples of the font size."""
_ANGLES = (30, -30, 150, -150, 90, -90, 0, 180, 60, -60, 120, -120)
"""The directions from mark to name, in degrees, in order of preference."""
_COVERED, _TAKEN = 3.0, 1e4
"""The costs of covering a point of a path, and of covering another name or mark."""
_BESIDE_PATH, _BESIDE_EDGE = 0.4, 0.2
"""The space between a name and a path, which has a marker on it, and between a name and
the edge of the map, in multiples of the font size."""

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark on a map: its name, position (x, y), and radius in points."""

    name: str
    at: tuple[float, float]
    radius: float


def name_marks(
    ax: Axes,
    landscape: LossMap,
    colors: ScalarMappable | None,
    marks: Sequence[Mark],
    paths: Sequence[NDArray[np.floating]],
    theme: Theme,
) -> Drawing:
    """Write names beside marks; return a drawing that positions them.

    Args:
        ax: where the map is.
        landscape: the map.
        colors: of its losses; None if it is not filled. Names are light where it is
            dark.
        marks: what to name; those without a place are left out.
        paths: which are avoided, each (steps + 1, 2).
        theme: sizes of type.
    """
    names = []
    marks = [mark for mark in marks if np.isfinite(mark.at).all()]
    for mark in marks:
        label = Label(mark.name, size=theme.label_size, zorder=3.2)
        leader = Line2D([], [], alpha=0.7, linewidth=0.8, zorder=3.1)
        leader.set_in_layout(False)
        ax.add_artist(label)
        ax.add_artist(leader)
        names.append((mark, label, leader))

    def fit() -> None:
        points = _points_on(ax, paths)
        taken = [
            _mark_box(ax.transData.transform(m.at), _pixels(ax, m.radius))
            for m in marks
        ]
        for mark, label, leader in names:
            box = _place(ax, mark, label, leader, points, taken)
            taken.append(box)
            ground = theme.background
            if colors is not None:
                middle = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
                at = ax.transData.inverted().transform(middle)
                ground = _color_at(landscape, colors, at)
            _set_color(label, leader, ground)

    return Drawing(fit=fit)


def _set_color(label: Label, leader: Line2D, ground: str) -> None:
    """Give a name the colour that is seen best on a colour, and a rim of the other."""
    color = contrast(ground)
    rim = _DARK if color == _LIGHT else _LIGHT
    label.set_color(color)
    label.set_path_effects([withStroke(linewidth=1.6, foreground=rim + "59")])
    leader.set_color(color)


def _color_at(
    landscape: LossMap, colors: ScalarMappable, at: NDArray[np.float64]
) -> str:
    """Return the colour of a map at the grid point nearest to a position."""
    row = np.abs(landscape.y - at[1]).argmin()
    column = np.abs(landscape.x - at[0]).argmin()
    return to_hex(colors.to_rgba(landscape.loss[row, column]))  # type: ignore[arg-type]


def contrast(ground: str) -> str:
    """Return the colour that is seen best on a colour."""
    red, green, blue = to_rgb(ground)
    return _DARK if 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.45 else _LIGHT


def _points_on(ax: Axes, paths: Sequence[NDArray[np.floating]]) -> NDArray[np.float64]:
    """Return closely spaced points (N, 2) along paths, in pixels."""
    found = [np.zeros((0, 2))]
    for path in paths:
        pixels = ax.transData.transform(path.astype(np.float64))
        pixels = pixels[np.isfinite(pixels).all(axis=1)]
        pixels = np.clip(pixels, -1e4, 1e4)
        if len(pixels) > 1:
            found.append(_points_between(pixels[:-1], np.diff(pixels, axis=0)))
    return np.concatenate(found)


def _points_between(
    starts: NDArray[np.float64], moves: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return points (N, 2) every 4 pixels from each start (S, 2) to its move's end."""
    counts = np.minimum((np.hypot(*moves.T) / 4).astype(int) + 1, 500)
    owners = np.repeat(np.arange(len(counts)), counts)
    ranks = np.arange(len(owners)) - (np.cumsum(counts) - counts)[owners]
    shares = ranks / np.maximum(counts - 1, 1)[owners]
    return np.asarray(starts[owners] + shares[:, None] * moves[owners])


def _pixels(ax: Axes, points: float) -> float:
    figure = ax.get_figure(root=True)
    assert figure is not None
    return points * figure.dpi / 72


def _mark_box(at: NDArray[np.float64], radius: float) -> Box:
    x, y = at.tolist()
    return x - radius, y - radius, x + radius, y + radius


def _place(
    ax: Axes,
    mark: Mark,
    label: Label,
    leader: Line2D,
    points: NDArray[np.float64],
    taken: Sequence[Box],
) -> Box:
    """Put a name at the best position beside its mark; return its box, in pixels."""
    figure = ax.get_figure(root=True)
    assert figure is not None
    box = label.get_window_extent()
    width, height, size = box.width, box.height, _pixels(ax, label.full_size)
    center = ax.transData.transform(mark.at)
    best: tuple[float, Box, float] | None = None
    for distance in _DISTANCES:
        for rank, angle in enumerate(_ANGLES):
            away = _pixels(ax, mark.radius) + distance * size
            x = center[0] + away * math.cos(math.radians(angle))
            y = center[1] + away * math.sin(math.radians(angle))
            left = x - (0.5 - 0.5 * math.cos(math.radians(angle))) * width
            bottom = y - (0.5 - 0.5 * math.sin(math.radians(angle))) * height
            place = (left, bottom, left + width, bottom + height)
            cost = _cost(ax, place, points, taken, size)
            cost += 0.3 * rank + 6 * distance
            if best is None or cost < best[0]:
                best = cost, place, distance
    assert best is not None
    _, place, distance = best
    drop = _baseline(label, box.y0)
    scale = 72 / figure.dpi
    label.place(place[0] * scale, (place[1] + drop) * scale)
    leader.set_visible(distance > _NEAR)
    leader.set_transform(ax.transAxes)
    ends = np.array([center, _nearest(place, center)])
    ends[0] += (ends[1] - ends[0]) * min(
        1.0, _pixels(ax, mark.radius) / max(np.hypot(*(ends[1] - ends[0])), 1e-9)
    )
    leader.set_data(*ax.transAxes.inverted().transform(ends).T)
    return place


def _baseline(label: Label, bottom: float) -> float:
    """Return the height of the baseline above the lower edge, in pixels."""
    _, y = label.get_transform().transform(label.get_unitless_position())
    return float(y) - bottom


def _nearest(box: Box, at: NDArray[np.float64]) -> list[float]:
    """Return the point of a box that is nearest to a position."""
    left, bottom, right, top = box
    return [min(max(at[0], left), right), min(max(at[1], bottom), top)]


def _cost(
    ax: Axes,
    box: Box,
    points: NDArray[np.float64],
    taken: Sequence[Box],
    size: float,
) -> float:
    """Return the cost of a position: for what it covers, and for leaving the map."""
    left, bottom, right, top = box
    x, y = points.T
    room = _BESIDE_PATH * size
    covered = (
        (x > left - room) & (x < right + room) & (y > bottom - room) & (y < top + room)
    )
    low_x, low_y, high_x, high_y = ax.bbox.extents
    room = _BESIDE_EDGE * size
    is_off = (
        left < low_x + room
        or right > high_x - room
        or bottom < low_y + room
        or top > high_y - room
    )
    others = sum(
        left < b[2] and b[0] < right and bottom < b[3] and b[1] < top for b in taken
    )
    return _COVERED * float(covered.sum()) + _TAKEN * (2 * is_off + others)
