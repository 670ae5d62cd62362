"""The room that a panel's texts need above its axes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from matplotlib.artist import Artist
from matplotlib.transforms import Bbox

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from matplotlib.axes import Axes
    from matplotlib.backend_bases import RendererBase
    from numpy.typing import NDArray


Range = tuple[float, float]


@dataclass(slots=True)
class FixedAxes:
    """What some axes have in each of several stages, so that nothing jumps.

    Attributes:
        limits: to the right and upward, if they are fixed.
        margins: how far texts reach beyond the axes, in points: left, right, top and
            bottom; None until they are measured.
        labels: points that the labels beside curves need within the axes.
        has_end_labels: whether there is room for labels beside curves.
        legend: points that the legend above all panels needs, for the first of them.
        paths: of all stages, each (steps + 1, 2), beside which marks are named.
    """

    limits: tuple[Range, Range] | None = None
    margins: tuple[float, float, float, float] | None = None
    labels: float = 0.0
    has_end_labels: bool = False
    legend: float = 0.0
    paths: Sequence[NDArray[np.floating]] = ()

    def keep_limits(self, ax: Axes) -> None:
        """Give axes the limits that are fixed."""
        if self.limits is not None:
            ax.set(xlim=self.limits[0], ylim=self.limits[1])


class Room(Artist):
    """Draws nothing, but keeps room around some axes free for texts.

    Attributes:
        fixed: what the axes have in each of several stages, if there are several.
        top: points that the panel's heading needs above the axes.
        row_top: points that the layout gives to all headings of a row of panels.
        labels: points that the labels beside curves need within the axes.
        title: of the panel in full.
    """

    def __init__(self, ax: Axes) -> None:
        """Keep no room yet."""
        super().__init__()
        self.set_clip_on(False)  # it lies outside the axes
        self._ax = ax
        self.fixed: FixedAxes | None = None
        self.top = self.row_top = self.labels = 0.0
        self.title = ""

    def get_window_extent(self, renderer: RendererBase | None = None) -> Bbox:
        """Return the axes' box with the room around it, in pixels."""
        left, bottom, right, top = self._ax.bbox.extents
        scale = self._ax.get_figure(root=True).dpi / 72  # type: ignore[union-attr]
        return Bbox.from_extents(left, bottom, right, top + scale * self.top)

    def get_tightbbox(self, renderer: RendererBase | None = None) -> Bbox:
        """Return the same."""
        return self.get_window_extent(renderer)

    def draw(self, renderer: RendererBase) -> None:
        """Draw nothing."""


def room_of(ax: Axes) -> Room:
    """Return the room around some axes."""
    for child in ax.get_children():
        if isinstance(child, Room):
            return child
    room = Room(ax)
    ax.add_artist(room)
    return room


def other_titles(ax: Axes) -> list[str]:
    """Return the titles in full of the other panels of a figure."""
    figure = ax.get_figure(root=True)
    assert figure is not None
    others = [
        child
        for other in figure.axes
        if other is not ax
        for child in other.get_children()
        if isinstance(child, Room)
    ]
    return [room.title for room in others if room.title]


def paths_of_all(ax: Axes) -> Sequence[NDArray[np.floating]]:
    """Return the paths of all stages, each (steps + 1, 2), if there are several."""
    fixed = room_of(ax).fixed
    return () if fixed is None else fixed.paths


def offset_height(ax: Axes) -> float:
    """Return how high the text is that is split off from the numbers of the y axis.

    It stands above the axes, where the heading begins; the height is in points.
    """
    heights = [0.0]
    for axes in (ax, *ax.child_axes):
        figure, text = axes.get_figure(root=True), axes.yaxis.get_offset_text()
        assert figure is not None
        text.set_text(axes.yaxis.get_major_formatter().get_offset())
        if text.get_text():
            heights.append(1.3 * float(text.get_fontsize()))
    return max(heights)


def axes_box(ax: Axes) -> tuple[float, float, float, float]:
    """Return where axes are: left, bottom, width and height in points."""
    figure = ax.get_figure(root=True)
    assert figure is not None
    scale = 72 / figure.dpi
    left, bottom, width, height = ax.bbox.bounds
    return left * scale, bottom * scale, width * scale, height * scale


def panel_width(ax: Axes) -> float:
    """Return how wide axes are with their tick labels and colour bar, in points.

    A heading may be as wide as that, from the left side of the axes on.
    """
    figure = ax.get_figure(root=True)
    assert figure is not None
    width = ax.bbox.width
    for child in ax.child_axes:
        box = child.get_tightbbox()
        if box is not None:
            width = max(width, box.x1 - ax.bbox.x0)
    return float(width * 72 / figure.dpi)
