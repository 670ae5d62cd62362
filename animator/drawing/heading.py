"""The lines above a panel: its title, its arrows' key, the loss or the legend."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from animator.drawing.drawing import Drawing
from animator.drawing.legend import (
    LINE_HEIGHT,
    NUMBER_WIDTH,
    ValueText,
    draw_legend,
    loss_text,
    place_label,
    place_readout,
    room_for,
)
from animator.drawing.text import fit_text, sanitize, text_width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from animator.drawing.panel import PanelContext
    from animator.drawing.theme import Theme
    from animator.experiments.recorder import Recording

_CHARACTER = 0.62
"""The approximate width of a character, in multiples of the size of the type."""


def draw_heading(
    ax: Axes,
    title: str | None,
    recording: Recording,
    theme: Theme,
    context: PanelContext,
    *,
    lines: int = 0,
    value: ValueText | None = None,
) -> Drawing:
    """Write a panel's title, and return the losses that change with the step.

    One setting's loss stands to the right of the title. Several settings form a
    legend below it, on the panel that has it.

    Args:
        ax: of the panel.
        title: of the panel; the name of its problem, or of all, if None.
        recording: the recording; its losses are shown.
        theme: colours and sizes.
        context: whether the panel has the legend, and what its arrows mean.
        lines: how many lines the panel itself writes between its axes and the heading.
        value: the number to show for each setting at a step, instead of its loss.
    """
    if title is None:
        parts = context.parts(recording)
        title = ", ".join(dict.fromkeys(part.problem.name for part in parts))
    has_seeds = any(len(family) > 1 for family in recording.families)
    key = ["losses: medians of the seeds"] if has_seeds else []
    recording = replace(recording, trajectories=tuple(recording.medians))
    lines += bool(context.arrow_key)
    bottom = lines * LINE_HEIGHT * theme.label_size
    _draw_arrow_key(ax, context.arrow_key, theme)
    if len(recording.trajectories) == 1:
        value = value or partial(loss_text, prefix="loss ")
        loss = _draw_number_beside(ax, title, recording, theme, bottom, value)
        return loss + Drawing(key=key)
    if context.has_legend:
        legend, height = draw_legend(ax, recording, theme, bottom, value or loss_text)
        _set_title(ax, title, bottom + height)
        return legend + Drawing(key=key)
    # Without a text the title still takes its room, so that panels align.
    _set_title(ax, title or " ", bottom + 0.45 * theme.panel_size)
    return Drawing()


def _set_title(ax: Axes, title: str, pad: float) -> None:
    """Write a title some points above the axes, no wider than the panel."""
    line = ax.set_title(sanitize(title), loc="left", pad=pad)
    fit_text(line, room_for(ax, is_title=True))


def _draw_arrow_key(
    ax: Axes, arrow_key: Sequence[tuple[str, str]], theme: Theme
) -> None:
    """Explain arrows of some meanings and colours, in one line."""
    size, right = theme.label_size, 0.0
    for meaning, color in arrow_key:
        place_label(ax, 0, 0.55 * size, "→", right, color, size)
        label = place_label(
            ax, 0, 0.55 * size, meaning, right + 1.2 * size, theme.text, size
        )
        right += 2.2 * size + text_width(label)


def _draw_number_beside(
    ax: Axes,
    title: str,
    recording: Recording,
    theme: Theme,
    bottom: float,
    value: ValueText,
) -> Drawing:
    """Write the title with the only setting's number beside it, or else below it."""
    (trajectory,) = recording.trajectories
    size = theme.label_size
    bottom += 0.45 * theme.panel_size
    line = ax.set_title(sanitize(title) or " ", loc="left", pad=bottom)
    longest = len(value(trajectory, 0)) * _CHARACTER * size
    width = text_width(line) + max((3 + NUMBER_WIDTH) * size, longest)
    is_beside = not title or width < room_for(ax)
    if not is_beside:
        _set_title(ax, title, bottom + LINE_HEIGHT * size)
    readout = place_readout(
        ax, float(is_beside), bottom, theme, ha="right" if is_beside else "left"
    )

    def update(step: float) -> None:
        readout.set_text(value(trajectory, step))

    return Drawing(moving=[readout], update=update)
