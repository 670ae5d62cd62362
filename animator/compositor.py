"""Sets a scene on a figure, and paints its frames.

There is one design and two ways through it. `compose` gives matplotlib's ordinary
`FuncAnimation`, which draws all of the figure for every frame. `Painter` draws the
background once, adds what grows, and draws what moves anew, only where it moved; its
pixels are the same. Both rest on the order of the layers: background, growing, moving.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.animation import FuncAnimation
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox
from numpy.typing import NDArray

from animator.encoders import Box, Size, check_size
from animator.errors import AnimatorError, SceneError
from animator.panels import Drawing, Growing
from animator.recorder import Recordings, record_all
from animator.scene import Scene
from animator.surround import surround
from animator.theme import Theme, theme_named
from animator.timeline import Timeline

_GROWING, _MOVING = 1000.0, 2000.0
_INK = 2


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
        step = self.timeline.step_at(frame)
        for artist in self.growing:
            artist.grow(0, int(step))
        for update in self.updates:
            update(step)


def compose(
    scene: Scene,
    *,
    size: Size = (1280, 720),
    fps: float = 25.0,
    steps: int | None = None,
    theme: str | Theme | None = None,
    recordings: Recordings | None = None,
) -> FuncAnimation:
    """Record a scene and make an ordinary matplotlib animation of it.

    Args:
        scene: what to show.
        size: width and height in pixels, both even.
        fps: frames a second.
        steps: instead of the experiments' own number.
        theme: instead of the scene's own.
        recordings: of the scene's experiments, if they were recorded before.

    Raises:
        SceneError: an argument is out of its range, or the scene could not be
            recorded or drawn.
    """
    recordings = recordings or record_all(scene.experiments, steps)
    stage = set_stage(scene, recordings, size=size, fps=fps, theme=theme)
    return FuncAnimation(
        stage.figure,
        stage.move_to,
        frames=stage.timeline.frames,
        interval=round(1000 / fps),
        init_func=list,
        cache_frame_data=False,
    )


def frames(
    scene: Scene,
    numbers: Iterable[int] | None = None,
    *,
    size: Size = (1280, 720),
    fps: float = 25.0,
    steps: int | None = None,
    theme: str | Theme | None = None,
    recordings: Recordings | None = None,
) -> Iterator[NDArray[np.uint8]]:
    """Yield a scene's frames, each an RGBA picture (H, W, 4) of its own.

    Args:
        scene: what to show.
        numbers: which frames, in any order; all of them if not given.
        size: width and height in pixels, both even.
        fps: frames a second.
        steps: instead of the experiments' own number.
        theme: instead of the scene's own.
        recordings: of the scene's experiments, if they were recorded before.

    Raises:
        SceneError: as `compose` does, or a frame that the clip does not have.
    """
    recordings = recordings or record_all(scene.experiments, steps)
    painter = Painter(set_stage(scene, recordings, size=size, fps=fps, theme=theme))
    count = painter.stage.timeline.frames
    for number in range(count) if numbers is None else numbers:
        if not 0 <= number < count:
            raise SceneError(f"frame {number} is not one of 0 to {count - 1}")
        yield painter.picture(number)


def set_stage(
    scene: Scene,
    recordings: Recordings,
    *,
    size: Size = (1280, 720),
    fps: float = 25.0,
    theme: str | Theme | None = None,
) -> Stage:
    """Draw a scene's background on a figure, and lay it out once and for all."""
    check_size(size)
    theme = theme_named(scene.theme if theme is None else theme)
    timeline = scene.timeline(max(r.steps for r in recordings.values()), fps)
    with style(theme):
        figure = _figure(size)
        drawings = [surround(figure, scene, timeline, theme)]
        columns = scene.columns or _columns(len(scene.panels), size)
        rows = math.ceil(len(scene.panels) / columns)
        grid = figure.add_gridspec(rows, columns)
        axes = [
            figure.add_subplot(grid[divmod(index, columns)])
            for index in range(len(scene.panels))
        ]
        for index, (panel, ax) in enumerate(zip(scene.panels, axes, strict=True)):
            try:
                drawings.append(panel.draw(ax, recordings[panel.experiment], theme))
            except AnimatorError:
                raise
            except Exception as error:
                raise SceneError(
                    f"drawing panel {index + 1} ({type(panel).__name__}) failed: "
                    f"{type(error).__name__}: {error}"
                ) from error
        _label_outer(axes, columns)
        _layer(drawings)
        stage = Stage(
            figure=figure,
            timeline=timeline,
            growing=[artist for drawing in drawings for artist in drawing.growing],
            moving=[artist for drawing in drawings for artist in drawing.moving],
            updates=[drawing.update for drawing in drawings],
        )
        stage.move_to(0)
        _lay_out(figure)
    return stage


@contextmanager
def style(theme: Theme) -> Iterator[None]:
    """Draw in a theme's style, whatever the user's own matplotlib settings are."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(
            {
                "font.family": [theme.font, "DejaVu Sans"],
                "figure.facecolor": theme.background,
                "axes.facecolor": theme.background,
                "axes.edgecolor": theme.frame,
                "axes.labelcolor": theme.muted,
                "axes.labelsize": theme.label_size,
                "axes.titlecolor": theme.text,
                "axes.titlesize": theme.panel_size,
                "axes.spines.top": False,
                "axes.spines.right": False,
                "text.color": theme.text,
                "xtick.color": theme.frame,
                "ytick.color": theme.frame,
                "xtick.labelcolor": theme.muted,
                "ytick.labelcolor": theme.muted,
                "xtick.labelsize": theme.tick_size,
                "ytick.labelsize": theme.tick_size,
            }
        )
        yield


def _figure(size: Size) -> Figure:
    """Make a figure of a size in pixels, its type scaled to suit.

    Everything is as large as on 1280 × 720, scaled; below that it shrinks more slowly
    than the picture, so that the type can still be read.
    """
    scale = min(size[0] / 1280, size[1] / 720)
    dpi = 100 * (scale if scale >= 1 else scale**0.75)
    # A hair more than the size: the renderer rounds down to whole pixels.
    figure = Figure(((size[0] + 1e-6) / dpi, (size[1] + 1e-6) / dpi), dpi=dpi)
    FigureCanvasAgg(figure)
    return figure


def _columns(panels: int, size: Size) -> int:
    """Choose the columns whose panels come nearest to 4 : 3 with few places empty."""

    def misfit(columns: int) -> float:
        rows = math.ceil(panels / columns)
        shape = (size[0] / columns) / (size[1] / rows)
        return abs(math.log(shape * 3 / 4)) + 2 * (rows * columns / panels - 1)

    return min(range(1, panels + 1), key=misfit)


def _label_outer(panels: Sequence[Axes], columns: int) -> None:
    """Name an axis once where the panel below, or to the left, has the same name."""
    for index, ax in enumerate(panels):
        if index % columns and ax.get_ylabel() == panels[index - 1].get_ylabel():
            ax.yaxis.label.set_visible(False)
        below = index + columns
        if below < len(panels) and ax.get_xlabel() == panels[below].get_xlabel():
            ax.xaxis.label.set_visible(False)


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


def _lay_out(figure: Figure) -> None:
    """Solve the layout, and keep it."""
    engine = figure.get_layout_engine()
    assert engine is not None
    engine.execute(figure)
    figure.set_layout_engine("none")


class Painter:
    """Paints the frames of a stage into one buffer, in any order."""

    def __init__(self, stage: Stage) -> None:
        """Paint the background."""
        self.stage = stage
        canvas = stage.figure.canvas
        assert isinstance(canvas, FigureCanvasAgg)
        self._renderer = canvas.get_renderer()
        self.pixels: NDArray[np.uint8] = np.asarray(canvas.buffer_rgba())
        """The frame painted last (H, W, 4); the next one is painted over it."""
        height, width, _ = self.pixels.shape
        self._canvas: Box = (0, 0, width, height)
        self._moving = sorted(stage.moving, key=lambda artist: artist.get_zorder())
        self._background = self._paint_background()
        self._settled = self._background.copy()  # the background and all that grew
        self._boxes: dict[Artist, Box | None] = {}
        self._grown = -1
        self._step = -1.0

    def _paint_background(self) -> NDArray[np.uint8]:
        """Draw the whole figure, but for what grows and what moves."""
        layers: list[Any] = [*self.stage.growing, *self.stage.moving]
        shown = [artist for artist in layers if artist.get_visible()]
        for artist in shown:
            artist.set_visible(False)
        self._renderer.clear()
        self.stage.figure.draw(self._renderer)
        for artist in shown:
            artist.set_visible(True)
        return self.pixels.copy()

    def paint(self, frame: int) -> list[Box]:
        """Paint a frame, and return where it may differ from the one before."""
        step = self.stage.timeline.step_at(frame)
        if step == self._step:
            return []
        back = int(step) < self._grown or not self._boxes
        if back:
            self._start_again()
        for update in self.stage.updates:
            update(step)
        boxes = self._repaint(int(step))
        self._step = step
        return [self._canvas] if back else boxes

    def picture(self, frame: int) -> NDArray[np.uint8]:
        """Paint a frame, and return a picture (H, W, 4) of its own."""
        self.paint(frame)
        return self.pixels.copy()

    def _start_again(self) -> None:
        np.copyto(self.pixels, self._background)
        np.copyto(self._settled, self._background)
        self._boxes = dict.fromkeys(self._moving)
        self._grown = -1
        for artist in self._moving:
            artist.stale = True

    def _repaint(self, step: int) -> list[Box]:
        """Take away what moved, add what grew, and draw what moved anew."""
        grown = self._grow(step)
        moved = [artist for artist in self._moving if artist.stale]
        boxes = {artist: self._box(artist) for artist in moved}
        dirty = [
            box
            for box in (
                *grown,
                *boxes.values(),
                *(self._boxes[artist] for artist in moved),
            )
            if box
        ]
        # What lies over or under any of this is taken away and drawn anew as well.
        rest = {a: box for a, box in self._boxes.items() if box and a not in boxes}
        while touched := _touched(rest, dirty):
            moved += touched
            dirty += [rest.pop(artist) for artist in touched]

        for artist in moved:
            self._copy(self._boxes[artist], self._settled, self.pixels)
        for growing in self.stage.growing if step > self._grown else ():
            growing.draw(self._renderer)
        for box in grown:
            self._copy(box, self.pixels, self._settled)
        for artist in self._moving:
            if artist in moved:
                artist.draw(self._renderer)
        self._boxes.update(boxes)
        self._grown = max(step, self._grown)
        return _merged(dirty)

    def _grow(self, step: int) -> list[Box]:
        """Let everything grow up to a step; return where it will be drawn."""
        if step <= self._grown:
            return []
        for artist in self.stage.growing:
            artist.grow(self._grown + 1, step)
        boxes = (
            self._to_box(artist.get_window_extent(self._renderer), _INK)
            for artist in self.stage.growing
        )
        return [box for box in boxes if box]

    def _box(self, artist: Artist) -> Box | None:
        """Return the pixels that an artist touches, if any."""
        if not artist.get_visible():
            return None
        pad: float = _INK
        for width in ("get_linewidth", "get_markeredgewidth"):
            if hasattr(artist, width):
                pad += getattr(artist, width)() * self.stage.figure.dpi / 72
        return self._to_box(artist.get_window_extent(self._renderer), pad)

    def _to_box(self, extent: Bbox, pad: float) -> Box | None:
        """Turn matplotlib's box, which counts from the bottom, into rows of pixels."""
        _, _, width, height = self._canvas
        x0, y0, x1, y1 = np.asarray(extent.extents).tolist()
        left, right = max(x0 - pad, 0), min(x1 + pad, width)
        bottom, top = max(y0 - pad, 0), min(y1 + pad, height)
        if not (left < right and bottom < top):  # nothing, or not a number
            return None
        return (
            math.floor(left),
            height - math.ceil(top),
            math.ceil(right),
            height - math.floor(bottom),
        )

    @staticmethod
    def _copy(
        box: Box | None, source: NDArray[np.uint8], target: NDArray[np.uint8]
    ) -> None:
        if box:
            left, top, right, bottom = box
            target[top:bottom, left:right] = source[top:bottom, left:right]


def _merged(boxes: Sequence[Box]) -> list[Box]:
    """Join boxes that overlap, until none does."""
    corners = np.array(boxes).reshape(-1, 4)
    while len(corners):
        overlaps = _overlaps(corners, corners)
        first = overlaps.argmax(axis=1)  # of the boxes that each one overlaps
        if (first == np.arange(len(corners))).all():
            break
        corners = np.array(
            [
                [*group[:, :2].min(axis=0), *group[:, 2:].max(axis=0)]
                for group in (corners[first == index] for index in np.unique(first))
            ]
        )
    return [(x0, y0, x1, y1) for x0, y0, x1, y1 in corners.tolist()]


def _touched(artists: dict[Artist, Box], boxes: Sequence[Box]) -> list[Artist]:
    """Return the artists whose box overlaps any of some boxes."""
    if not artists or not boxes:
        return []
    overlaps = _overlaps(np.array(list(artists.values())), np.array(boxes))
    names = list(artists)
    return [names[index] for index in np.flatnonzero(overlaps.any(axis=1))]


def _overlaps(ones: NDArray[np.int_], others: NDArray[np.int_]) -> NDArray[np.bool_]:
    """Tell which boxes (N, 4) overlap which others (M, 4), as (N, M)."""
    left, top, right, bottom = ones.T[..., None]
    return np.asarray(
        (left < others[:, 2])
        & (others[:, 0] < right)
        & (top < others[:, 3])
        & (others[:, 1] < bottom)
    )
