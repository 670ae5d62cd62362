"""Sets a scene on a figure: background, layers and layout, ready for any frame."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text

from animator.base.checks import quoted
from animator.base.errors import RenderWarning, during, placed
from animator.base.seeding import seeded
from animator.drawing.drawing import Drawing
from animator.drawing.fonts import fonts_for, warn_missing
from animator.drawing.legend import draw_legend
from animator.drawing.panel import ColorBars, ContextPanel, Panel, PanelContext
from animator.drawing.ranges import calm_runs
from animator.drawing.style import style
from animator.drawing.text import Label, warn_cut
from animator.drawing.theme import LIGHT, Theme
from animator.experiments.epochs import steps_per_epoch
from animator.experiments.experiment import experiments_of
from animator.experiments.joined import joined, relabelled, with_distinct_colors
from animator.experiments.lossmap import LossMaps
from animator.experiments.recorder import Recording, Recordings
from animator.panels import Heatmap
from animator.rendering.annotations import Footer, Header, draw_footer, draw_header
from animator.rendering.layers import sort_layers
from animator.rendering.layout import (
    Block,
    label_outer,
    make_blocks,
    make_figure,
    spec_of,
)
from animator.rendering.legends import plan_legend
from animator.rendering.options import RenderOptions
from animator.rendering.solver import solve
from animator.scenes.counter import CounterText, counter_text, shows_epochs
from animator.scenes.scene import Scene
from animator.scenes.stage import PlacedPanel, Stage
from animator.scenes.timeline import Timeline

_GROWING, _MOVING = 1000.0, 2000.0
"""The z-orders at which the layers of growing and of moving artists begin."""


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
        options: size, frame rate, theme, type and transparency; the others are not
            used. The defaults if not given.
        maps: evaluates the loss maps; stages that share it evaluate each map once.

    Raises:
        SceneError: an argument is out of its range, or a panel failed.

    Warns:
        RenderWarning: no font has some of its characters.
    """
    options = RenderOptions() if options is None else options
    theme = options.theme_of(scene)
    timeline = scene.timeline(_distances(recordings), options.fps)
    maps = LossMaps() if maps is None else maps
    counter = _counter(scene, timeline.steps, recordings)

    def draw(fonts: Sequence[str], smaller: float) -> _Set:
        activity = during("setting the scene")
        with placed(scene.made_at), style(theme, fonts), seeded(), activity:
            own = _smaller(theme, smaller)
            args = scene, recordings, options, own, fonts, counter, maps
            return _draw(*args, timeline)

    fonts = fonts_for(theme.font).families
    drawn = draw(fonts, 1.0)
    with style(theme, fonts):  # listing its texts makes the ticks
        texts: list[Any] = drawn.stage.figure.findobj(Text)
    needed = fonts_for(theme.font, [text.get_text() for text in texts])
    if needed.families != fonts:  # known only now; this is rare
        drawn = draw(needed.families, 1.0)
    warn_missing(theme.font, needed)
    for smaller in (1.0,) if options.keeps_type else _SMALLER:
        if smaller != 1.0:
            drawn = draw(needed.families, smaller)
        with style(theme, needed.families), during("solving the layout"):
            share = drawn.solve()
        if share >= _LEAST_SHARE:
            break
    if options.keeps_type and share < _LEAST_SHARE:
        _warn_large(options)
    for bar in drawn.repeated:
        for part in bar.findobj():  # each may be drawn by itself
            part.set_visible(False)
    warn_cut(drawn.stage.figure.findobj(Label))
    return drawn.stage


_SMALLER = (1.0, 0.84, 0.7, 0.58)
"""Factors of the type's size, of which the first is used that leaves enough room."""
_LEAST_SHARE = 0.5
"""The share of its panel that axes have if there is enough room."""


def _warn_large(options: RenderOptions) -> None:
    """Warn that type of the size that is asked for leaves little room.

    Warns:
        RenderWarning: always.
    """
    warnings.warn(
        f"type of {options.font_size:g} points leaves some axes less than half of "
        "their panel; give a smaller font_size, a larger size or fewer panels",
        RenderWarning,
        stacklevel=3,
    )


@dataclass(frozen=True, slots=True)
class _Set:
    """A scene that is drawn, with nothing in its final place."""

    stage: Stage
    blocks: Sequence[Block]
    header: Header
    footer: Footer
    fits: Sequence[Callable[[], None]]
    theme: Theme
    repeated: Sequence[Axes]
    """Colour bars that only reserve room."""

    def solve(self) -> float:
        """Solve the layout; return the smallest share of its panel that axes have."""
        self.stage.move_to(0)
        args = self.blocks, self.header, self.footer, self.fits, self.theme
        share = solve(self.stage.figure, *args)
        self.stage.move_to(0)
        return share


def _smaller(theme: Theme, factor: float) -> Theme:
    """Return a theme with smaller type."""
    names = ("title_size", "panel_size", "label_size", "tick_size")
    sizes: dict[str, Any] = {name: factor * getattr(theme, name) for name in names}
    return theme if factor == 1.0 else replace(theme, **sizes)


def _draw(
    scene: Scene,
    recordings: Recordings,
    options: RenderOptions,
    theme: Theme,
    fonts: Sequence[str],
    counter: CounterText,
    maps: LossMaps,
    timeline: Timeline,
) -> _Set:
    """Draw all of a scene, with nothing in its final place."""
    size = options.pixels
    figure = make_figure(size, transparent=options.transparent, dpi=options.page_dpi)
    panels = len(scene.panels)
    smaller = theme.for_panels(panels, keeps_type=options.keeps_type)
    bars: dict[int, ColorBars] = {}
    shown = [experiments_of(panel.experiment) for panel in scene.panels]
    recordings = with_distinct_colors(recordings, shown)
    with style(smaller, fonts):
        blocks = list(make_blocks(figure, scene, size, smaller))
        drawings: list[Drawing] = []
        placed_panels: list[PlacedPanel] = []
        # On a page, names need as much less room as they are smaller.
        share = 1.0 if options.page is None else theme.label_size / LIGHT.label_size
        named = _named_map(figure, blocks, share)
        for block in blocks:
            drawings += _draw_block(
                figure, block, scene, recordings, smaller, maps, named, bars
            )
            placed_panels += _placed(block, recordings)
    key = dict.fromkeys(sign for drawing in drawings for sign in drawing.key)
    for sign in _mark_signs(named):
        key.pop(sign, None)
    header, drawing = draw_header(figure, scene, counter, theme)
    drawings.append(drawing)
    footer = draw_footer(figure, theme, list(key))
    fits = [drawing.fit for drawing in drawings]
    layers = sort_layers(figure, drawings)
    stage = Stage(
        figure=figure,
        timeline=timeline,
        growing=layers.growing,
        moving=layers.moving,
        updates=[*(drawing.update for drawing in drawings), *layers.updates],
        title=scene.title,
        captions={-1: scene.caption, **scene.captions},
        theme=smaller,
        panels=placed_panels,
        maps=maps,
    )
    repeated = [bar for each in bars.values() for bar in each.repeated]
    return _Set(stage, blocks, header, footer, fits, smaller, repeated)


def _named_map(figure: Figure, blocks: Sequence[Block], share: float) -> Heatmap | None:
    """Return the first map of a scene, if there is room for names on it.

    Their size is a share of the usual one.
    """
    width, height = figure.get_size_inches()
    for block in blocks:
        for panel, ax in zip(block.scene.panels, block.axes, strict=True):
            if isinstance(panel, Heatmap):
                spec = spec_of(ax)
                rows, columns = spec.get_gridspec().get_geometry()
                across = width / block.place[2] * len(spec.colspan) / columns
                down = height / block.place[3] * len(spec.rowspan) / rows
                return panel if min(across / 4.0, down / 3.0) >= share else None
    return None


def _mark_signs(panel: Heatmap | None) -> list[str]:
    """Return what the key need not say, as it is written on a map."""
    if panel is None:
        return []
    return ["□ start", f"○ {panel.extremum} of the map"]


def _counter(scene: Scene, steps: int, recordings: Recordings) -> CounterText:
    """Return what a scene's counter shows."""
    if not shows_epochs(scene.counter):
        return counter_text(scene.counter, steps)
    experiments = [recordings[one].experiment for one in scene.experiments]
    return counter_text(scene.counter, steps, steps_per_epoch(experiments))


def _placed(block: Block, recordings: Recordings) -> list[PlacedPanel]:
    """Return the panels of a block on their axes, each with what it shows."""
    return [
        PlacedPanel(
            panel, ax, [recordings[e] for e in experiments_of(panel.experiment)]
        )
        for panel, ax in zip(block.scene.panels, block.axes, strict=True)
    ]


def _draw_block(
    figure: Figure,
    block: Block,
    scene: Scene,
    recordings: Recordings,
    theme: Theme,
    maps: LossMaps,
    named: Panel | None,
    bars: dict[int, ColorBars],
) -> list[Drawing]:
    """Draw the panels of a scene, or of one of its parts, and their legend."""
    drawings = []
    panels = block.scene.panels
    parts = [
        relabelled([recordings[one] for one in experiments_of(panel.experiment)])
        for panel in panels
    ]
    shown = [joined(own) for own in parts]
    plan = plan_legend(figure, block, shown, theme, scene.legend)
    for index, (panel, ax) in enumerate(zip(panels, block.axes, strict=True)):
        # Set here, it is not read from the user's settings when ticks are chosen.
        ax.tick_params(labelsize=theme.tick_size)
        own = experiments_of(panel.experiment)
        place = getattr(panel, "made_at", None) or own[0].made_at
        activity = f"drawing panel {index + 1} ({type(panel).__name__})"
        with placed(place), during(activity):
            context = PanelContext(
                maps,
                has_legend=index in plan.in_heading,
                has_losses=plan.losses,
                has_end_labels=index in plan.at_ends,
                has_mark_names=panel is named,
                recordings=parts[index],
                colorbars=bars.setdefault(index, ColorBars()),
            )
            drawings.append(_draw_panel(panel, ax, shown[index], theme, context))
    if plan.entries:
        block.legend = draw_legend(figure, plan.entries, theme, losses=plan.losses)
        drawings.append(block.legend.drawing())
    label_outer(block.axes)
    return drawings


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
