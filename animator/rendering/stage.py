"""Sets a scene on a figure: background, layers and layout, ready for any frame."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text

from animator.base.checks import quoted
from animator.base.errors import AnimatorError, SceneError, placed
from animator.base.geometry import Size
from animator.base.seeding import seeded
from animator.drawing.drawing import Drawing, Growing
from animator.drawing.fonts import fonts_for, warn_missing
from animator.drawing.panel import ColorBars, ContextPanel, Panel, PanelContext
from animator.drawing.ranges import calm_runs
from animator.drawing.style import style
from animator.drawing.theme import Theme, theme_named
from animator.experiments.epochs import steps_per_epoch
from animator.experiments.experiment import Experiment, experiments_of
from animator.experiments.joined import joined, relabelled, with_distinct_colors
from animator.experiments.lossmap import LossMaps
from animator.experiments.recorder import Recording, Recordings
from animator.rendering.annotations import annotate, reserve_margins
from animator.rendering.layers import sort_layers
from animator.rendering.layout import (
    grid_places,
    label_outer,
    make_figure,
    solve_layout,
    title_grid,
)
from animator.rendering.options import RenderOptions
from animator.scenes.counter import CounterText, counter_text, shows_epochs
from animator.scenes.scene import Scene
from animator.scenes.timeline import Timeline


@contextmanager
def _during(activity: str) -> Iterator[None]:
    """Name the activity in any error."""
    try:
        yield
    except AnimatorError:
        raise
    except Exception as error:
        raise SceneError(
            f"{activity} failed: {type(error).__name__}: {error}"
        ) from error


@dataclass(frozen=True, slots=True)
class Stage:
    """A scene that is set on a figure, ready to be moved to any frame."""

    figure: Figure
    timeline: Timeline
    growing: Sequence[Growing]
    moving: Sequence[Artist]
    """In the order in which they are drawn."""
    updates: Sequence[Callable[[float], None]]

    def move_to(self, frame: int) -> None:
        """Set all artists to a frame; this depends on nothing but its number."""
        self.set_step(self.timeline.step_at(frame))

    def set_step(self, step: float) -> None:
        """Set all artists to a step, or to a point between two."""
        for artist in self.growing:
            artist.grow(0, int(step))
        self.update(step)

    def update(self, step: float) -> None:
        """Set the moving artists to a step.

        Raises:
            SceneError: a panel failed in doing so.
        """
        with _during(f"drawing step {step:g}"):
            for update in self.updates:
                update(step)


def set_stage(
    scene: Scene,
    recordings: Recordings,
    options: RenderOptions | None = None,
    maps: LossMaps | None = None,
) -> Stage:
    """Draw a scene's background on a figure, and solve its layout once and for all.

    Args:
        scene: what to show.
        recordings: of its experiments.
        options: size, frame rate, theme and transparency; the others are not used. The
            defaults if not given.
        maps: evaluates the loss maps; stages that share it evaluate each map once.

    Raises:
        SceneError: an argument is out of its range, or a panel failed.

    Warns:
        RenderWarning: no font has some of its characters.
    """
    options = RenderOptions() if options is None else options
    size = options.size
    theme = theme_named(scene.theme if options.theme is None else options.theme)
    timeline = scene.timeline(_distances(recordings), options.fps)
    maps = LossMaps() if maps is None else maps
    counter = _counter(scene, timeline.steps, recordings)

    def draw(fonts: Sequence[str]) -> tuple[Stage, list[Axes]]:
        during = _during("setting the scene")
        with placed(scene.made_at), style(theme, fonts), seeded(), during:
            figure = make_figure(size, transparent=options.transparent)
            reserve_margins(figure, scene, theme)
            smaller = theme.for_panels(len(scene.panels))
            with style(smaller, fonts):
                drawings, repeated = _draw_panels(
                    figure, scene, recordings, size, smaller, maps
                )
            key = dict.fromkeys(sign for drawing in drawings for sign in drawing.key)
            drawings.append(annotate(figure, scene, counter, theme, list(key)))
            return _stage_of(figure, timeline, drawings), repeated

    fonts = fonts_for(theme.font).families
    stage, repeated = draw(fonts)
    with style(theme, fonts):  # listing its texts makes the ticks
        texts: list[Any] = stage.figure.findobj(Text)
    needed = fonts_for(theme.font, [text.get_text() for text in texts])
    if needed.families != fonts:  # known only now; this is rare
        stage, repeated = draw(needed.families)
    warn_missing(theme.font, needed.lacking)
    with style(theme, needed.families), _during("laying the scene out"):
        stage.move_to(0)
        solve_layout(stage.figure)
        for bar in repeated:
            bar.set_visible(False)
    return stage


def _counter(scene: Scene, steps: int, recordings: Recordings) -> CounterText:
    """Return what a scene's counter shows."""
    if not shows_epochs(scene.counter):
        return counter_text(scene.counter, steps)
    experiments = [recordings[one].experiment for one in scene.experiments]
    return counter_text(scene.counter, steps, steps_per_epoch(experiments))


def _stage_of(figure: Figure, timeline: Timeline, drawings: Sequence[Drawing]) -> Stage:
    """Return what was drawn on a figure as a stage."""
    layers = sort_layers(figure, drawings)
    return Stage(
        figure=figure,
        timeline=timeline,
        growing=layers.growing,
        moving=layers.moving,
        updates=[*(drawing.update for drawing in drawings), *layers.updates],
    )


def _draw_panels(
    figure: Figure,
    scene: Scene,
    recordings: Recordings,
    size: Size,
    theme: Theme,
    maps: LossMaps,
) -> tuple[list[Drawing], list[Axes]]:
    """Draw the panels of a scene and of its parts.

    Returns:
        What was drawn, and colour bars to hide when the layout is solved.
    """
    drawings = []
    with_legend: set[tuple[Experiment, ...]] = set()
    shown = [experiments_of(panel.experiment) for panel in scene.panels]
    recordings = with_distinct_colors(recordings, shown)
    bars: dict[int, ColorBars] = {}
    for part, axes in grid_places(figure, scene, size, theme):
        for number, (panel, ax) in enumerate(zip(part.panels, axes, strict=True), 1):
            # Set here, it is not read from the user's settings when ticks are chosen.
            ax.tick_params(labelsize=theme.tick_size)
            own = experiments_of(panel.experiment)
            place = getattr(panel, "made_at", None) or own[0].made_at
            activity = f"drawing panel {number} ({type(panel).__name__})"
            with placed(place), _during(activity):
                parts = relabelled([recordings[experiment] for experiment in own])
                context = PanelContext(
                    maps,
                    own not in with_legend,
                    recordings=parts,
                    colorbars=bars.setdefault(number, ColorBars()),
                )
                recording = joined(parts)
                drawings.append(_draw_panel(panel, ax, recording, theme, context))
            if isinstance(panel, ContextPanel):
                with_legend.add(own)
        label_outer(axes)
        title_grid(axes, part, theme)
    return drawings, [bar for each in bars.values() for bar in each.repeated]


def _draw_panel(
    panel: Panel, ax: Axes, recording: Recording, theme: Theme, context: PanelContext
) -> Drawing:
    """Draw a panel, with its context if it uses one."""
    if isinstance(panel, ContextPanel):
        drawing = panel.draw_in_context(ax, recording, theme, context)
    else:
        drawing = panel.draw(ax, recording, theme)
    if not isinstance(drawing, Drawing):
        raise TypeError(f"it returns {quoted(drawing)}; return a Drawing")
    return drawing


def _distances(recordings: Recordings) -> list[float]:
    """Return how far the fastest of all settings goes in each step (steps,).

    Distances are those on the map, whose sides are 1 long; none counts as more than its
    diagonal. Runs that diverge do not count beside others.
    """
    distances = np.zeros(max(recording.steps for recording in recordings.values()))
    for recording in recordings.values():
        problem = recording.problem
        sides = [c.high - c.low for c in (problem.x, problem.y)]
        for trajectory in calm_runs(recording):
            moves = np.diff(trajectory.params.astype(np.float64), axis=0) / sides
            lengths = np.minimum(np.nan_to_num(np.hypot(*moves.T)), math.sqrt(2))
            steps = len(lengths)
            distances[:steps] = np.maximum(distances[:steps], lengths)
    return distances.tolist()
