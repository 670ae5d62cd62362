"""The lines above a panel: its title, and each setting's name and current loss."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.transforms import ScaledTranslation

from animator.drawing.readout import Readout
from animator.drawing.text import fit_text, sanitize, text_width

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.text import Text

    from animator.drawing.theme import Theme
    from animator.experiments.recorder import Recording
    from animator.experiments.trajectory import Trajectory

_LINE = 1.55
"""From a line of the legend to the next, in multiples of the size of the type."""
_NUMBER, _NEGATIVE = 4.6, 5.3
"""Room for a loss, and for one that may be negative, in multiples of the size."""


def heading(
    ax: Axes,
    title: str,
    recording: Recording,
    theme: Theme,
    arrow_key: Sequence[tuple[str, str]] = (),
) -> tuple[list[Readout], Callable[[float], None]]:
    """Write a panel's title, and make the losses that change with the step.

    One setting's loss stands to the right of the title. Several settings form a
    legend below it: a dot in the trail's colour, the loss, the label. The first panel
    of a scene that shows a recording has it for all of them.

    Args:
        ax: of the panel.
        title: of the panel.
        recording: whose losses to tell.
        theme: how it looks.
        arrow_key: what arrows on the panel mean, and their colours; they have a line of
            their own.

    Returns:
        The moving texts, and the function that sets them to a step.
    """
    trajectories = recording.trajectories
    size = theme.label_size
    floor = _LINE * size if arrow_key else 0.0
    right = 0.0
    for meaning, color in arrow_key:
        _label(ax, 0, 0.55 * size, "→", right, color, size)
        label = _label(
            ax, 0, 0.55 * size, meaning, right + 1.2 * size, theme.text, size
        )
        right += 2.2 * size + text_width(label)
    if len(trajectories) > 1 and not _has_legend(ax, recording):
        return _legend(ax, title, recording, theme, floor)
    floor += 0.45 * theme.panel_size
    line = ax.set_title(sanitize(title) or " ", loc="left", pad=floor)  # room for it
    if len(trajectories) > 1:
        fit_text(line, _room(ax, for_title=True))
        return [], lambda step: None
    beside = not title or text_width(line) + (3 + _NUMBER) * size < _room(ax)
    if not beside:
        ax.set_title(sanitize(title), loc="left", pad=floor + _LINE * size)
        fit_text(line, _room(ax, for_title=True))
    readout = _text(ax, beside, floor, theme, ha="right" if beside else "left")

    def update(step: float) -> None:
        readout.set_text(_now(trajectories[0], step, "loss "))

    return [readout], update


def _has_legend(ax: Axes, recording: Recording) -> bool:
    """Tell whether a recording has a legend on this figure; if not, it will have."""
    figure = ax.get_figure(root=True)
    assert figure is not None
    name = f"legend of {id(recording)}"
    if any(other.get_label() == name for other in figure.axes):
        return True
    ax.set_label(name)
    return False


def _legend(
    ax: Axes, title: str, recording: Recording, theme: Theme, floor: float
) -> tuple[list[Readout], Callable[[float], None]]:
    trajectories, size = recording.trajectories, theme.label_size
    labels = _labels(recording)
    columns = _columns(ax, recording, size)
    number = _number(recording)
    rows = math.ceil(len(trajectories) / columns)
    above = floor + (0.7 + _LINE * rows) * size
    fit_text(
        ax.set_title(sanitize(title), loc="left", pad=above), _room(ax, for_title=True)
    )
    losses, ends = [], []
    for index, trajectory in enumerate(trajectories):
        row, column = divmod(index, columns)
        left, up = column / columns, floor + (0.55 + _LINE * (rows - 1 - row)) * size
        _label(ax, left, up, "●", 0.0, theme.color(index), size)
        losses.append(_text(ax, left, up, theme, ha="right", right=(1 + number) * size))
        right = (1.5 + number) * size
        label = _label(ax, left, up, labels[index], right, theme.text, size)
        end = 0.62 * len(_end(trajectory)) * size
        fit_text(label, max(_room(ax) / columns - right - end, 4 * size))
        if trajectory.outcome.diverged:
            right += text_width(label)
            told = _text(ax, left, up, theme, ha="left", right=right)
            ends.append((trajectory, told))

    def update(step: float) -> None:
        for readout, trajectory in zip(losses, trajectories, strict=True):
            readout.set_text(_now(trajectory, step))
        for trajectory, readout in ends:
            readout.set_text(
                _end(trajectory) if step >= trajectory.outcome.step else ""
            )

    return [*losses, *(end for _, end in ends)], update


def _number(recording: Recording) -> float:
    """Return the room for a loss, in multiples of the size of the type."""
    negative = any((run.loss < 0).any() for run in recording.trajectories)
    return _NEGATIVE if negative else _NUMBER


def _labels(recording: Recording) -> list[str]:
    """Return the settings' labels, and say of a path that it is the same as another."""
    labels: list[str] = []
    for index, trajectory in enumerate(recording.trajectories):
        same = [
            earlier.label
            for earlier in recording.trajectories[:index]
            if np.array_equal(earlier.params, trajectory.params, equal_nan=True)
        ]
        labels.append(" = ".join([trajectory.label, *same[:1]]))
    return labels


def _end(trajectory: Trajectory) -> str:
    return f" at step {trajectory.outcome.step}" if trajectory.outcome.diverged else ""


def format_loss(loss: float) -> str:
    """Write a loss in at most eight characters, digits in their places."""
    if loss and not 1e-4 <= abs(loss) < 1e4:
        return f"{loss:.1e}"
    return f"{loss:.4f}" if abs(loss) < 100 else f"{loss:.2f}"


def _now(trajectory: Trajectory, step: float, prefix: str = "") -> str:
    outcome = trajectory.outcome
    if outcome.diverged and step >= outcome.step:
        return "diverged" + (_end(trajectory) if prefix else "")
    return prefix + format_loss(float(trajectory.loss[min(int(step), outcome.step)]))


def _columns(ax: Axes, recording: Recording, size: float) -> int:
    """Return how many entries of the legend fit beside each other."""
    words = [
        label + _end(t)
        for label, t in zip(_labels(recording), recording.trajectories, strict=True)
    ]
    entry = (3.3 + _number(recording) + 0.62 * max(map(len, words))) * size
    return min(max(1, int(_room(ax) / entry)), len(recording.trajectories))


def _room(ax: Axes, *, for_title: bool = False) -> float:
    """Return about how wide the axes will be when they are laid out, in points.

    Beside them are the numbers and the name of their axis, and of a colour bar; a
    title may reach as far as that.
    """
    spec = ax.get_subplotspec()
    share = 1.0 if spec is None else len(spec.colspan) / spec.get_gridspec().ncols
    labels = (6 if for_title else 11) * float(ax.yaxis.label.get_fontsize())
    return share * ax.figure.bbox.width * 72 / ax.figure.dpi - labels


def _text(
    ax: Axes, x: float, up: float, theme: Theme, *, ha: str, right: float = 0.0
) -> Readout:
    """Place a moving text above the axes; up and right are in points."""
    figure = ax.get_figure(root=True)
    assert figure is not None
    place = ax.transAxes + ScaledTranslation(
        right / 72, up / 72, figure.dpi_scale_trans
    )
    readout = Readout(
        x,
        1,
        color=theme.text,
        size=theme.label_size,
        ha=ha,
        va="baseline",
        clip_on=False,  # it lies outside the axes
        transform=place,
    )
    ax.add_artist(readout)
    return readout


def _label(
    ax: Axes, x: float, up: float, text: str, right: float, color: str, size: float
) -> Text:
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
