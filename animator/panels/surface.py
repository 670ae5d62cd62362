"""The loss map as a landscape, seen by a slow camera, with the paths on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from animator.base.callers import Place, made_here
from animator.base.checks import is_number
from animator.base.errors import SceneError
from animator.base.quoting import short_repr
from animator.drawing.camera import Camera
from animator.drawing.colormaps import color_map
from animator.drawing.drawing import Drawing
from animator.drawing.families import line_weight
from animator.drawing.heading import draw_heading
from animator.drawing.mesh import Mesh, Rim
from animator.drawing.panel import PanelContext
from animator.drawing.surface_paths import SurfacePath, SurfacePaths
from animator.drawing.text import sanitize
from animator.experiments.experiment import Experiment, check_experiment
from animator.panels.heatmap import Heatmap

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.colors import Normalize

    from animator.drawing.camera import Points
    from animator.drawing.theme import Theme
    from animator.experiments.recorder import Recording
    from animator.experiments.trajectory import Trajectory
    from animator.problems import Problem


@dataclass(frozen=True, slots=True)
class Surface:
    """The loss as a landscape, seen by a camera that goes slowly around it.

    The paths lie on it, and hills do not hide them. As everything moves, a clip takes
    two or three times as long to render as that of a heatmap, and a GIF of it is ten
    times as large; with ``turn=0`` the landscape stands still, and costs little more
    than a heatmap.

    Attributes:
        experiment: what to show.
        title: above the panel; the problem's name if not given.
        cmap: one of matplotlib's colour maps; the theme's if not given.
        points: of the map along each side, of which the landscape is made.
        scale: of heights and colours, as that of `Heatmap`.
        elevation: of the camera above the plain, in degrees.
        azimuth: of the camera at the start, in degrees from the direction of x.
        turn: how far the camera goes around during the clip, in degrees.

    Raises:
        SceneError: `experiment` is not an experiment, or a number is out of its range.
    """

    experiment: Experiment
    title: str | None = None
    cmap: str | None = None
    points: int = 61
    scale: Literal["linear", "log"] | float = "linear"
    elevation: float = 38.0
    azimuth: float = -75.0
    turn: float = 40.0
    made_at: Place | None = made_here()

    __repr__ = short_repr

    def __post_init__(self) -> None:
        check_experiment("Surface", self.experiment)
        for name, value, low, high in (
            ("elevation", self.elevation, 5, 90),
            ("azimuth", self.azimuth, -360, 360),
            ("turn", self.turn, -3600, 3600),
        ):
            if not is_number(value, low, high):
                raise SceneError(
                    f"Surface: {name} is {value!r}; give {low} to {high} degrees"
                )
        self._heatmap()

    def _heatmap(self) -> Heatmap:
        return Heatmap(
            self.experiment, cmap=self.cmap, points=self.points, scale=self.scale
        )

    def draw(self, ax: Axes, recording: Recording, theme: Theme) -> Drawing:
        """Set the landscape up; return it and the paths, which move."""
        return self.draw_in_context(ax, recording, theme, PanelContext())

    def draw_in_context(
        self, ax: Axes, recording: Recording, theme: Theme, context: PanelContext
    ) -> Drawing:
        """Draw the panel in the context of its scene."""
        problem = recording.problem
        landscape, norm = self._heatmap().colored_map(recording, context.maps)
        heights = np.ma.filled(np.ma.masked_invalid(norm(landscape.loss)), np.nan)
        families = recording.families
        sizes = np.linspace(1.5, 0.7, len(families)) if len(families) > 1 else [1.0]
        paths = [
            SurfacePath(
                _path(run, problem, norm),
                theme.color(run.setting),
                line_weight(family),
                float(size),
            )
            for family, size in zip(families, sizes, strict=True)
            for run in family
        ]
        ax.set_axis_off()
        heading = draw_heading(ax, self.title, recording, theme, context)
        camera = Camera(ax, self.elevation, self.azimuth)
        mesh = Mesh(camera, heights, color_map(theme, self.cmap))
        rim = Rim(camera, (sanitize(problem.x.label), sanitize(problem.y.label)), theme)
        trails = SurfacePaths(camera, paths, recording.steps, theme)

        def update(step: float) -> None:
            camera.turn_to(self.azimuth + step / recording.steps * self.turn)
            trails.set_step(step)
            if self.turn:
                mesh.stale = rim.stale = True

        turning: list[Artist] = [mesh, rim] if self.turn else []
        drawing = Drawing(moving=[*turning, trails], update=update, key=["□ start"])
        return drawing + heading


def _path(run: Trajectory, problem: Problem, norm: Normalize) -> Points:
    """Return a run's path on the landscape (K, 3); NaN where it is off the map."""
    end = run.outcome.step + 1 - run.outcome.diverged
    x, y = (
        2 * (values - drawn.low) / (drawn.high - drawn.low) - 1
        for values, drawn in zip(
            run.params[:end].astype(np.float64).T,
            (problem.x, problem.y),
            strict=True,
        )
    )
    z = np.clip(np.ma.filled(norm(run.loss[:end].astype(np.float64)), 0), 0, 1)
    path = np.column_stack([x, y, z])
    path[np.abs(path[:, :2]).max(axis=1, initial=0) > 1] = np.nan
    return path
