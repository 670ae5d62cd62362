"""Decides where the settings of a scene are listed, each of them once."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from animator.drawing.end_labels import end_label_room
from animator.drawing.legend_entries import LegendEntry, entries_of
from animator.drawing.panel import ContextPanel
from animator.drawing.room import room_of
from animator.experiments.experiment import experiments_of
from animator.panels import LossCurve
from animator.rendering.layout import Block, spec_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from animator.drawing.theme import Theme
    from animator.experiments.recorder import Recording
    from animator.panels import Panel

_WIDEST, _HIGHEST = 0.55, 0.75
"""The largest share of a panel's width for labels at the ends of curves."""


@dataclass(frozen=True, slots=True)
class LegendPlan:
    """Where the settings of a block of panels are listed.

    Attributes:
        entries: the settings in the legend above all panels; empty if each panel
            lists its own.
        losses: whether the entries show losses.
        in_heading: the numbers of the panels that have a legend of their own.
        at_ends: the numbers of the panels with labels at the ends of their curves.
    """

    entries: Sequence[LegendEntry] = ()
    losses: bool = True
    in_heading: frozenset[int] = field(default_factory=frozenset)
    at_ends: frozenset[int] = field(default_factory=frozenset)


def plan_legend(
    figure: Figure,
    block: Block,
    recordings: Sequence[Recording],
    theme: Theme,
    mode: str,
) -> LegendPlan:
    """Plan the legend of a block of panels.

    Args:
        figure: the figure with the panels.
        block: the block of panels.
        recordings: the recording that each panel shows.
        theme: the theme, which has the sizes of type.
        mode: ``"shared"``, ``"each"`` or ``"none"``.
    """
    scene = block.scene
    losses = scene.legend_losses
    groups = _groups(scene.panels, recordings)
    if mode == "none" or not groups:
        return LegendPlan()
    if mode == "each":
        every = frozenset(index for group in groups.values() for index in group)
        return LegendPlan(losses=losses, in_heading=every)
    at_ends, heading = set[int](), set[int]()
    for group in groups.values():
        index = _curve_of(figure, block, group, recordings, theme, losses=losses)
        if index is None:
            heading.add(group[0])
        else:
            at_ends.add(index)
    if len(groups) == 1 and heading:
        (group,) = groups.values()
        experiments = {experiments_of(scene.panels[i].experiment) for i in group}
        recording = recordings[group[0]]
        one = len(experiments) == 1
        return LegendPlan(entries_of(recording, theme), losses and one)
    return LegendPlan((), losses, frozenset(heading), frozenset(at_ends))


def _groups(
    panels: Sequence[Panel], recordings: Sequence[Recording]
) -> Mapping[tuple[object, ...], list[int]]:
    """Group the numbers of panels that show the same settings."""
    groups: dict[tuple[object, ...], list[int]] = {}
    for index, panel in enumerate(panels):
        runs = recordings[index].trajectories
        if isinstance(panel, ContextPanel) and len(runs) > 1:
            same = tuple((run.label, run.setting) for run in runs)
            groups.setdefault(same, []).append(index)
    return groups


def _curve_of(
    figure: Figure,
    block: Block,
    group: Sequence[int],
    recordings: Sequence[Recording],
    theme: Theme,
    *,
    losses: bool,
) -> int | None:
    """Return the panel of curves with room for labels at their ends, if any."""
    panels = block.scene.panels
    if len({experiments_of(panels[index].experiment) for index in group}) > 1:
        return None
    for index in group:
        if isinstance(panels[index], LossCurve):
            ax, recording = block.axes[index], recordings[index]
            if _has_room(figure, block, ax, recording, theme, losses):
                return index
    return None


def _has_room(
    figure: Figure,
    block: Block,
    ax: Axes,
    recording: Recording,
    theme: Theme,
    losses: bool,
) -> bool:
    """Return whether labels at the ends of curves leave enough room for the curves."""
    fixed = room_of(ax).fixed
    if fixed is not None and fixed.margins is not None:
        return fixed.has_end_labels
    entries = entries_of(recording, theme)
    width, height = end_label_room(figure, entries, theme, losses=losses)
    spec = spec_of(ax)
    rows, columns = spec.get_gridspec().get_geometry()
    _, _, across, down = block.place
    width_of_all, height_of_all = map(float, figure.get_size_inches() * 72)
    panel_width = width_of_all / across * len(spec.colspan) / columns
    panel_height = height_of_all / down * len(spec.rowspan) / rows
    free = panel_height - 5 * theme.label_size
    free = max(free, math.ulp(1))
    has_room = width < _WIDEST * panel_width and height < _HIGHEST * free
    if fixed is not None:
        fixed.has_end_labels = has_room
    return has_room
