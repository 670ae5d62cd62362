"""Draws the heading of a panel: its title, and its loss or a legend."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.transforms import ScaledTranslation

from animator.drawing.drawing import Drawing
from animator.drawing.legend import LINE_HEIGHT, Legend, draw_legend
from animator.drawing.legend_entries import LegendEntry, entries_of
from animator.drawing.number_room import number_room
from animator.drawing.readout import Readout
from animator.drawing.room import (
    axes_box,
    offset_height,
    other_titles,
    panel_width,
    room_of,
)
from animator.drawing.text import Label, fit_text, sanitize, text_rise, text_width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.text import Text

    from animator.drawing.panel import PanelContext
    from animator.drawing.theme import Theme
    from animator.experiments.recorder import Recording

GAP = 0.5
"""The space between axes and heading, in multiples of the font size."""

_CLOSE = 0.35
"""The same, if the heading has a single line."""


def draw_heading(
    ax: Axes,
    title: str | None,
    recording: Recording,
    theme: Theme,
    context: PanelContext,
    *,
    lines: int = 0,
    series: str = "loss",
) -> Drawing:
    """Write the title of a panel, and return the numbers that change with the step.

    The number of a single setting is to the right of the title. Several settings form a
    legend below the title, on the panel that has the legend.

    Args:
        ax: the axes of the panel.
        title: the title of the panel; None for the problem's name.
        recording: the recording of the settings to list.
        theme: colours and sizes.
        context: whether the panel has the legend, and the meanings of its arrows.
        lines: the number of lines that the panel itself writes between axes and
            heading.
        series: the name of the series to list.
    """
    figure = ax.get_figure(root=True)
    assert figure is not None
    if title is None:
        parts = context.parts(recording)
        title = ", ".join(dict.fromkeys(part.problem.name for part in parts))
    if title.strip().lower() == ax.get_ylabel().lower():
        ax.set_ylabel("")
    has_seeds = any(len(family) > 1 for family in recording.families)
    key = ["numbers: medians of the seeds"] if has_seeds else []
    lines += bool(context.arrow_key)
    own = lines * LINE_HEIGHT * theme.label_size
    _draw_arrow_key(ax, context.arrow_key, theme)
    line = Label(title, color=theme.text, size=theme.panel_size)
    figure.add_artist(line)
    room_of(ax).title = line.full
    entries = entries_of(recording, theme, series)
    if len(entries) == 1:
        number = _NumberBeside(ax, line, theme, own, entries[0], series)
        number.fit()
        return Drawing([], [number.readout], number.update, key, number.fit)
    legend = None
    if context.has_legend:
        legend = draw_legend(figure, entries, theme, losses=context.has_losses)
    below = _TitleAbove(ax, line, theme, own, legend)
    below.fit()
    drawing = Drawing(fit=below.fit, key=key if context.has_losses else [])
    return drawing + legend.drawing() if legend is not None else drawing


class _TitleAbove:
    """A title with a legend below it."""

    def __init__(
        self, ax: Axes, title: Label, theme: Theme, own: float, legend: Legend | None
    ) -> None:
        self._ax, self._title, self._legend = ax, title, legend
        self._theme, self._own = theme, own

    def fit(self) -> None:
        """Place the lines, and reserve the space that they need."""
        left, bottom, _, height = axes_box(self._ax)
        room, size = room_of(self._ax), self._theme.label_size
        width = panel_width(self._ax)
        top = bottom + height + max(room.row_top, room.top)
        below = top - _place_title(self._ax, self._title, left, top, width)
        lower = GAP * size + self._own + offset_height(self._ax)
        if self._legend is not None:
            figure = self._ax.get_figure(root=True)
            assert figure is not None
            limit = 0.2 * float(figure.get_size_inches()[1]) * 72
            lower += self._legend.arrange(left, below, width, limit)
        room.top = top - below + lower if top - below + lower > GAP * size else 0.0


class _NumberBeside:
    """A title with the number of a single setting beside it, or below it."""

    def __init__(
        self,
        ax: Axes,
        title: Label,
        theme: Theme,
        own: float,
        entry: LegendEntry,
        series: str,
    ) -> None:
        self._ax, self._title, self._theme, self._own = ax, title, theme, own
        self._entry, self._series = entry, sanitize(series)
        figure = ax.get_figure(root=True)
        assert figure is not None
        before, after = number_room(figure, [self._entry], theme.label_size)
        self._numbers = (before * theme.label_size, after * theme.label_size)
        self.readout = Readout(
            0,
            0,
            color=theme.text,
            size=theme.label_size,
            va="baseline",
            ha="right",
            role="value",
            label=entry.run.label,
        )
        figure.add_artist(self.readout)

    def fit(self) -> None:
        """Place title and number, and reserve the space that they need."""
        left, bottom, width, height = axes_box(self._ax)
        room, size = room_of(self._ax), self._theme.label_size
        top = bottom + height + max(room.row_top, room.top)
        own = self._own + offset_height(self._ax)
        name = 0.62 * len(self._series) + 0.6
        number = sum(self._numbers) + name * size
        title = self._title
        title.set_text(title.full)
        title.set_fontsize(title.full_size)
        is_beside = not title.full or text_width(title) + number + size <= width
        gap = GAP if title.full else _CLOSE
        base = bottom + height + gap * size + own
        if is_beside:
            taken = _place_title(self._ax, title, left, top, width - number - size)
            base = max(base, top - taken + 0.32 * size) if title.full else base
            self.readout.set_horizontalalignment("right")
            self.readout.place(left + width, base)
            line = LINE_HEIGHT if title.full else 1.0
            room.top = max(taken, line * size) + gap * size + own
        else:
            taken = _place_title(self._ax, title, left, top, panel_width(self._ax))
            self.readout.set_horizontalalignment("left")
            self.readout.place(left, top - taken - 0.95 * size)
            room.top = taken + (LINE_HEIGHT + GAP) * size + own

    def update(self, step: float) -> None:
        """Show the number at a step."""
        text = self._entry.text_at(step)
        is_word = text.startswith("d")
        self.readout.set_text(text if is_word else f"{self._series} {text}")


def _place_title(
    ax: Axes, title: Label, left: float, top: float, width: float
) -> float:
    """Place a title below a height; return its height, in points."""
    if not title.full.strip():
        return 0.0
    fit_text(title, width, apart=other_titles(ax))
    rise, drop = text_rise(title)
    rise, drop = max(rise, 0.95 * title.full_size), max(drop, 0.28 * title.full_size)
    title.place(left, top - rise)
    return rise + drop


def _draw_arrow_key(
    ax: Axes, arrow_key: Sequence[tuple[str, str]], theme: Theme
) -> None:
    """Explain the meanings of coloured arrows in one line."""
    size, right = theme.label_size, 0.0
    for meaning, color in arrow_key:
        place_label(ax, 0, 0.55 * size, "→", right, color, size)
        label = place_label(
            ax, 0, 0.55 * size, meaning, right + 1.2 * size, theme.text, size
        )
        right += 2.2 * size + text_width(label)


def place_readout(
    ax: Axes, x: float, up: float, theme: Theme, *, ha: str, right: float = 0.0
) -> Readout:
    """Place a text that changes above the axes; `up` and `right` are in points."""
    figure = ax.get_figure(root=True)
    assert figure is not None
    offset = ScaledTranslation(right / 72, up / 72, figure.dpi_scale_trans)
    readout = Readout(
        x,
        1,
        color=theme.text,
        size=theme.label_size,
        ha=ha,
        va="baseline",
        clip_on=False,  # it is outside the axes
        transform=ax.transAxes + offset,
        zorder=9,  # it changes, and nothing is above it
    )
    ax.add_artist(readout)
    return readout


def place_label(
    ax: Axes, x: float, up: float, text: str, right: float, color: str, size: float
) -> Text:
    """Place a constant text; `x` is in axes units, `up` and `right` are in points."""
    label = ax.annotate(
        sanitize(text),
        (x, 1),
        (right, up),
        xycoords="axes fraction",
        textcoords="offset points",
        color=color,
        size=size,
        va="baseline",
        annotation_clip=False,
    )
    label.set_in_layout(False)
    return label
