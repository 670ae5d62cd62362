"""A translucent band over the steps that grows with the current step."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.colors import to_rgba
from matplotlib.path import Path
from matplotlib.transforms import Bbox, IdentityTransform

from animator.drawing.strokes import pen

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.backend_bases import RendererBase
    from numpy.typing import NDArray

ALPHA = 0.22
_FAR = 100.0
"""Ends further off the axes than this, in pixels, are drawn at this distance."""


class Band:
    """The band between two curves over the steps.

    Each step adds complete columns of pixels, so that no pixel is painted twice.
    """

    def __init__(
        self,
        ax: Axes,
        low: NDArray[np.floating],
        high: NDArray[np.floating],
        color: str,
        owner: str = "",
    ) -> None:
        """Create a band on an axes, over the steps where both ends are known.

        Args:
            ax: the axes.
            low: the lower end at each step (steps + 1,).
            high: the upper end at each step (steps + 1,); may be infinite.
            color: the colour of the band.
            owner: the label of the setting that the band belongs to, if any.
        """
        self.ends = low, high
        self.color, self.owner = color, owner
        self._ax = ax
        is_known = ~(np.isnan(low) | np.isnan(high))
        self._begin = int(is_known.argmax())
        lost = np.flatnonzero(~is_known[self._begin :])
        end = self._begin + int(lost[0]) if len(lost) else len(low)
        self._ends = np.stack([low, high])[:, self._begin : end].astype(np.float64)

    def draw(self, renderer: RendererBase, first: int, last: int) -> None:
        """Draw the part that steps first to last add."""
        columns = self._columns(first, last)
        if columns is None:
            return
        left, right = columns
        x, low, high = self._on_screen()
        near = slice(
            max(int(np.searchsorted(x, left - 1)) - 1, 0),
            int(np.searchsorted(x, right + 1)) + 1,
        )
        outline = np.concatenate(
            [
                np.column_stack([x[near], low[near]]),
                np.column_stack([x[near], high[near]])[::-1],
            ]
        )
        if len(outline) < 4:
            return
        box = self._ax.bbox
        gc = pen(renderer, Bbox.from_extents(left, box.y0, right, box.y1))
        gc.set_linewidth(0.0)
        gc.set_alpha(ALPHA)
        path = Path(np.vstack([outline, outline[:1]]), closed=True)
        renderer.draw_path(gc, path, IdentityTransform(), to_rgba(self.color))
        gc.restore()

    def box(self, first: int, last: int) -> Bbox | None:
        """Return the box around the part that steps first to last add, in pixels."""
        columns = self._columns(first, last)
        if columns is None:
            return None
        box = self._ax.bbox
        return Bbox.from_extents(columns[0], box.y0, columns[1], box.y1)

    def _columns(self, first: int, last: int) -> tuple[int, int] | None:
        """Return the columns of pixels that steps first to last add, if any."""
        end = self._begin + self._ends.shape[1] - 1
        before, after = max(first - 1, self._begin), min(last, end)
        if after <= before:
            return None
        ends = self._ax.transData.transform([(before, 1.0), (after, 1.0)])[:, 0]
        left, right = (round(float(end)) for end in ends)
        return (left, right) if left < right else None

    def _on_screen(self) -> tuple[NDArray[np.float64], ...]:
        """Return x and both ends of the band in pixels, clipped to a finite range."""
        steps = self._begin + np.arange(self._ends.shape[1])
        box = self._ax.bbox
        ends = []
        for values in self._ends:
            finite = np.nan_to_num(values, posinf=1e300, neginf=-1e300)
            with np.errstate(over="ignore", invalid="ignore"):
                places = self._ax.transData.transform(np.column_stack([steps, finite]))
            ends.append(places[:, 1].clip(box.y0 - _FAR, box.y1 + _FAR))
        return places[:, 0], ends[0], ends[1]
