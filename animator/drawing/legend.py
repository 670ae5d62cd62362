"""The legend of a recording: each setting's colour, current loss and label."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.transforms import ScaledTranslation

from animator.drawing.drawing import Drawing
from animator.drawing.readout import Readout
from animator.drawing.text import fit_text, sanitize, text_width

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.text import Text

    from animator.drawing.theme import Theme
    from animator.experiments.recorder import Recording
    from animator.experiments.trajectory import Trajectory

ValueText = Callable[["Trajectory", float], str]
"""Returns the number of a setting at a step, as a text."""
LINE_HEIGHT = 1.55
"""From a line of the legend to the next, in multiples of the size of the type."""
NUMBER_WIDTH, _NEGATIVE_WIDTH = 4.6, 5.3
"""Room for a loss, and for one that may be negative, in multiples of the size."""
_CHARACTER = 0.62
"""The approximate width of a character, in multiples of the size."""


def draw_legend(
    ax: Axes, recording: Recording, theme: Theme, bottom: float, value: ValueText
) -> tuple[Drawing, float]:
    """Draw an entry for each setting: a dot in its colour, a number, the label.

    Args:
        ax: the axes; the legend is above them.
        recording: the recording; its settings are listed.
        theme: colours and sizes.
        bottom: where it begins, in points above the axes.
        value: the number of a setting at a step, such as `loss_text`.

    Returns:
        The numbers, which change with the step, and the height, in points.
    """
    trajectories, size = recording.trajectories, theme.label_size
    columns = _columns(ax, recording, size)
    rows = math.ceil(len(trajectories) / columns)
    entries = Drawing()
    for index, label in enumerate(_labels(recording)):
        row, column = divmod(index, columns)
        place = (
            column / columns,
            bottom + (0.55 + LINE_HEIGHT * (rows - 1 - row)) * size,
        )
        width = room_for(ax) / columns
        entries += _draw_entry(ax, recording, index, label, place, width, theme, value)
    return entries, (0.7 + LINE_HEIGHT * rows) * size


def _draw_entry(
    ax: Axes,
    recording: Recording,
    index: int,
    label: str,
    place: tuple[float, float],
    width: float,
    theme: Theme,
    value: ValueText,
) -> Drawing:
    """Draw the entry of a setting.

    Its place is a share of the axes' width and a height in points above the axes; its
    width is in points.
    """
    trajectory, size = recording.trajectories[index], theme.label_size
    number = _number_width(recording.trajectories)
    left, up = place
    place_label(ax, left, up, "●", 0.0, theme.color(trajectory.setting), size)
    loss = place_readout(ax, left, up, theme, ha="right", right=(1 + number) * size)
    right = (1.5 + number) * size
    text = place_label(ax, left, up, label, right, theme.text, size)
    ending = _ending(trajectory)
    room = width - right - _CHARACTER * len(ending) * size
    fit_text(text, max(room, 4 * size))

    def update_loss(step: float) -> None:
        loss.set_text(value(trajectory, step))

    entry = Drawing(moving=[loss], update=update_loss)
    if not trajectory.outcome.diverged:
        return entry
    end = place_readout(ax, left, up, theme, ha="left", right=right + text_width(text))

    def update_end(step: float) -> None:
        end.set_text(ending if step >= trajectory.outcome.step else "")

    return entry + Drawing(moving=[end], update=update_end)


def _number_width(trajectories: Iterable[Trajectory]) -> float:
    """Return the room for a loss of any of them, in multiples of the size of type."""
    is_negative = any((trajectory.loss < 0).any() for trajectory in trajectories)
    return _NEGATIVE_WIDTH if is_negative else NUMBER_WIDTH


def _labels(recording: Recording) -> list[str]:
    """Return the settings' labels; a path that is the same as another says so."""
    texts: list[str] = []
    for index, trajectory in enumerate(recording.trajectories):
        same = [
            earlier.label
            for earlier in recording.trajectories[:index]
            if np.array_equal(earlier.params, trajectory.params, equal_nan=True)
        ]
        texts.append(" = ".join([trajectory.label, *same[:1]]))
    return texts


def _ending(trajectory: Trajectory) -> str:
    """Return what follows the label of a setting when its run has diverged."""
    return f" at step {trajectory.outcome.step}" if trajectory.outcome.diverged else ""


def format_loss(loss: float) -> str:
    """Write a loss in at most eight characters, with a fixed number of digits."""
    if loss and not 1e-4 <= abs(loss) < 1e4:
        return f"{loss:.1e}"
    return f"{loss:.4f}" if abs(loss) < 100 else f"{loss:.2f}"


def loss_text(trajectory: Trajectory, step: float, prefix: str = "") -> str:
    """Return the loss at a step as a text, or that the run has diverged."""
    outcome = trajectory.outcome
    if outcome.diverged and step >= outcome.step:
        return "diverged" + (_ending(trajectory) if prefix else "")
    return prefix + format_loss(float(trajectory.loss[min(int(step), outcome.step)]))


def _columns(ax: Axes, recording: Recording, size: float) -> int:
    """Return how many entries of the legend fit beside each other."""
    longest = max(
        len(label + _ending(trajectory))
        for label, trajectory in zip(
            _labels(recording), recording.trajectories, strict=True
        )
    )
    number = _number_width(recording.trajectories)
    width = (3.3 + number + _CHARACTER * longest) * size
    return min(max(1, int(room_for(ax) / width)), len(recording.trajectories))


def room_for(ax: Axes, *, is_title: bool = False) -> float:
    """Return about how wide the axes will be after the layout, in points.

    Beside them are the numbers and the name of their axis, and of a colour bar; a
    title may reach as far as that.
    """
    spec = ax.get_subplotspec()
    share = 1.0 if spec is None else len(spec.colspan) / spec.get_gridspec().ncols
    reserved = (6 if is_title else 11) * float(ax.yaxis.label.get_fontsize())
    return share * ax.figure.bbox.width * 72 / ax.figure.dpi - reserved


def place_readout(
    ax: Axes, x: float, up: float, theme: Theme, *, ha: str, right: float = 0.0
) -> Readout:
    """Place a moving text above the axes; up and right are in points."""
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
        clip_on=False,  # it lies outside the axes
        transform=ax.transAxes + offset,
        zorder=9,  # it moves, and nothing lies above it
    )
    ax.add_artist(readout)
    return readout


def place_label(
    ax: Axes, x: float, up: float, text: str, right: float, color: str, size: float
) -> Text:
    """Place a text that stays as it is; x is a share, up and right are in points."""
    return ax.annotate(
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
