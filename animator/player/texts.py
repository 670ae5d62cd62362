"""Converts texts that change or move with the step to data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from animator.drawing.text import has_formula
from animator.player.names import (
    css_color,
    css_families,
    css_weight,
    families_of,
)

if TYPE_CHECKING:
    from animator.drawing.readout import Readout
    from animator.player.store import Store

_PLACES = 2
"""Decimals of positions in pixels."""


@dataclass(slots=True)
class TextTrack:
    """The text and the position of a readout at each step.

    Attributes:
        readout: the readout.
        texts: the text at each step; None where the readout is hidden.
        places: the position at each step, in pixels from the figure's lower left.
    """

    readout: Readout
    texts: list[str | None] = field(default_factory=list)
    places: list[tuple[float, float]] = field(default_factory=list)

    def add(self, step: int) -> None:
        """Record a step, to which the readout has been set."""
        text = self.readout
        shown = text.get_text() if text.get_visible() else None
        x, y = text.get_transform().transform(text.get_position()).tolist()
        self.texts.append(shown)
        self.places.append((x, y))

    @property
    def has_formula(self) -> bool:
        """Whether a text has a formula, which a browser cannot show as text."""
        distinct = {text for text in self.texts if text and "$" in text}
        return any(map(has_formula, distinct))

    def item(self, height: float, store: Store) -> dict[str, Any]:
        """Return the item of the document; `height` is the figure's, in pixels."""
        text = self.readout
        numbers = [-1 if t is None else store.text(plain(t)) for t in self.texts]
        across, up = np.round(np.array(self.places).T, _PLACES)
        down = np.round(height - up, _PLACES)
        align = "decimal" if text.decimal else str(text.get_horizontalalignment())
        return {
            "kind": "text",
            "text": _varying(numbers, store),
            "x": _varying(across.tolist(), store),
            "y": _varying(down.tolist(), store),
            "align": align,
            "size": round(float(text.get_fontsize()) * text.figure.dpi / 72, 3),
            "weight": css_weight(text.get_fontweight()),
            "style": text.get_fontstyle(),
            "family": css_families(families_of(text)),
            "color": css_color(text.get_color()),
            "role": text.role,
            "advances": text.advances(self.characters()),
        }

    def characters(self) -> str:
        """Return the characters of all steps."""
        return "".join(sorted({c for text in self.texts if text for c in plain(text)}))


def plain(text: str) -> str:
    """Return a text without formulas as it is shown."""
    return text.replace(r"\$", "$")


def _varying(values: list[Any], store: Store) -> Any:
    """Return the values of all steps as an array, or one value if they are equal."""
    if all(value == values[0] for value in values):
        return {"constant": values[0]}
    return store.array(values)
