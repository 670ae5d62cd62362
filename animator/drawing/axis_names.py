"""Fits the names of axes to the lengths of these axes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from animator.drawing.room import axes_box, room_of
from animator.drawing.text import Label, fit_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.text import Text

_BEYOND = {"x": 1.15, "y": 1.3}
"""How long a name may be, in multiples of the length of its axis."""


def fit_axis_names(panels: Sequence[Axes]) -> None:
    """Show the names of the axes of panels in full, smaller, or cut in the middle.

    What is shown of each is found in the room of its panel, for a warning.
    """
    for ax in panels:
        _, _, width, height = axes_box(ax)
        for side, axis, length in (("x", ax.xaxis, width), ("y", ax.yaxis, height)):
            if axis.label.get_visible() and axis.label.get_text():
                _fit_name(ax, side, axis.label, length)


def _fit_name(ax: Axes, side: str, shown: Text, length: float) -> None:
    """Fit the name that is shown at an axis of some length, in points."""
    names = room_of(ax).names
    if side not in names:
        size = shown.get_fontsize()
        names[side] = Label(shown.get_text(), size=size, figure=ax.figure)
    fitted = names[side]
    others = [name.full for name in names.values() if name is not fitted]
    fit_text(fitted, _BEYOND[side] * length, apart=others)
    shown.set_text(fitted.get_text())
    shown.set_fontsize(fitted.get_fontsize())
