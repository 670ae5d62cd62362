"""The lines above a panel: its title, and each setting's name and current loss."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from matplotlib.transforms import ScaledTranslation

from animator.panels.readout import Readout

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from animator.recorder import Recording, Trajectory
    from animator.theme import Theme

_NUMBER = 4.6
"""Room for a loss, in multiples of the size of the type."""


def heading(
    ax: Axes, title: str, recording: Recording, theme: Theme
) -> tuple[list[Readout], Callable[[float], None]]:
    """Write a panel's title, and make the losses that change with the step.

    One setting's loss stands to the right of the title. Several settings form a
    legend below it: a dot in the trail's colour, the loss, the label.

    Returns:
        The moving texts, and the function that sets them to a step.
    """
    trajectories = recording.trajectories
    size = theme.label_size
    if len(trajectories) == 1:
        ax.set_title(title, loc="left", pad=0.45 * theme.panel_size)
        readouts = [_text(ax, 1, 0.45 * theme.panel_size, theme, ha="right")]
        prefix = "loss "
    else:
        columns = _columns(ax, recording, size)
        rows = math.ceil(len(trajectories) / columns)
        ax.set_title(title, loc="left", pad=(0.7 + 1.55 * rows) * size)
        readouts, prefix = [], ""
        for index, trajectory in enumerate(trajectories):
            row, column = divmod(index, columns)
            left, up = column / columns, (0.55 + 1.55 * (rows - 1 - row)) * size
            _label(ax, left, up, "●", 0.0, theme.color(index), size)
            readouts.append(
                _text(ax, left, up, theme, ha="right", right=(1 + _NUMBER) * size)
            )
            _label(
                ax, left, up, trajectory.label, (1.5 + _NUMBER) * size, theme.text, size
            )

    def update(step: float) -> None:
        for readout, trajectory in zip(readouts, trajectories, strict=True):
            readout.set_text(_now(trajectory, step, prefix))

    return readouts, update


def format_loss(loss: float) -> str:
    """Write a loss in at most eight characters, digits in their places."""
    if loss and not 1e-4 <= abs(loss) < 1e5:
        return f"{loss:.1e}"
    return f"{loss:.4f}" if abs(loss) < 100 else f"{loss:.2f}"


def _now(trajectory: Trajectory, step: float, prefix: str) -> str:
    outcome = trajectory.outcome
    if outcome.diverged and step >= outcome.step:
        return f"diverged at {outcome.step}" if prefix else "diverged"
    return prefix + format_loss(float(trajectory.loss[min(int(step), outcome.step)]))


def _columns(ax: Axes, recording: Recording, size: float) -> int:
    """Return how many entries of the legend fit beside each other."""
    figure = ax.figure.get_figure(root=True)
    assert figure is not None
    spec = ax.get_subplotspec()
    share = 1.0 if spec is None else len(spec.colspan) / spec.get_gridspec().ncols
    width = figure.get_figwidth() * 72 * share - 8 * size
    longest = max(len(trajectory.label) for trajectory in recording.trajectories)
    entry = (2.5 + _NUMBER + 0.62 * longest) * size
    return min(max(1, int(width / entry)), len(recording.trajectories))


def _text(
    ax: Axes, x: float, up: float, theme: Theme, *, ha: str, right: float = 0.0
) -> Readout:
    """Place a moving text above the axes; up and right are in points."""
    figure = ax.figure
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
) -> None:
    ax.annotate(
        text,
        (x, 1),
        (right, up),
        xycoords="axes fraction",
        textcoords="offset points",
        color=color,
        size=size,
        va="baseline",
        annotation_clip=False,
    )
