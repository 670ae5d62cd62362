"""Labels beside the ends of curves: the name and the loss of each setting."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.patches import Rectangle
from matplotlib.transforms import ScaledTranslation

from animator.drawing.drawing import Drawing
from animator.drawing.legend import LINE_HEIGHT
from animator.drawing.math_fallback import fallback_fonts_now, with_fallback_fonts
from animator.drawing.number_room import number_room
from animator.drawing.readout import Readout
from animator.drawing.room import axes_box, room_of
from animator.drawing.text import Label, sanitize, text_rise, text_width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from animator.drawing.legend_entries import LegendEntry
    from animator.drawing.theme import Theme

_AWAY, _GAP = 1.0, 0.6
"""Room before a label and before its loss, in multiples of the size of the type."""
_MIDDLE = 0.36
"""How far the middle of a label is above its baseline, in the same multiples."""


def end_label_room(
    figure: Figure, entries: Sequence[LegendEntry], theme: Theme, *, losses: bool
) -> tuple[float, float]:
    """Return the width and height of labels at the ends of curves, in points."""
    size = theme.label_size
    width, lines = _measured(figure, entries, size)
    number = sum(number_room(figure, entries, size)) + _GAP if losses else 0.0
    height = sum(rise + drop for rise, drop in lines)
    return (_AWAY + number) * size + width, height


def _measured(
    figure: Figure, entries: Sequence[LegendEntry], size: float
) -> tuple[float, list[tuple[float, float]]]:
    """Return how wide the widest label is, and the room of each line, in points.

    The room is that above and that below the middle of small letters; a formula may
    need more than other labels.
    """
    others = fallback_fonts_now()
    probe = Label("", size=size, weight="bold", figure=figure)
    half, middle = LINE_HEIGHT * size / 2, _MIDDLE * size
    widths, lines = [], []
    for entry in entries:
        probe.set_text(with_fallback_fonts(sanitize(entry.label), others, is_bold=True))
        widths.append(text_width(probe))
        rise, drop = text_rise(probe)
        gap = 0.2 * size
        lines.append((max(rise - middle + gap, half), max(drop + middle + gap, half)))
    return max(widths) + 1, lines


def draw_end_labels(
    ax: Axes,
    entries: Sequence[LegendEntry],
    heights: Sequence[NDArray[np.floating]],
    theme: Theme,
    *,
    losses: bool,
) -> tuple[Drawing, float]:
    """Write labels and losses beside the ends of curves over the steps.

    Labels do not overlap: if curves end at nearly the same height, their labels move
    apart, in the order of these heights.

    Args:
        ax: the axes of the curves.
        entries: the legend entries of the curves.
        heights: the values of each entry's curve, each (steps + 1,).
        theme: colours and sizes.
        losses: whether to write the losses after the labels.

    Returns:
        The drawing, and the width that it needs beside the last step, in points.
    """
    figure = ax.get_figure(root=True)
    assert figure is not None
    size = theme.label_size
    width, _ = end_label_room(figure, entries, theme, losses=losses)
    fixed = room_of(ax).fixed
    if fixed is not None and fixed.margins is not None:
        width = fixed.labels
    room_of(ax).labels = width
    numbers = number_room(figure, entries, size)
    label_width, lines = _measured(figure, entries, size)
    labels = [
        _readout(figure, entry, sanitize(entry.label), entry.color, size)
        for entry in entries
    ]
    values = [
        _readout(figure, entry, "", theme.text, size, decimal=True)
        for entry in (entries if losses else ())
    ]
    steps = max(map(len, heights)) - 1
    _hide_grid(ax, steps, theme)

    def update(step: float) -> None:
        left, bottom, _, height = axes_box(ax)
        scale = 72 / figure.dpi
        x = float(ax.transData.transform((min(step, steps), 1.0))[0]) * scale
        wanted = [_height_at(ax, curve, step) * scale for curve in heights]
        inside = np.clip(wanted, bottom, bottom + height)
        places = spread(inside, lines, bottom, bottom + height)
        x = max(x, left) + _AWAY * size
        for index, entry in enumerate(entries):
            y = places[index] - _MIDDLE * size
            labels[index].place(x, y)
            if losses:
                values[index].set_text(entry.text_at(step))
                point = x + label_width + (_GAP + numbers[0]) * size
                values[index].place(point, y)

    return Drawing(moving=[*labels, *values], update=update), width


def _hide_grid(ax: Axes, last: int, theme: Theme) -> None:
    """Cover the grid lines to the right of the last step, where the labels end."""
    figure = ax.get_figure(root=True)
    assert figure is not None
    half = ScaledTranslation(0.3 * theme.line_width / 72, 0, figure.dpi_scale_trans)
    ground = Rectangle(
        (last, 0),
        1e3 * (last + 1),
        1,
        transform=ax.get_xaxis_transform() + half,
        facecolor=ax.get_facecolor(),
        linewidth=0,
        zorder=0.6,  # above the grid
    )
    ground.set_in_layout(False)
    ax.add_artist(ground)


def _readout(
    figure: Figure,
    entry: LegendEntry,
    text: str,
    color: str,
    size: float,
    *,
    decimal: bool = False,
) -> Readout:
    """Return the text of an entry's name, in bold, or of its number."""
    readout = Readout(
        0,
        0,
        text,
        color=color,
        size=size,
        weight="normal" if decimal else "bold",
        va="baseline",
        zorder=10,  # the figure draws it after the markers of its axes
        decimal=decimal,
        role="value" if decimal else "key",
        label=entry.run.label,
    )
    figure.add_artist(readout)
    return readout


def _height_at(ax: Axes, curve: NDArray[np.floating], step: float) -> float:
    """Return the height of a curve at a step, in pixels.

    Between two steps, it is interpolated linearly. If a curve has no height at a step,
    the height of the previous step is used.
    """
    ends = []
    for at in (int(step), int(step) + 1):
        known = curve[: min(at, len(curve) - 1) + 1]
        known = known[np.isfinite(known)]
        value = float(known[-1]) if len(known) else np.nan
        ends.append(float(ax.transData.transform((0.0, value))[1]))
    height = ends[0] + (step - int(step)) * (ends[1] - ends[0])
    return height if np.isfinite(height) else float(ax.bbox.y0)


def spread(
    wanted: NDArray[np.float64],
    lines: Sequence[tuple[float, float]],
    low: float,
    high: float,
) -> list[float]:
    """Return positions close to some wanted ones, but a minimum distance apart.

    They minimise the sum of the squared displacements (the pool adjacent violators
    algorithm for isotonic regression; Ayer et al., An empirical distribution function
    for sampling with incomplete information, 1955).

    Args:
        wanted: the places (N,).
        lines: the room that each needs above and below its place.
        low: the lower end of all.
        high: the upper end of all.
    """
    order = np.argsort(wanted, kind="stable").tolist()
    shifts, end = [], 0.0  # of each place above the lower end, were there no gaps
    for index in order:
        rise, drop = lines[index]
        shifts.append(end + drop)
        end += drop + rise
    pools: list[tuple[float, int]] = []  # mean and size, in the order of the places
    for index, shift in zip(order, shifts, strict=True):
        pools.append((float(wanted[index]) - shift, 1))
        while len(pools) > 1 and pools[-2][0] >= pools[-1][0]:
            (mean, size), (other, count) = pools.pop(), pools.pop()
            total = size + count
            pools.append(((mean * size + other * count) / total, total))
    top = high - end
    shifted = [max(min(mean, top), low) for mean, size in pools for _ in range(size)]
    places = [0.0] * len(order)
    for index, place, shift in zip(order, shifted, shifts, strict=True):
        places[index] = place + shift
    return places
