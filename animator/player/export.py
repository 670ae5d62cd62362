"""The state that the steps of an export share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from animator.drawing.svg_fonts import Face, subset
from animator.player.names import own_family

if TYPE_CHECKING:
    from typing import Any

    from animator.player.recorder import Recorder
    from animator.player.settings import Settings
    from animator.player.store import Store
    from animator.scenes.stage import Stage

Progress = Callable[[int, int], None]


@dataclass(slots=True)
class Characters:
    """The characters that the documents of a page show, by font."""

    faces: dict[Face, set[str]] = field(default_factory=dict)

    def add(self, faces: Mapping[Face, set[str]]) -> None:
        """Add some characters."""
        for face, found in faces.items():
            self.faces.setdefault(face, set()).update(found)

    def fonts(self, store: Store) -> list[dict[str, Any]]:
        """Return the fonts with these characters; add their files to a store."""
        return [
            {
                "family": own_family(face.family),
                "weight": face.weight,
                "style": face.style,
                "unicodeRange": ",".join(f"U+{ord(c):x}" for c in sorted(found)),
                "data": store.content(content),
            }
            for face, found in self.faces.items()
            if (content := subset(face, found, hinted=False))
        ]


@dataclass(frozen=True, slots=True)
class Export:
    """The state of the conversion of a stage to a document.

    Attributes:
        stage: the stage.
        store: the store for arrays and texts.
        characters: collects the characters of texts.
        recorder: records what artists draw.
        settings: the settings of the scene.
        progress: called with the number of steps done and the total number of steps.
    """

    stage: Stage
    store: Store
    characters: Characters
    recorder: Recorder
    settings: Settings
    progress: Progress | None = None
