"""Draws a scene on a figure, before its layout is solved."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from animator.drawing.drawing import Drawing
from animator.drawing.math_fallback import fallback_fonts_now
from animator.drawing.panel import ColorBars
from animator.drawing.style import fallback_settings, style
from animator.drawing.theme import LIGHT, Theme
from animator.experiments.experiment import experiments_of
from animator.experiments.joined import relabelled, with_distinct_colors
from animator.experiments.lossmap import LossMaps
from animator.experiments.recorder import Recordings
from animator.rendering.annotations import Footer, Header, draw_footer, draw_header
from animator.rendering.blocks import draw_block, key_of_map, named_map
from animator.rendering.fixed_layout import FixedLayout
from animator.rendering.layers import sort_layers
from animator.rendering.layout import Block, make_blocks, make_figure
from animator.rendering.options import RenderOptions
from animator.rendering.solver import solve
from animator.scenes.counter import CounterText
from animator.scenes.scene import Scene
from animator.scenes.stage import PlacedPanel, Stage
from animator.scenes.timeline import Timeline


@dataclass(frozen=True, slots=True)
class StageInputs:
    """The inputs from which a stage is drawn.

    Attributes:
        scene: the scene to show.
        recordings: the recordings of its experiments.
        options: size, theme, type and transparency.
        counter: the text that the counter shows at each step.
        maps: evaluates the loss maps.
        timeline: the step that each frame shows.
        layout: limits and margins that several stages share; None for a single stage.
    """

    scene: Scene
    recordings: Recordings
    options: RenderOptions
    counter: CounterText
    maps: LossMaps
    timeline: Timeline
    layout: FixedLayout | None = None

    @property
    def theme(self) -> Theme:
        """The theme, with type in its full size."""
        return self.options.theme_of(self.scene)


@dataclass(frozen=True, slots=True)
class DrawnScene:
    """A scene on a figure; its layout is not solved yet.

    Attributes:
        stage: the figure, and what is updated in each frame.
        blocks: the panels of each scene.
        header: title, caption and counter.
        footer: the key.
        fits: functions to call when the axes have moved.
        theme: the theme of the panels.
        repeated: colour bars that only reserve room and are not shown.
    """

    stage: Stage
    blocks: Sequence[Block]
    header: Header
    footer: Footer
    fits: Sequence[Callable[[], None]]
    theme: Theme
    repeated: Sequence[Axes]

    def finished(self) -> Stage:
        """Remove the artists that only reserved room, and return the stage."""
        for bar in self.repeated:
            for part in bar.findobj():  # the painter may draw each separately
                part.set_visible(False)
        return self.stage

    def solve(self) -> float:
        """Solve the layout; return the smallest share of a panel that its axes fill.

        Raises:
            NoRoomError: there is no room for the panels.
        """
        self.stage.move_to(0)
        args = self.blocks, self.header, self.footer, self.fits, self.theme
        share = solve(self.stage.figure, *args)
        self.stage.move_to(0)
        return share


@dataclass(frozen=True, slots=True)
class _DrawnPanels:
    """The panels of a scene, drawn on a figure."""

    blocks: Sequence[Block]
    panels: Sequence[PlacedPanel]
    drawings: Sequence[Drawing]
    bars: Sequence[ColorBars]
    key: Sequence[str]
    """The entries of the key."""


def draw_scene(inputs: StageInputs, theme: Theme, fonts: Sequence[str]) -> DrawnScene:
    """Draw a scene; the layout has to be solved afterwards.

    Args:
        inputs: the scene, its recordings and its options.
        theme: the theme, with type in the size to try.
        fonts: the font families of the texts.

    Raises:
        SceneError: a panel failed.
    """
    scene, options = inputs.scene, inputs.options
    figure = make_figure(
        options.pixels, transparent=options.transparent, dpi=options.page_dpi
    )
    smaller = theme.for_panels(len(scene.panels), keeps_type=options.keeps_type)
    formulas = fallback_settings(theme.font, fallback_fonts_now())
    with style(smaller, fonts), mpl.rc_context(formulas):
        drawn = _draw_panels(inputs, figure, theme, smaller)
    header, drawing = draw_header(figure, scene, inputs.counter, theme)
    drawings = [*drawn.drawings, drawing]
    footer = draw_footer(figure, smaller, list(drawn.key))
    fits = [drawing.fit for drawing in drawings]
    layers = sort_layers(figure, drawings)
    stage = Stage(
        figure=figure,
        timeline=inputs.timeline,
        growing=layers.growing,
        moving=layers.moving,
        updates=[*(drawing.update for drawing in drawings), *layers.updates],
        title=scene.title,
        captions={-1: scene.caption, **scene.captions},
        theme=smaller,
        panels=drawn.panels,
        maps=inputs.maps,
    )
    repeated = [bar for bars in drawn.bars for bar in bars.repeated]
    return DrawnScene(stage, drawn.blocks, header, footer, fits, smaller, repeated)


def _draw_panels(
    inputs: StageInputs, figure: Figure, theme: Theme, smaller: Theme
) -> _DrawnPanels:
    """Draw the panels of a scene in a theme that suits their number."""
    scene, options = inputs.scene, inputs.options
    shown = [experiments_of(panel.experiment) for panel in scene.panels]
    recordings = with_distinct_colors(inputs.recordings, shown)
    blocks = list(make_blocks(figure, scene, options.pixels, smaller))
    if inputs.layout is not None:
        inputs.layout.prepare(figure)
    # On a page of paper, smaller labels need proportionally less room.
    share = 1.0 if options.page is None else theme.label_size / LIGHT.label_size
    named = named_map(figure, blocks, share)
    bars: dict[int, ColorBars] = {}
    drawings: list[Drawing] = []
    panels: list[PlacedPanel] = []
    for block in blocks:
        drawings += draw_block(
            figure, block, scene, recordings, smaller, inputs.maps, named, bars
        )
        panels += _placed(block, recordings)
    entries = dict.fromkeys(entry for drawing in drawings for entry in drawing.key)
    on_map = key_of_map(named)
    key = [entry for entry in entries if entry not in on_map]
    return _DrawnPanels(blocks, panels, drawings, list(bars.values()), key)


def _placed(block: Block, recordings: Recordings) -> list[PlacedPanel]:
    """Return the panels of a block, each with its axes and its recording."""
    return [
        PlacedPanel(
            panel,
            ax,
            relabelled([recordings[e] for e in experiments_of(panel.experiment)]),
        )
        for panel, ax in zip(block.scene.panels, block.axes, strict=True)
    ]
