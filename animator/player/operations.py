"""Converts any artist to display lists: what it draws at each step."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.backends.backend_agg import RendererAgg

from animator.drawing.drawing import is_stale
from animator.player.display_list import DisplayList, NeedsPixels
from animator.player.pixels import cropped
from animator.player.recorder import Recorder

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from animator.player.store import Store

UNIT = 32
"""Coordinates in display lists are whole multiples of 1 / UNIT pixels."""
_SMOOTH = 0.5
"""Lists are interpolated if the structure changes in less than this share of steps."""


@dataclass(slots=True)
class DrawnTrack:
    """What an artist draws at each step; for a growing artist, what each step adds.

    Attributes:
        artist: the artist.
        recorder: the renderer that records it.
        grows: whether it grows.
        lists: the display list of each step; None where the artist draws nothing.
        in_pixels: whether its pixels are stored.
    """

    artist: Any
    recorder: Recorder
    grows: bool = False
    lists: list[DisplayList | None] = field(default_factory=list)
    in_pixels: bool = False

    def add(self, step: int) -> None:
        """Record a step, to which the artist has been set."""
        if self.grows:
            self.artist.grow(step, step)
        elif self.lists and not is_stale(self.artist):
            self.lists.append(self.lists[-1])
            return
        self.lists.append(self._drawn() if self.artist.get_visible() else None)

    def _drawn(self) -> DisplayList | None:
        if not self.in_pixels:
            try:
                drawn = self.recorder.record(self.artist)
            except NeedsPixels:
                self.in_pixels = True
            else:
                return drawn if drawn.structure else None
        return self._patch()

    def _patch(self) -> DisplayList | None:
        """Return the artist's pixels as the smallest possible image."""
        recorder = self.recorder
        renderer = RendererAgg(recorder.width, recorder.height, recorder.dpi)
        self.artist.draw(renderer)
        cut = cropped(np.asarray(renderer.buffer_rgba()))
        if cut is None:
            return None
        recorder.drawn = DisplayList()
        recorder.add_picture(*cut)
        return recorder.drawn

    def item(self, store: Store) -> dict[str, Any]:
        """Return the item of the document."""
        structures: dict[str, int] = {}
        indices, starts, numbers = [], [], list[int]()
        known: dict[Any, tuple[int, int]] = {}
        for drawn in self.lists:
            if drawn is None:
                indices.append(-1)
                starts.append(0)
                continue
            key = id(drawn)
            if key not in known:
                text = json.dumps(drawn.structure)
                number = structures.setdefault(text, len(structures))
                scaled = np.rint(np.array(drawn.numbers) * UNIT).astype(np.int64)
                content = (number, scaled.tobytes())
                if content not in known:
                    known[content] = number, len(numbers)
                    numbers += scaled.clip(-(2**31), 2**31 - 1).tolist()
                known[key] = known[content]
            number, start = known[key]
            indices.append(number)
            starts.append(start)
        return {
            "kind": "ops",
            "mode": "growing" if self.grows else "moving",
            "structures": [json.loads(text) for text in structures],
            "structure": store.array(_short(indices)),
            "start": store.array(_short(starts)),
            "numbers": store.array(np.array(numbers, np.int64)),
            "unit": UNIT,
            "glides": len(structures) <= 1 + _SMOOTH * len(self.lists),
        }


def _short(values: list[int]) -> NDArray[np.int64]:
    """Return the values of all steps, or one value if they are equal."""
    return np.array(values[:1] if len(set(values)) == 1 else values, np.int64)
