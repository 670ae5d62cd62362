"""Makes a scene's figure and its grid of panels, and shares axis labels."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.gridspec import SubplotSpec

from animator.base.errors import SceneError
from animator.base.geometry import Size
from animator.drawing.legend import Legend
from animator.drawing.text import Label
from animator.drawing.theme import Theme
from animator.scenes.scene import Scene

_MANY = 4
"""The largest number of panels that all have tick labels."""
_LEAST_CELL = 24
"""The least width and height of a panel with its texts, in pixels."""


@dataclass(slots=True)
class Block:
    """A scene, or a part of one, with its own grid of panels.

    Attributes:
        scene: the scene, or the part, that has the panels.
        axes: the axes of the panels.
        place: column and row of the block, and the numbers of columns and rows.
        title: the title of the part; None if the block is a complete scene.
        column_titles: the titles above the columns.
        row_titles: the titles to the left of the rows.
        legend: the legend above the panels, for all of them.
    """

    scene: Scene
    axes: Sequence[Axes]
    place: tuple[int, int, int, int] = (0, 0, 1, 1)
    title: Label | None = None
    column_titles: Sequence[Label] = ()
    row_titles: Sequence[Label] = ()
    legend: Legend | None = field(default=None)


def make_figure(size: Size, *, transparent: bool, dpi: float | None = None) -> Figure:
    """Make a figure of a size in pixels, with resolution that scales its type.

    Type and lines scale with the square root of the picture's area, relative to
    1280 × 720, as far as the shorter side allows. On smaller pictures they shrink more
    slowly than the picture, so that the type can still be read. If `dpi` is given, a
    point is 1/72 inch.
    """
    across, down = size[0] / 1280, size[1] / 720
    scale = min(math.sqrt(across * down), 1.35 * min(across, down))
    if dpi is None:
        dpi = 100 * (scale if scale >= 1 else scale**0.7)
    # Slightly more than the size, because the renderer rounds down to whole pixels.
    figure = Figure(((size[0] + 1e-6) / dpi, (size[1] + 1e-6) / dpi), dpi=dpi)
    FigureCanvasAgg(figure)
    if transparent:
        figure.set_facecolor("none")
    return figure


def make_blocks(
    figure: Figure, scene: Scene, size: Size, theme: Theme
) -> Iterator[Block]:
    """Yield the blocks of a scene or of its parts, with axes and titles."""
    parts = scene.parts or [scene]
    columns = _columns(len(parts), size)
    rows = math.ceil(len(parts) / columns)
    size = size[0] // columns, size[1] // rows
    for index, part in enumerate(parts):
        row, column = divmod(index, columns)
        block = Block(
            part, _grid(figure, part, size), place=(column, row, columns, rows)
        )
        if scene.parts:
            block.title = Label(
                part.title,
                color=theme.text,
                size=0.85 * theme.title_size,
                weight="bold",
            )
            figure.add_artist(block.title)
        block.column_titles = _titles(figure, part.column_titles, theme, 0)
        block.row_titles = _titles(figure, part.row_titles, theme, 90)
        yield block


def _titles(
    figure: Figure, texts: Sequence[str], theme: Theme, rotation: float
) -> list[Label]:
    """Draw the titles of columns or rows, and return them."""
    titles = [
        Label(
            text,
            color=theme.text,
            size=theme.panel_size,
            weight="bold",
            ha="center",
            rotation=rotation,
            rotation_mode="anchor",
        )
        for text in texts
    ]
    for title in titles:
        figure.add_artist(title)
    return titles


def _grid(figure: Figure, scene: Scene, size: Size) -> list[Axes]:
    """Return a scene's axes, in the order of its panels."""
    count = len(scene.panels)
    if scene.mosaic is not None:
        axes = figure.subplot_mosaic(scene.mosaic)
        return [axes[letter] for letter in sorted(axes)]
    columns = scene.columns or _columns(count, size)
    rows = math.ceil(count / columns)
    if min(size[0] / columns, size[1] / rows) < _LEAST_CELL:
        raise no_room(figure)
    grid = figure.add_gridspec(rows, columns)
    return [figure.add_subplot(grid[divmod(index, columns)]) for index in range(count)]


def _columns(panels: int, size: Size) -> int:
    """Choose the number of columns: panels near 4 : 3, and few empty cells."""

    def misfit(columns: int) -> float:
        rows = math.ceil(panels / columns)
        shape = (size[0] / columns) / (size[1] / rows)
        return abs(math.log(shape * 3 / 4)) + 2 * (rows * columns / panels - 1)

    return min(range(1, panels + 1), key=misfit)


class NoRoomError(SceneError):
    """The texts leave no room for the panels."""


def no_room(figure: Figure) -> NoRoomError:
    """Return an error that says that there is no room for the panels."""
    wide, high = figure.canvas.get_width_height()
    return NoRoomError(
        f"size is {wide}x{high}, which leaves no room for the panels beside their "
        "texts; give a larger one, or fewer panels or settings"
    )


def spec_of(ax: Axes) -> SubplotSpec:
    """Return the cells of the grid that an axes covers."""
    spec = ax.get_subplotspec()
    assert spec is not None
    return spec


def label_outer(panels: Sequence[Axes]) -> None:
    """Hide an axis label if the panel below, or to the left, has the same label.

    If there are many panels, equal tick labels are also shown only once.
    """
    many = len(panels) > _MANY
    for ax, other in itertools.permutations(panels, 2):
        place, neighbor = spec_of(ax), spec_of(other)
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
