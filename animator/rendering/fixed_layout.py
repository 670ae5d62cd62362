"""A layout that several stages share, so that nothing jumps between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, is_dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.figure import Figure

from animator.base.errors import during, placed
from animator.base.seeding import seeded
from animator.drawing.fonts import fonts_for
from animator.drawing.panel import PanelContext
from animator.drawing.room import FixedAxes, room_of
from animator.drawing.style import style
from animator.experiments.details import Needs
from animator.experiments.experiment import experiments_of
from animator.experiments.joined import joined, relabelled
from animator.panels import Heatmap, Panel
from animator.rendering.blocks import draw_panel
from animator.rendering.solver import measure_margins

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from animator.drawing.theme import Theme
    from animator.experiments.lossmap import LossMaps
    from animator.experiments.recorder import Recordings
    from animator.scenes.scene import Scene


_PATHS = 24
"""The largest number of paths for which places of labels are sought; more are slow."""


@dataclass(slots=True)
class FixedLayout:
    """The limits and the margins that the axes of several stages share.

    Attributes:
        axes: limits and margins of each panel's axes.
        smaller: the factor of the type's size. It is None until the first stage is
            set, which measures it and the margins.
        fonts: the font families of the texts, and the families of single characters
            in formulas.
    """

    axes: Sequence[FixedAxes]
    smaller: float | None = None
    fonts: tuple[Sequence[str], Sequence[str]] = ((), ())

    def prepare(self, figure: Figure) -> None:
        """Fix the axes of a figure before anything is drawn on it."""
        for ax, fixed in zip(figure.axes, self.axes, strict=True):
            room_of(ax).fixed = fixed

    def measure(
        self,
        figure: Figure,
        smaller: float,
        fonts: tuple[Sequence[str], Sequence[str]],
    ) -> None:
        """Store the current margins of a figure's axes, and its type."""
        self.smaller, self.fonts = smaller, fonts
        for ax, fixed in zip(figure.axes, self.axes, strict=False):
            margins = measure_margins(ax)
            fixed.labels = room_of(ax).labels
            fixed.margins = (margins.left, margins.right, margins.top, margins.bottom)


def common_layout(
    scene: Scene, recordings: Recordings, theme: Theme, maps: LossMaps
) -> FixedLayout:
    """Return a layout with limits that suit all runs of several recordings.

    Args:
        scene: one of the scenes that share the layout.
        recordings: the recordings of its experiments, with all runs.
        theme: the theme of the stages.
        maps: evaluates the loss maps.
    """
    fonts = fonts_for(theme.font).families
    axes = []
    with style(theme, fonts), seeded():
        for panel in scene.panels:
            own = experiments_of(panel.experiment)
            place = getattr(panel, "made_at", None) or own[0].made_at
            with placed(place), during("choosing common ranges"):
                axes.append(_fixed(panel, recordings, theme, maps))
    return FixedLayout(axes)


def _fixed(
    panel: Panel, recordings: Recordings, theme: Theme, maps: LossMaps
) -> FixedAxes:
    """Return the limits that a panel chooses for some recordings."""
    paths = _some_paths(panel, recordings)
    if isinstance(panel, Heatmap) and not panel.fit_paths:
        return FixedAxes(paths=paths)  # its limits do not depend on the runs
    parts = relabelled([recordings[one] for one in experiments_of(panel.experiment)])
    ax = Figure().add_subplot()
    context = PanelContext(maps, has_legend=False, recordings=parts)
    draw_panel(panel, ax, joined(parts), theme, context)
    if not ax.axison:  # a landscape chooses its own view
        return FixedAxes()
    return FixedAxes((ax.get_xlim(), ax.get_ylim()), paths=paths)


def _some_paths(panel: Panel, recordings: Recordings) -> list[NDArray[np.floating]]:
    """Return a panel's paths, each (steps + 1, 2); of many, an even selection."""
    own = experiments_of(panel.experiment)
    paths = [run.params for one in own for run in recordings[one].trajectories]
    chosen = np.linspace(0, len(paths) - 1, min(len(paths), _PATHS)).astype(int)
    return [paths[index] for index in chosen.tolist()]


def with_ranges(scene: Scene, layout: FixedLayout) -> Scene:
    """Return a scene in which maps with `fit_paths` have the limits of a layout."""

    def ranged(panel: Any, fixed: FixedAxes) -> Any:
        if not (is_dataclass(panel) and getattr(panel, "fit_paths", False)):
            return panel
        if fixed.limits is None:
            return panel
        x, y = fixed.limits
        changes: dict[str, Any] = {"xlim": x, "ylim": y, "fit_paths": False}
        return replace(panel, **changes)  # type: ignore[type-var]

    if scene.parts:
        return scene
    pairs = zip(scene.panels, layout.axes, strict=True)
    return replace(scene, panels=[ranged(panel, fixed) for panel, fixed in pairs])


def needs_details(panel: Panel) -> bool:
    """Return whether a panel draws models, which is slow for many runs."""
    return isinstance(getattr(panel, "needs", None), Needs)
