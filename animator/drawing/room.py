"""Reserves space for the texts around the axes of a panel."""

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

    from animator.drawing.text import Label


Range = tuple[float, float]


@dataclass(slots=True)
class FixedAxes:
    """The properties of axes that are the same in several stages, to avoid jumps.

    Attributes:
        limits: the limits of x and y, if they are fixed.
        margins: the extents of texts beyond the axes, in points: left, right, top and
            bottom; None until measured.
        labels: the width of the labels beside curves, in points within the axes.
        has_end_labels: whether there is enough space for labels beside curves.
        legend: the height of the legend above all panels, in points; for the first
            panel.
        paths: the paths of all stages, each (steps + 1, 2), which names of marks avoid.
    """

    limits: tuple[Range, Range] | None = None
    margins: tuple[float, float, float, float] | None = None
    labels: float = 0.0
    has_end_labels: bool = False
    legend: float = 0.0
    paths: Sequence[NDArray[np.floating]] = ()

    def keep_limits(self, ax: Axes) -> None:
        """Set the limits of axes, if they are fixed."""
        if self.limits is not None:
            ax.set(xlim=self.limits[0], ylim=self.limits[1])


class Room(Artist):
    """An invisible artist that reserves space around axes for texts.

    Attributes:
        fixed: what the axes have in each of several stages, if there are several.
        top: points that the panel's heading needs above the axes.
        row_top: points that the layout gives to all headings of a row of panels.
        labels: points that the labels beside curves need within the axes.
        title: of the panel in full.
        names: of the axes ``"x"`` and ``"y"``, as they are fitted to them.
    """

    def __init__(self, ax: Axes) -> None:
        """Create the artist; it reserves no space yet."""
        super().__init__()
        self.set_clip_on(False)  # it is outside the axes
        self._ax = ax
        self.fixed: FixedAxes | None = None
        self.top = self.row_top = self.labels = 0.0
        self.title = ""
        self.names: dict[str, Label] = {}

    def get_children(self) -> list[Artist]:
        """Return the fitted names, which the axes draw."""
        return list(self.names.values())

    def get_window_extent(self, renderer: RendererBase | None = None) -> Bbox:
        """Return the box of the axes including the reserved space, in pixels."""
        left, bottom, right, top = self._ax.bbox.extents
        scale = self._ax.get_figure(root=True).dpi / 72  # type: ignore[union-attr]
        return Bbox.from_extents(left, bottom, right, top + scale * self.top)

    def get_tightbbox(self, renderer: RendererBase | None = None) -> Bbox:
        """Return the same as `get_window_extent`."""
        return self.get_window_extent(renderer)

    def draw(self, renderer: RendererBase) -> None:
        """Draw nothing."""


def room_of(ax: Axes) -> Room:
    """Return the artist that reserves space around some axes; create it if needed."""
    for child in ax.get_children():
        if isinstance(child, Room):
            return child
    room = Room(ax)
    ax.add_artist(room)
    return room


def other_titles(ax: Axes) -> list[str]:
    """Return the full titles of the other panels of the figure."""
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
    """Return the paths of all stages, each (steps + 1, 2); empty if there is one."""
    fixed = room_of(ax).fixed
    return () if fixed is None else fixed.paths


def offset_height(ax: Axes) -> float:
    """Return the height of the offset text of the y axis, in points.

    This text, such as ``×10³``, is above the axes, where the heading begins.
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
    """Return the position of axes: left, bottom, width and height in points."""
    figure = ax.get_figure(root=True)
    assert figure is not None
    scale = 72 / figure.dpi
    left, bottom, width, height = ax.bbox.bounds
    return left * scale, bottom * scale, width * scale, height * scale


def panel_width(ax: Axes) -> float:
    """Return the width of axes with their tick labels and colour bar, in points.

    A heading may have this width, from the left edge of the axes.
    """
    figure = ax.get_figure(root=True)
    assert figure is not None
    width = ax.bbox.width
    for child in ax.child_axes:
        box = child.get_tightbbox()
        if box is not None:
            width = max(width, box.x1 - ax.bbox.x0)
    return float(width * 72 / figure.dpi)
