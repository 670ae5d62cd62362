"""A scene: panels in a grid, with a title, a clock and a theme."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module

from animator.errors import SceneError
from animator.experiment import Experiment
from animator.panels import Panel
from animator.theme import Theme, theme_named
from animator.timeline import Timeline


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """Panels in a grid, with a title, a clock and a theme.

    Attributes:
        panels: what to show, row by row.
        title: above all panels.
        caption: below them; of a scene file, the first line of its docstring.
        columns: of the grid; chosen to suit the picture's shape if not given.
        hold_start: seconds that the clip rests on the start.
        hold_end: seconds that it rests on the end, before it loops.
        seconds: of the whole clip; if not given, the motion between the two takes
            ``0.6 √steps``.
        theme: ``"light"``, ``"dark"`` or a `Theme` of your own.

    Raises:
        SceneError: no panels, something that is no panel, or a number out of range.
    """

    panels: Sequence[Panel]
    title: str = ""
    caption: str = ""
    columns: int | None = None
    hold_start: float = 0.5
    hold_end: float = 1.5
    seconds: float | None = None
    theme: str | Theme = "light"

    def __post_init__(self) -> None:
        if not isinstance(self.panels, Sequence) or not self.panels:
            raise SceneError(
                f"scene: panels is {self.panels!r}; give a list of at least one panel"
            )
        for panel in self.panels:
            if not isinstance(panel, Panel):
                raise SceneError(
                    f"scene: {panel!r} is no panel; give one such as Heatmap(...)"
                )
        for name in ("title", "caption"):
            text = getattr(self, name)
            if not isinstance(text, str):
                raise SceneError(f"scene: {name} is {text!r}; give a text")
        if self.columns is not None and not (
            isinstance(self.columns, int) and self.columns >= 1
        ):
            raise SceneError(
                f"scene: columns is {self.columns!r}; give a whole number, at least 1"
            )
        theme_named(self.theme)
        self.timeline(1)

    @property
    def experiments(self) -> list[Experiment]:
        """The experiments that the panels show, each once."""
        return list(dict.fromkeys(panel.experiment for panel in self.panels))

    def _repr_html_(self) -> str:
        """Show the scene in a notebook, rendered to a clip."""
        # The one call upwards: only a notebook makes it, of a scene that stands alone.
        return str(import_module("animator.renderer").preview(self))

    def timeline(self, steps: int, fps: float = 25.0) -> Timeline:
        """Return the scene's clock for so many steps and frames a second."""
        return Timeline(steps, fps, self.hold_start, self.hold_end, self.seconds)
