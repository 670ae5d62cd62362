"""Sets a scene on a figure: background, layers and layout, ready for any frame."""

from __future__ import annotations

import itertools
import math
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure, SubFigure
from matplotlib.gridspec import SubplotSpec
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from animator.base.checks import quoted
from animator.base.errors import AnimatorError, SceneError
from animator.base.geometry import Size, check_size
from animator.base.seeding import seeded
from animator.drawing.drawing import Drawing
from animator.drawing.fonts import fonts_for, warn_of
from animator.drawing.style import style
from animator.drawing.text import fit_text, sanitize
from animator.drawing.theme import MANY, Theme, theme_named
from animator.experiments.recorder import Recordings
from animator.panels import Growing
from animator.rendering.annotations import annotate, reserve_margins
from animator.scenes.scene import Scene
from animator.scenes.timeline import Timeline

_GROWING, _MOVING = 1000.0, 2000.0
_LEAST = 4
"""Pixels that each side of a panel must have."""
_LEAST_CELL = 24
"""Pixels that it must have with all its texts."""


@contextmanager
def _failing(what: str) -> Iterator[None]:
    """Let what goes wrong say during what."""
    try:
        yield
    except AnimatorError:
        raise
    except Exception as error:
        raise SceneError(f"{what} failed: {type(error).__name__}: {error}") from error


@dataclass(frozen=True, slots=True)
class Stage:
    """A scene that is set on a figure, ready to be moved to any frame."""

    figure: Figure
    timeline: Timeline
    growing: Sequence[Growing]
    moving: Sequence[Artist]
    updates: Sequence[Callable[[float], None]]

    def move_to(self, frame: int) -> None:
        """Set all artists to a frame; this depends on nothing but its number."""
        self.set_step(self.timeline.step_at(frame))

    def set_step(self, step: float) -> None:
        """Set all artists to a step, or to somewhere between two."""
        for artist in self.growing:
            artist.grow(0, int(step))
        self.update(step)

    def update(self, step: float) -> None:
        """Set what moves to a step.

        Raises:
            SceneError: a panel failed in doing so.
        """
        with _failing(f"drawing step {step:g}"):
            for update in self.updates:
                update(step)


def set_stage(
    scene: Scene,
    recordings: Recordings,
    *,
    size: Size | str = (1280, 720),
    fps: float = 25.0,
    theme: str | Theme | None = None,
    transparent: bool = False,
) -> Stage:
    """Draw a scene's background on a figure, and lay it out once and for all.

    Warns:
        RenderWarning: no font has some of its characters.
    """
    size = check_size(size)
    theme = theme_named(scene.theme if theme is None else theme)
    timeline = scene.timeline(_distances(recordings), fps)

    def drawn(fonts: Sequence[str]) -> Stage:
        with style(theme, fonts), seeded(), _failing("setting the scene"):
            return _drawn(scene, recordings, timeline, size, theme, fonts, transparent)

    fonts = fonts_for(theme.font).families
    stage = drawn(fonts)
    texts: list[Any] = stage.figure.findobj(Text)
    needed = fonts_for(theme.font, [text.get_text() for text in texts])
    if needed.families != fonts:  # known only now; this is rare
        stage = drawn(needed.families)
    warn_of(theme.font, needed.lacking)
    with style(theme, needed.families), _failing("laying the scene out"):
        stage.move_to(0)
        _lay_out(stage.figure)
    return stage


def _drawn(
    scene: Scene,
    recordings: Recordings,
    timeline: Timeline,
    size: Size,
    theme: Theme,
    fonts: Sequence[str],
    transparent: bool,
) -> Stage:
    """Draw a scene's background on a figure."""
    figure = _figure(size)
    if transparent:
        figure.set_facecolor("none")
    reserve_margins(figure, scene, theme)
    drawings = []
    smaller = theme.among(len(scene.panels))
    with style(smaller, fonts):
        for part, place in _places(figure, scene, size, theme):
            drawings += _draw(part, place, recordings, smaller)
    key = dict.fromkeys(sign for drawing in drawings for sign in drawing.key)
    drawings.append(annotate(figure, scene, timeline, theme, list(key)))
    _layer(drawings)
    return Stage(
        figure=figure,
        timeline=timeline,
        growing=[artist for drawing in drawings for artist in drawing.growing],
        moving=[artist for drawing in drawings for artist in drawing.moving],
        updates=[drawing.update for drawing in drawings],
    )


def _lay_out(figure: Figure) -> None:
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
    # The solver's last bits depend on where in memory its variables happen to be.
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


def _figure(size: Size) -> Figure:
    """Make a figure of a size in pixels, its type scaled to suit.

    Everything is as large as on 1280 × 720, scaled by the picture's area, as far as its
    shorter side allows; below that it shrinks more slowly than the picture, so that the
    type can still be read.
    """
    across, down = size[0] / 1280, size[1] / 720
    scale = min(math.sqrt(across * down), 1.35 * min(across, down))
    dpi = 100 * (scale if scale >= 1 else scale**0.75)
    # A hair more than the size: the renderer rounds down to whole pixels.
    figure = Figure(((size[0] + 1e-6) / dpi, (size[1] + 1e-6) / dpi), dpi=dpi)
    FigureCanvasAgg(figure)
    return figure


def _places(
    figure: Figure, scene: Scene, size: Size, theme: Theme
) -> Iterator[tuple[Scene, list[Axes]]]:
    """Yield a scene, or its parts, with the axes for the panels, one each."""
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


def _draw(
    scene: Scene, axes: Sequence[Axes], recordings: Recordings, theme: Theme
) -> list[Drawing]:
    """Draw a scene's panels on their axes."""
    drawings = []
    for number, (panel, ax) in enumerate(zip(scene.panels, axes, strict=True), 1):
        # Said here, it is not asked of the user's settings when ticks are chosen.
        ax.tick_params(labelsize=theme.tick_size)
        with _failing(f"drawing panel {number} ({type(panel).__name__})"):
            drawing = panel.draw(ax, recordings[panel.experiment], theme)
            if not isinstance(drawing, Drawing):
                raise TypeError(f"it returns {quoted(drawing)}; return a Drawing")
            drawings.append(drawing)
    _label_outer(axes)
    _title_grid(axes, scene, theme)
    return drawings


def _columns(panels: int, size: Size) -> int:
    """Choose the columns whose panels come nearest to 4 : 3 with few places empty."""

    def misfit(columns: int) -> float:
        rows = math.ceil(panels / columns)
        shape = (size[0] / columns) / (size[1] / rows)
        return abs(math.log(shape * 3 / 4)) + 2 * (rows * columns / panels - 1)

    return min(range(1, panels + 1), key=misfit)


def _spec(ax: Axes) -> SubplotSpec:
    spec = ax.get_subplotspec()
    assert spec is not None
    return spec


def _label_outer(panels: Sequence[Axes]) -> None:
    """Name an axis once where the panel below, or to the left, has the same name.

    Of many panels, its numbers are told once, too.
    """
    many = len(panels) > MANY
    for ax, other in itertools.permutations(panels, 2):
        place, beside = _spec(ax), _spec(other)
        if (
            place.rowspan == beside.rowspan
            and place.colspan.start == beside.colspan.stop
            and ax.get_ylabel() == other.get_ylabel()
        ):
            ax.yaxis.label.set_visible(False)
            if many and ax.get_ylim() == other.get_ylim():
                ax.tick_params(labelleft=False)
        if (
            place.colspan == beside.colspan
            and place.rowspan.stop == beside.rowspan.start
            and ax.get_xlabel() == other.get_xlabel()
        ):
            ax.xaxis.label.set_visible(False)
            if many and ax.get_xlim() == other.get_xlim():
                ax.tick_params(labelbottom=False)


def _title_grid(panels: Sequence[Axes], scene: Scene, theme: Theme) -> None:
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
            told = sanitize(scene.column_titles[column])
            title = ax.annotate(
                told, (0.5, 1), (0, up + gap), ha="center", va="baseline", **font
            )
            fit_text(title, _points(ax, inner.width))
        if column == 0 and row < len(scene.row_titles):
            left = outer.x0 - inner.x0 - gap
            told = sanitize(scene.row_titles[row])
            title = ax.annotate(
                told, (0, 0.5), (left, 0), ha="right", va="center", **font
            )
            fit_text(title, _points(ax, inner.height))
            title.set_rotation(90)


def _points(of: Any, pixels: float) -> float:
    return float(pixels * 72 / of.get_figure(root=True).dpi)


def _distances(recordings: Recordings) -> list[float]:
    """Return how far the fastest of all settings goes in each step (steps,).

    What counts is the way on the map, whose sides are 1 long. What is not finite, as of
    a run that diverges, or far beyond the map counts as no more than its diagonal.
    """
    distances = np.zeros(max(recording.steps for recording in recordings.values()))
    for recording in recordings.values():
        problem = recording.problem
        sides = [c.high - c.low for c in (problem.x, problem.y)]
        for trajectory in recording.trajectories:
            moves = np.diff(trajectory.params.astype(np.float64), axis=0) / sides
            way = np.minimum(np.nan_to_num(np.hypot(*moves.T)), math.sqrt(2))
            distances[: len(way)] = np.maximum(distances[: len(way)], way)
    return distances.tolist()


def _layer(drawings: Iterable[Drawing]) -> None:
    """Lift what grows above the background, and what moves above both."""
    for drawing in drawings:
        for floor, artists in (
            (_GROWING, drawing.growing),
            (_MOVING, drawing.moving),
        ):
            in_order: list[Any] = sorted(artists, key=lambda a: a.get_zorder())
            for index, artist in enumerate(in_order):
                artist.set_zorder(floor + index)
                artist.set_in_layout(False)
