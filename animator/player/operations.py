"""Converts any artist to display lists: what it draws at each step."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.backends.backend_agg import RendererAgg

from animator.drawing.drawing import is_stale
from animator.player.display_list import DisplayList, NeedsPixels
from animator.player.paths import SIZES, parse_codes
from animator.player.pixels import cropped
from animator.player.recorder import Recorder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from animator.player.store import Store

UNIT = 32
"""Coordinates in display lists are whole multiples of 1 / UNIT pixels."""
_UNSEEN = 0.25
"""Points of another layout may be off by so many pixels."""
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

    def item(self, store: Store, box: Sequence[float] | None = None) -> dict[str, Any]:
        """Return the item of the document.

        Args:
            store: the store of the page.
            box: left, top, right and bottom of the panel that clips the artist.
        """
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
        own = _Lists(
            [json.loads(text) for text in structures],
            _short(indices),
            _short(starts),
            np.array(numbers, np.int64),
        )
        return {
            "kind": "ops",
            "mode": "growing" if self.grows else "moving",
            **own.entries(box, store),
            "unit": UNIT,
            "glides": len(structures) <= 1 + _SMOOTH * len(self.lists),
        }


@dataclass(frozen=True, slots=True)
class _Lists:
    """The lists of an artist as they are stored.

    Attributes:
        structures: what is drawn.
        structure: which of them, at each step or at all.
        start: where its numbers begin, at each step or at all.
        numbers: in parts of a pixel.
    """

    structures: list[Any]
    structure: NDArray[np.int64]
    start: NDArray[np.int64]
    numbers: NDArray[np.int64]

    def entries(self, box: Sequence[float] | None, store: Store) -> dict[str, Any]:
        """Return what an item has of it.

        Paths of another layout that are the same, but in another box, are stored once.
        """
        shown, placed = self, None
        if box is not None and self._is_one_path():
            key = "lists", self._kind(), len(self.start), self.structure.tobytes()
            first, there = store.computed_once(key, lambda: (self, box))
            placed = None if there == box else self._placed(box, first, there)
            shown = self if placed is None else first
        return {
            "structures": self.structures,
            "structure": store.array(self.structure),
            "start": store.array(shown.start),
            "numbers": store.array(shown.numbers),
            **({} if placed is None else {"placed": placed}),
        }

    def _is_one_path(self) -> bool:
        return len(self.structures) == 1 and [
            op["op"] for op in self.structures[0]
        ] == ["path"]

    def _kind(self) -> str:
        """Return commands and colours, by which a path is found in another layout."""
        (op,) = self.structures[0]
        colors = op.get("stroke", {}).get("color"), op.get("fill")
        return json.dumps([op["codes"], *colors])

    def _points(self) -> Any:
        """Return the points of each list, in pixels (steps, N, 2)."""
        codes = parse_codes(self.structures[0][0]["codes"])
        count = sum(SIZES[letter] * times for letter, times in codes)
        at = self.start[:, None] + np.arange(count)
        return self.numbers[at].reshape(len(at), -1, 2) / UNIT

    def _placed(
        self, box: Sequence[float], other: _Lists, there: Sequence[float]
    ) -> list[float] | None:
        """Return factor and distance from another box, for x and y, if this is all."""
        placed = list[float]()
        for axis in (0, 1):
            scale = (box[axis + 2] - box[axis]) / (there[axis + 2] - there[axis])
            placed += [round(scale, 7), round(box[axis] - scale * there[axis], 3)]
        apart = other._points() * placed[::2] + placed[1::2] - self._points()
        return placed if np.abs(apart).max(initial=0) <= _UNSEEN else None


def _short(values: list[int]) -> NDArray[np.int64]:
    """Return the values of all steps, or one value if they are equal."""
    return np.array(values[:1] if len(set(values)) == 1 else values, np.int64)
