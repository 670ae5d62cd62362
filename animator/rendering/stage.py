"""Sets a scene on a figure: background, layers and layout, ready for any frame."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.text import Text

from animator.base.errors import during, placed
from animator.base.seeding import seeded
from animator.drawing.drawing import Drawing
from animator.drawing.fonts import fonts_for, warn_missing
from animator.drawing.foreign import foreign_families
from animator.drawing.panel import ColorBars
from animator.drawing.style import foreign_settings, style
from animator.drawing.text import Label, set_all_foreign, warn_cut
from animator.drawing.theme import LIGHT, Theme
from animator.experiments.epochs import steps_per_epoch
from animator.experiments.experiment import experiments_of
from animator.experiments.joined import relabelled, with_distinct_colors
from animator.experiments.lossmap import LossMaps
from animator.experiments.recorder import Recordings
from animator.rendering.annotations import Footer, Header, draw_footer, draw_header
from animator.rendering.blocks import draw_block, mark_signs, named_map
from animator.rendering.fixed_layout import FixedLayout
from animator.rendering.layers import sort_layers
from animator.rendering.layout import (
    Block,
    NoRoomError,
    make_blocks,
    make_figure,
)
from animator.rendering.options import RenderOptions
from animator.rendering.solver import solve
from animator.rendering.speed import distances_per_step
from animator.rendering.type_sizes import (
    LEAST_SHARE,
    SMALLER,
    warn_large,
    with_smaller_type,
)
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
    layout: FixedLayout | None = None,
    counter: CounterText | None = None,
) -> Stage:
    """Draw a scene's background on a figure, and solve its layout once and for all.

    Args:
        scene: what to show.
        recordings: of its experiments.
        options: size, frame rate, theme, type and transparency; the others are not
            used. The defaults if not given.
        maps: evaluates the loss maps; stages that share it evaluate each map once.
        layout: that of several stages, which the first one of them measures.
        counter: what the counter shows; the scene's own if not given.

    Raises:
        SceneError: an argument is out of its range, or a panel failed.

    Warns:
        RenderWarning: no font has some of its characters.
    """
    options = RenderOptions() if options is None else options
    theme = options.theme_of(scene)
    timeline = scene.timeline(distances_per_step(recordings), options.fps)
    maps = LossMaps() if maps is None else maps
    counter = counter or _counter(scene, timeline.steps, recordings)

    def draw(fonts: Sequence[str], others: Sequence[str], smaller: float) -> _Set:
        activity, formulas = during("setting the scene"), foreign_settings(font, others)
        with placed(scene.made_at), style(theme, fonts), seeded(), activity:
            with mpl.rc_context(formulas):
                own = with_smaller_type(theme, smaller)
                args = scene, recordings, options, own, fonts, counter, maps
                drawn = _draw(*args, timeline, layout)
                set_all_foreign(drawn.stage.figure, others)
        return replace(drawn, stage=replace(drawn.stage, formulas=formulas))

    font = theme.font
    if layout is not None and layout.smaller is not None:
        drawn = draw(*layout.fonts, layout.smaller)
        activity = during("solving the layout")
        with style(theme, layout.fonts[0]), drawn.stage.settings(), activity:
            drawn.solve()
        return drawn.finished()
    drawn = draw(fonts_for(font).families, (), 1.0)
    with style(theme, fonts_for(font).families):  # listing its texts makes the ticks
        found: list[Any] = drawn.stage.figure.findobj(Text)
    texts = [text.get_text() for text in found]
    needed = fonts_for(font, texts)
    others = foreign_families(needed.families, texts)
    if others or needed.families != fonts_for(font).families:  # this is rare
        drawn = draw(needed.families, others, 1.0)
    warn_missing(font, needed)
    factors = (1.0,) if options.keeps_type else SMALLER
    for smaller in factors:
        if smaller != 1.0:
            drawn = draw(needed.families, others, smaller)
        activity = during("solving the layout")
        try:
            with style(theme, needed.families), drawn.stage.settings(), activity:
                share = drawn.solve()
        except NoRoomError:
            if smaller == factors[-1]:
                raise
            continue
        if share >= LEAST_SHARE:
            break
    if options.keeps_type and share < LEAST_SHARE:
        warn_large(options)
    stage = drawn.finished()
    warn_cut(stage.figure.findobj(Label))
    if layout is not None:
        with style(theme, needed.families):
            layout.measure(stage.figure, smaller, (needed.families, others))
    return stage


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

    def finished(self) -> Stage:
        """Return the stage, without what has only reserved room."""
        for bar in self.repeated:
            for part in bar.findobj():  # each may be drawn by itself
                part.set_visible(False)
        return self.stage

    def solve(self) -> float:
        """Solve the layout; return the smallest share of its panel that axes have."""
        self.stage.move_to(0)
        args = self.blocks, self.header, self.footer, self.fits, self.theme
        share = solve(self.stage.figure, *args)
        self.stage.move_to(0)
        return share


def _draw(
    scene: Scene,
    recordings: Recordings,
    options: RenderOptions,
    theme: Theme,
    fonts: Sequence[str],
    counter: CounterText,
    maps: LossMaps,
    timeline: Timeline,
    layout: FixedLayout | None,
) -> _Set:
    """Draw all of a scene, with nothing in its final place."""
    size = options.pixels
    figure = make_figure(size, transparent=options.transparent, dpi=options.page_dpi)
    smaller = theme.for_panels(len(scene.panels), keeps_type=options.keeps_type)
    bars: dict[int, ColorBars] = {}
    shown = [experiments_of(panel.experiment) for panel in scene.panels]
    recordings = with_distinct_colors(recordings, shown)
    with style(smaller, fonts):
        blocks = list(make_blocks(figure, scene, size, smaller))
        if layout is not None:
            layout.prepare(figure)
        drawings: list[Drawing] = []
        panels: list[PlacedPanel] = []
        # On a page, names need as much less room as they are smaller.
        share = 1.0 if options.page is None else theme.label_size / LIGHT.label_size
        named = named_map(figure, blocks, share)
        for block in blocks:
            drawings += draw_block(
                figure, block, scene, recordings, smaller, maps, named, bars
            )
            panels += _placed(block, recordings)
    key = dict.fromkeys(sign for drawing in drawings for sign in drawing.key)
    for sign in mark_signs(named):
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
        panels=panels,
        maps=maps,
    )
    repeated = [bar for each in bars.values() for bar in each.repeated]
    return _Set(stage, blocks, header, footer, fits, smaller, repeated)


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
            panel,
            ax,
            relabelled([recordings[e] for e in experiments_of(panel.experiment)]),
        )
        for panel, ax in zip(block.scene.panels, block.axes, strict=True)
    ]
