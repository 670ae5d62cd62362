"""Sets a scene on a figure: background, layers and layout, ready for any frame."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from animator.encoders import Size, check_size
from animator.errors import AnimatorError, SceneError
from animator.panels import Growing
from animator.panels.drawing import Drawing
from animator.recorder import Recordings
from animator.scene import Scene
from animator.surround import surround
from animator.theme import Theme, theme_named
from animator.timeline import Timeline

_GROWING, _MOVING = 1000.0, 2000.0


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
        for update in self.updates:
            update(step)


def set_stage(
    scene: Scene,
    recordings: Recordings,
    *,
    size: Size = (1280, 720),
    fps: float = 25.0,
    theme: str | Theme | None = None,
    transparent: bool = False,
) -> Stage:
    """Draw a scene's background on a figure, and lay it out once and for all."""
    check_size(size)
    theme = theme_named(scene.theme if theme is None else theme)
    timeline = scene.timeline(max(r.steps for r in recordings.values()), fps)
    with style(theme):
        figure = _figure(size)
        if transparent:
            figure.set_facecolor("none")
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
        # Solved here once, the layout stays as it is.
        engine = figure.get_layout_engine()
        assert engine is not None
        engine.execute(figure)
        figure.set_layout_engine("none")
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
