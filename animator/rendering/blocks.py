"""Draws the panels of a scene, or of one of its parts, and their legend."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from animator.base.checks import quoted
from animator.base.errors import during, placed
from animator.drawing.drawing import Drawing
from animator.drawing.legend import draw_legend
from animator.drawing.panel import ColorBars, ContextPanel, Panel, PanelContext
from animator.drawing.room import room_of
from animator.drawing.theme import Theme
from animator.experiments.experiment import experiments_of
from animator.experiments.joined import joined, relabelled
from animator.experiments.lossmap import LossMaps
from animator.experiments.recorder import Recording, Recordings
from animator.panels import Heatmap, Surface, Vectors
from animator.rendering.colorbars import hide_repeated
from animator.rendering.layout import (
    Block,
    label_outer,
    spec_of,
)
from animator.rendering.legends import plan_legend
from animator.scenes.scene import Scene


def named_map(figure: Figure, blocks: Sequence[Block], share: float) -> Panel | None:
    """Return the first map of a scene, if labels of the settings fit on it.

    If there is no map, return the first landscape. `share` is the size of the labels,
    as a share of the usual size.
    """
    width, height = figure.get_size_inches()
    for kinds in ((Heatmap, Vectors), (Surface,)):
        for block in blocks:
            for panel, ax in zip(block.scene.panels, block.axes, strict=True):
                if isinstance(panel, kinds):
                    spec = spec_of(ax)
                    rows, columns = spec.get_gridspec().get_geometry()
                    across = width / block.place[2] * len(spec.colspan) / columns
                    down = height / block.place[3] * len(spec.rowspan) / rows
                    return panel if min(across / 4.0, down / 3.0) >= share else None
    return None


def key_of_map(panel: Panel | None) -> list[str]:
    """Return the entries of the key that explain the symbols on a map."""
    if panel is None:
        return []
    shown = panel.heatmap if isinstance(panel, Vectors) else panel
    extremum = shown.extremum if isinstance(shown, Heatmap) else "minimum"
    return ["□ start", f"○ {extremum} of the map"]


def draw_block(
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
        # Otherwise matplotlib reads it from the user's settings when it chooses ticks.
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
            drawings.append(draw_panel(panel, ax, shown[index], theme, context))
    own_axes = set(block.axes)
    places = [place for each in bars.values() for place in each.places]
    hide_repeated([place for place in places if place[0] in own_axes])
    if plan.entries:
        block.legend = draw_legend(figure, plan.entries, theme, losses=plan.losses)
        drawings.append(block.legend.drawing())
    label_outer(block.axes)
    return drawings


def draw_panel(
    panel: Panel, ax: Axes, recording: Recording, theme: Theme, context: PanelContext
) -> Drawing:
    """Draw a panel; pass the context to panels that take one."""
    if isinstance(panel, ContextPanel):
        drawing = panel.draw_in_context(ax, recording, theme, context)
    else:
        drawing = panel.draw(ax, recording, theme)
    if not isinstance(drawing, Drawing):
        raise TypeError(f"it returns {quoted(drawing)}; return a Drawing")
    fixed = room_of(ax).fixed
    if fixed is not None:
        fixed.keep_limits(ax)
    return drawing
