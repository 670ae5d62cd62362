"""Draws the loss map as a landscape that a camera circles, with the paths on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from animator.base.callers import Place, made_here
from animator.base.checks import is_number, quoted
from animator.base.errors import SceneError
from animator.base.quoting import short_repr
from animator.drawing.camera import Camera
from animator.drawing.colormaps import color_map
from animator.drawing.contours import contour_levels, contour_lines
from animator.drawing.drawing import Drawing
from animator.drawing.floor import Floor
from animator.drawing.heading import draw_heading
from animator.drawing.landscape import (
    landscape_paths,
    loss_heights,
    on_plane,
    sparse_points,
    upright_edges,
)
from animator.drawing.mesh import Line, Mesh, lit_colors, wire_lines
from animator.drawing.panel import PanelContext
from animator.drawing.relief import Relief, smooth
from animator.drawing.setting_runs import starts_of
from animator.drawing.surface_axes import surface_scales
from animator.drawing.surface_names import name_surface_marks
from animator.drawing.surface_paths import SurfacePaths
from animator.experiments.experiment import Experiment
from animator.panels.extrema import find_extrema
from animator.panels.heatmap import Heatmap
from animator.panels.map_checks import check_map
from animator.problems import CostlyMap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.colors import Normalize

    from animator.drawing.theme import Theme
    from animator.experiments.lossmap import LossMap
    from animator.experiments.recorder import Recording

Range = tuple[float, float]

_POINTS = 101
"""Map points along each axis, unless the panel or the problem sets another number."""
_VIEWS = 25
"""The number of camera positions at which the landscape is fitted into the panel."""


@dataclass(frozen=True, slots=True)
class Surface:
    """The loss as a landscape that a camera circles slowly.

    Light falls from the left. The paths lie on the surface, and are faint where a hill
    hides them. Beyond the edge of the map they fall to the floor, on which they cast
    shadows. Because everything moves, a clip takes about three times as long to render
    as a clip of a heatmap, and a GIF is ten times as large. With ``turn=0`` and
    ``rise=0`` the landscape does not move, and costs little more than a heatmap.

    Attributes:
        experiment: the experiment to show.
        title: the title above the panel; defaults to the problem's name.
        cmap: the name of a matplotlib colour map; defaults to the theme's.
        points: the number of map points along each axis, which form the landscape;
            defaults to 101. The default for a network is 51, and the surface is
            interpolated smoothly between them.
        contours: the number of contour lines, or a list of their losses; defaults to
            the theme's number.
        wireframe: whether to draw a grid of lines instead of a surface.
        scale: the scale of heights and colours, as in `Heatmap`.
        share: other experiments whose landscapes use the same height for the same loss.
        xlim: the range of x; defaults to the problem's.
        ylim: the range of y; defaults to the problem's.
        zlim: the lowest and the highest loss of heights and colours; the landscape is
            flat beyond them.
        dots: whether each step is marked by a dot on the path.
        axes: whether the edges have numbers and there is an axis of losses.
        elevation: the elevation of the camera at the start, in degrees.
        azimuth: the azimuth of the camera at the start, in degrees from the x axis.
        turn: the angle by which the camera turns during the clip, in degrees.
        rise: the angle by which its elevation increases during the clip, in degrees.
        zoom: the magnification, 0.1 to 10; at 1 the landscape fits into the panel at
            all angles of the clip.

    Raises:
        SceneError: `experiment` is not an experiment, or an attribute is invalid.
    """

    experiment: Experiment
    title: str | None = None
    cmap: str | None = None
    points: int | None = None
    contours: int | Sequence[float] | None = None
    wireframe: bool = False
    scale: Literal["linear", "log"] | float = "linear"
    share: Sequence[Experiment] = ()
    xlim: Range | None = None
    ylim: Range | None = None
    zlim: Range | None = None
    dots: bool = True
    axes: bool = True
    elevation: float = 38.0
    azimuth: float = -75.0
    turn: float = 40.0
    rise: float = 0.0
    zoom: float = 1.0
    made_at: Place | None = made_here()

    __repr__ = short_repr

    def __post_init__(self) -> None:
        check_map("Surface", self, limits=("xlim", "ylim", "zlim"))
        for name, low, high in (
            ("elevation", 5, 90),
            ("azimuth", -360, 360),
            ("turn", -3600, 3600),
            ("rise", -85, 85),
        ):
            value = getattr(self, name)
            if not is_number(value, low, high):
                raise SceneError(
                    f"Surface: {name} is {value!r}; give {low} to {high} degrees"
                )
        if not 5 <= self.elevation + self.rise <= 90:
            raise SceneError(
                f"Surface: rise is {self.rise!r}, which ends at an elevation of "
                f"{self.elevation + self.rise:g}; choose an end of 5 to 90 degrees"
            )
        if not is_number(self.zoom, 0.1, 10):
            raise SceneError(f"Surface: zoom is {self.zoom!r}; give 0.1 to 10")
        for name in ("wireframe", "dots", "axes"):
            if not isinstance(getattr(self, name), bool):
                raise SceneError(
                    f"Surface: {name} is {quoted(getattr(self, name))}; "
                    "give True or False"
                )

    def _heatmap(self, points: int | None) -> Heatmap:
        """Return the heatmap whose losses are the heights of the landscape."""
        return Heatmap(
            self.experiment,
            cmap=self.cmap,
            points=points,
            contours=self.contours,
            scale=self.scale,
            share=self.share,
            xlim=self.xlim,
            ylim=self.ylim,
            clip=self.zlim,
        )

    def draw(self, ax: Axes, recording: Recording, theme: Theme) -> Drawing:
        """Draw the landscape, and return it and the paths as moving artists."""
        return self.draw_in_context(ax, recording, theme, PanelContext())

    def draw_in_context(
        self, ax: Axes, recording: Recording, theme: Theme, context: PanelContext
    ) -> Drawing:
        """Draw the panel in the context of its scene."""
        problem = recording.problem
        costly = isinstance(problem, CostlyMap)
        heatmap = self._heatmap(self.points or (None if costly else _POINTS))
        landscape, norm = heatmap.colored_map(recording, context.maps)
        relief = Relief(smooth(loss_heights(norm, landscape.loss)))
        ax.set_axis_off()
        heading = draw_heading(ax, self.title, recording, theme, context)
        land = sparse_points(relief)
        camera = Camera(
            ax,
            [self._view(share) for share in np.linspace(0, 1, _VIEWS).tolist()],
            np.concatenate([land, upright_edges()]),
            zoom=self.zoom,
            margins=_margins(theme) if self.axes else (0.0, 0.0),
        )
        scales = surface_scales(landscape, norm, problem) if self.axes else None
        floor = Floor(camera, scales, land, theme)
        mesh = self._mesh(camera, relief, landscape, norm, theme)
        extrema = find_extrema(landscape, problem)
        rings = on_plane(np.array(extrema, float).reshape(-1, 2), landscape)
        paths = landscape_paths(
            recording, landscape, norm, relief, theme, has_dots=self.dots
        )
        trails = SurfacePaths(camera, relief, paths, rings, theme)
        moves = bool(self.turn or self.rise)

        def update(step: float) -> None:
            camera.look_from(*self._view(step / recording.steps))
            trails.set_step(step)
            if moves:
                mesh.stale = floor.stale = True

        turning: list[Artist] = [floor, mesh] if moves else []
        key = ["□ start", *(["○ minimum of the map"] if extrema else [])]
        drawing = Drawing([], [*turning, trails], update, key, floor.fit)
        if context.has_mark_names:
            start = np.array([next(iter(starts_of(recording)))])
            marks = {"start": on_plane(start, landscape)[0].tolist()}
            if extrema:
                marks["minimum"] = rings[0].tolist()
            drawing += name_surface_marks(camera, relief, marks, theme)
        return drawing + heading

    def _view(self, share: float) -> tuple[float, float]:
        """Return the camera's elevation and azimuth after a fraction of the steps."""
        return self.elevation + share * self.rise, self.azimuth + share * self.turn

    def _mesh(
        self,
        camera: Camera,
        relief: Relief,
        landscape: LossMap,
        norm: Normalize,
        theme: Theme,
    ) -> Mesh:
        """Return the mesh, with contour lines or as a wireframe."""
        width = 0.26 * theme.line_width
        colors = lit_colors(
            relief, color_map(theme, self.cmap), tinted=self.cmap is None
        )
        if self.wireframe:
            wires = wire_lines(relief, color_map(theme, self.cmap, of_lines=True))
            colors[..., :3] = [int(theme.background[i : i + 2], 16) / 255
                               for i in (1, 3, 5)]  # fmt: skip
            return Mesh(camera, relief, colors, wires, 2 * width)
        contours = theme.contours if self.contours is None else self.contours
        levels = contour_levels(landscape, norm, contours)
        lines = []
        thin = isinstance(contours, int)
        for level, places in contour_lines(camera.ax, landscape, levels, thin=thin):
            # Every second point suffices for a smooth line.
            points = on_plane(np.vstack([places[:-1:2], places[-1:]]), landscape)
            height = np.full(len(points), float(loss_heights(norm, np.array(level))))
            lines.append(Line(np.column_stack([points, height]), theme.contour))
        return Mesh(camera, relief, colors, lines, width)


def _margins(theme: Theme) -> tuple[float, float]:
    """Return the margins for numbers beside the landscape and below it, in points."""
    return 2.6 * theme.tick_size, 1.6 * theme.tick_size + 1.2 * theme.label_size
