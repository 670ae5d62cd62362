"""Arranges a scene on a figure: its size, the grid of panels, shared axis labels."""

from __future__ import annotations

import itertools
import math
import warnings
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure, SubFigure
from matplotlib.gridspec import SubplotSpec
from matplotlib.transforms import Bbox

from animator.base.errors import SceneError
from animator.base.geometry import Size
from animator.drawing.text import fit_text, sanitize
from animator.drawing.theme import MANY, Theme
from animator.scenes.scene import Scene

_LEAST = 4
"""Pixels that each side of a panel must have."""
_LEAST_CELL = 24
"""Pixels that each side must have together with all texts."""


def make_figure(size: Size, *, transparent: bool, dpi: float | None = None) -> Figure:
    """Make a figure of a size in pixels, its type scaled to suit.

    Everything is as large as on 1280 × 720, scaled by the picture's area, as far as its
    shorter side allows; below that it shrinks more slowly than the picture, so that the
    type can still be read. With pixels per inch given, points are points.
    """
    across, down = size[0] / 1280, size[1] / 720
    scale = min(math.sqrt(across * down), 1.35 * min(across, down))
    if dpi is None:
        dpi = 100 * (scale if scale >= 1 else scale**0.75)
    # A hair more than the size: the renderer rounds down to whole pixels.
    figure = Figure(((size[0] + 1e-6) / dpi, (size[1] + 1e-6) / dpi), dpi=dpi)
    FigureCanvasAgg(figure)
    if transparent:
        figure.set_facecolor("none")
    return figure


def grid_places(
    figure: Figure, scene: Scene, size: Size, theme: Theme
) -> Iterator[tuple[Scene, list[Axes]]]:
    """Yield a scene, or its parts, with the axes for its panels, one each."""
    if not scene.parts:
        yield scene, _grid(figure, scene, size)
        return
    columns = _columns(len(scene.parts), size)
    rows = math.ceil(len(scene.parts) / columns)
    size = size[0] // columns, size[1] // rows
    blocks = figure.subfigures(rows, columns, squeeze=False).ravel()
    for part, block in zip(scene.parts, blocks, strict=False):
        block.set_facecolor("none")
        title = block.suptitle(
            sanitize(part.title), size=0.85 * theme.title_size, weight="bold"
        )
        fit_text(title, 0.92 * _points(figure, figure.bbox.width) / columns)
        yield part, _grid(block, part, size)


def _grid(figure: Figure | SubFigure, scene: Scene, size: Size) -> list[Axes]:
    """Return a scene's axes, in the order of its panels."""
    count = len(scene.panels)
    if scene.mosaic is not None:
        axes = figure.subplot_mosaic(scene.mosaic)
        return [axes[letter] for letter in sorted(axes)]
    columns = scene.columns or _columns(count, size)
    rows = math.ceil(count / columns)
    if min(size[0] / columns, size[1] / rows) < _LEAST_CELL:  # said before it is drawn
        raise _no_room(figure)
    grid = figure.add_gridspec(rows, columns)
    return [figure.add_subplot(grid[divmod(index, columns)]) for index in range(count)]


def _columns(panels: int, size: Size) -> int:
    """Choose the columns whose panels come nearest to 4 : 3 with few places empty."""

    def misfit(columns: int) -> float:
        rows = math.ceil(panels / columns)
        shape = (size[0] / columns) / (size[1] / rows)
        return abs(math.log(shape * 3 / 4)) + 2 * (rows * columns / panels - 1)

    return min(range(1, panels + 1), key=misfit)


def solve_layout(figure: Figure) -> None:
    """Solve the layout, which stays as it is from then on."""
    engine = figure.get_layout_engine()
    assert engine is not None
    crushed = "constrained_layout not applied"
    with warnings.catch_warnings(record=True) as complaints:
        warnings.filterwarnings("always", crushed)
        engine.execute(figure)
    figure.set_layout_engine("none")
    panels = [ax.bbox for ax in figure.axes if ax.get_subplotspec() is not None]
    if (
        any(crushed in str(complaint.message) for complaint in complaints)
        or min(min(box.width, box.height) for box in panels) < _LEAST
    ):
        raise _no_room(figure)
    # The solver's last bits depend on where in memory its variables are.
    for part in figure.subfigs:
        for corner in ("p0", "p1"):
            exact = getattr(part.bbox_relative, corner)
            setattr(part.bbox_relative, corner, np.round(exact, 9))
    for ax in figure.axes:
        place = ax.get_position(original=True)
        ax.set_position(Bbox(np.round(place.get_points(), 9)))


def _no_room(figure: Figure | SubFigure) -> SceneError:
    wide, high = figure.canvas.get_width_height()
    return SceneError(
        f"size is {wide}x{high}, which leaves no room for the panels beside their "
        "texts; give a larger one, or fewer panels or settings"
    )


def _spec(ax: Axes) -> SubplotSpec:
    spec = ax.get_subplotspec()
    assert spec is not None
    return spec


def label_outer(panels: Sequence[Axes]) -> None:
    """Name an axis once where the panel below, or to the left, has the same name.

    Of many panels, its numbers are written once, too.
    """
    many = len(panels) > MANY
    for ax, other in itertools.permutations(panels, 2):
        place, neighbor = _spec(ax), _spec(other)
        if (
            place.rowspan == neighbor.rowspan
            and place.colspan.start == neighbor.colspan.stop
            and ax.get_ylabel() == other.get_ylabel()
        ):
            ax.yaxis.label.set_visible(False)
            if many and ax.get_ylim() == other.get_ylim():
                ax.tick_params(labelleft=False)
        if (
            place.colspan == neighbor.colspan
            and place.rowspan.stop == neighbor.rowspan.start
            and ax.get_xlabel() == other.get_xlabel()
        ):
            ax.xaxis.label.set_visible(False)
            if many and ax.get_xlim() == other.get_xlim():
                ax.tick_params(labelbottom=False)


def title_grid(panels: Sequence[Axes], scene: Scene, theme: Theme) -> None:
    """Write the titles of columns and rows beside the panels at the grid's edges."""
    font: dict[str, Any] = {
        "size": theme.panel_size,
        "weight": "bold",
        "textcoords": "offset pixels",
        "xycoords": "axes fraction",
        "annotation_clip": False,
    }
    for ax in panels:
        place, outer, inner = _spec(ax), ax.get_tightbbox(), ax.bbox
        assert outer is not None
        gap = 0.5 * theme.panel_size * ax.figure.dpi / 72
        column, row = place.colspan.start, place.rowspan.start
        if row == 0 and column < len(scene.column_titles):
            up = max(outer.y1 - inner.y1, 1.6 * theme.label_size * ax.figure.dpi / 72)
            text = sanitize(scene.column_titles[column])
            title = ax.annotate(
                text, (0.5, 1), (0, up + gap), ha="center", va="baseline", **font
            )
            fit_text(title, _points(ax, inner.width))
        if column == 0 and row < len(scene.row_titles):
            left = outer.x0 - inner.x0 - gap
            text = sanitize(scene.row_titles[row])
            title = ax.annotate(
                text, (0, 0.5), (left, 0), ha="right", va="center", **font
            )
            fit_text(title, _points(ax, inner.height))
            title.set_rotation(90)


def _points(artist: Any, pixels: float) -> float:
    """Convert a length on an artist's figure from pixels to points."""
    return float(pixels * 72 / artist.get_figure(root=True).dpi)
