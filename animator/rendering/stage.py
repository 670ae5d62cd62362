"""Draws a scene on a figure with layers and layout, ready for any frame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import matplotlib as mpl
from matplotlib.text import Text

from animator.base.errors import during, placed
from animator.base.seeding import seeded
from animator.drawing.cut_texts import warn_cut
from animator.drawing.fonts import Fonts, fonts_for, warn_missing
from animator.drawing.math_fallback import fallback_families
from animator.drawing.style import fallback_settings, style
from animator.drawing.text import Label, set_fallback_fonts
from animator.experiments.epochs import steps_per_epoch
from animator.experiments.lossmap import LossMaps
from animator.experiments.recorder import Recordings
from animator.rendering.drawn_scene import DrawnScene, StageInputs, draw_scene
from animator.rendering.fixed_layout import FixedLayout
from animator.rendering.layout import NoRoomError
from animator.rendering.options import RenderOptions
from animator.rendering.speed import distances_per_step
from animator.rendering.type_sizes import (
    LEAST_SHARE,
    SMALLER,
    warn_large,
    with_smaller_type,
)
from animator.scenes.counter import CounterText, counter_text, shows_epochs
from animator.scenes.scene import Scene
from animator.scenes.stage import Stage


def set_stage(
    scene: Scene,
    recordings: Recordings,
    options: RenderOptions | None = None,
    maps: LossMaps | None = None,
    layout: FixedLayout | None = None,
    counter: CounterText | None = None,
) -> Stage:
    """Draw a scene on a figure, and solve its layout, which then never changes.

    Args:
        scene: the scene to show.
        recordings: the recordings of its experiments.
        options: size, frame rate, theme, type and transparency; other options are not
            used. The defaults if not given.
        maps: evaluates the loss maps; stages that share it evaluate each map once.
        layout: a layout that several stages share, and that the first one measures.
        counter: the text of the counter at each step; the scene's own if not given.

    Raises:
        SceneError: an argument is out of its range, or a panel failed.

    Warns:
        RenderWarning: no font has some of the characters, or a text was cut, or large
            type leaves the axes little room.
    """
    options = RenderOptions() if options is None else options
    timeline = scene.timeline(distances_per_step(recordings), options.fps)
    maps = LossMaps() if maps is None else maps
    counter = counter or _counter(scene, timeline.steps, recordings)
    inputs = StageInputs(scene, recordings, options, counter, maps, timeline, layout)
    if layout is not None and layout.smaller is not None:
        drawn = _draw(inputs, *layout.fonts, layout.smaller)
        _solve(inputs, drawn, layout.fonts[0])
        return drawn.finished()
    drawn, needed, others = _draw_in_full_type(inputs)
    warn_missing(inputs.theme.font, needed)
    fonts = needed.families, others
    drawn, smaller, share = _solve_with_room(inputs, drawn, *fonts)
    if options.keeps_type and share < LEAST_SHARE:
        warn_large(options)
    stage = drawn.finished()
    warn_cut(stage.figure.findobj(Label))
    if layout is not None:
        with style(inputs.theme, needed.families):
            layout.measure(stage.figure, smaller, fonts)
    return stage


def _draw(
    inputs: StageInputs, families: Sequence[str], others: Sequence[str], smaller: float
) -> DrawnScene:
    """Draw a scene in some fonts.

    Args:
        inputs: the scene, its recordings and its options.
        families: the font families of the texts.
        others: the families of single characters in formulas.
        smaller: the factor of the type's size.
    """
    theme = inputs.theme
    formulas = fallback_settings(theme.font, others)
    activity = during("setting the scene")
    with placed(inputs.scene.made_at), style(theme, families), seeded(), activity:
        with mpl.rc_context(formulas):
            drawn = draw_scene(inputs, with_smaller_type(theme, smaller), families)
            set_fallback_fonts(drawn.stage.figure, others)
    return replace(drawn, stage=replace(drawn.stage, formulas=formulas))


def _draw_in_full_type(
    inputs: StageInputs,
) -> tuple[DrawnScene, Fonts, Sequence[str]]:
    """Draw a scene with type in its full size, in fonts that have all characters.

    Returns:
        The scene, the fonts of its texts, and the families of single characters in its
        formulas.
    """
    theme = inputs.theme
    families = fonts_for(theme.font).families
    drawn = _draw(inputs, families, (), 1.0)
    with style(theme, families):  # `findobj` creates the ticks
        found: list[Any] = drawn.stage.figure.findobj(Text)
    texts = [text.get_text() for text in found]
    needed = fonts_for(theme.font, texts)
    others = fallback_families(needed.families, texts)
    if others or needed.families != families:  # rare
        drawn = _draw(inputs, needed.families, others, 1.0)
    return drawn, needed, others


def _solve(inputs: StageInputs, drawn: DrawnScene, families: Sequence[str]) -> float:
    """Solve the layout; return the smallest share of a panel that its axes fill."""
    activity = during("solving the layout")
    with style(inputs.theme, families), drawn.stage.settings(), activity:
        return drawn.solve()


def _solve_with_room(
    inputs: StageInputs,
    drawn: DrawnScene,
    families: Sequence[str],
    others: Sequence[str],
) -> tuple[DrawnScene, float, float]:
    """Solve the layout with the largest type that leaves the axes enough room.

    Args:
        inputs: the scene, its recordings and its options.
        drawn: the scene with type in its full size.
        families: the font families of the texts.
        others: the families of single characters in formulas.

    Returns:
        The scene, the factor of its type's size, and the smallest share of a panel
        that its axes fill.

    Raises:
        NoRoomError: there is no room for the panels even with the smallest type.
    """
    factors = (1.0,) if inputs.options.keeps_type else SMALLER
    for smaller in factors:
        if smaller != 1.0:
            drawn = _draw(inputs, families, others, smaller)
        try:
            share = _solve(inputs, drawn, families)
        except NoRoomError:
            if smaller == factors[-1]:
                raise
            continue
        if share >= LEAST_SHARE:
            break
    return drawn, smaller, share


def _counter(scene: Scene, steps: int, recordings: Recordings) -> CounterText:
    """Return the text of a scene's counter at each step."""
    if not shows_epochs(scene.counter):
        return counter_text(scene.counter, steps)
    experiments = [recordings[one].experiment for one in scene.experiments]
    return counter_text(scene.counter, steps, steps_per_epoch(experiments))
