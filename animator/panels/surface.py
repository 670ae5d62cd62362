"""The loss map as a landscape, seen by a slow camera, with the paths on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from matplotlib.colors import LogNorm
from matplotlib.ticker import MaxNLocator

from animator.base.callers import Place, made_here
from animator.base.checks import LARGEST, is_number, is_range, quoted
from animator.base.errors import SceneError
from animator.base.quoting import short_repr
from animator.drawing.camera import Camera
from animator.drawing.colormaps import color_map
from animator.drawing.contours import contour_levels, contour_lines
from animator.drawing.draped import drape
from animator.drawing.drawing import Drawing
from animator.drawing.families import line_weight
from animator.drawing.floor import Floor, Scale, sparse_points, upright_edges
from animator.drawing.heading import draw_heading
from animator.drawing.mesh import Line, Mesh, lit_colors, wire_lines
from animator.drawing.panel import PanelContext
from animator.drawing.relief import Relief, smooth
from animator.drawing.surface_paths import SurfacePath, SurfacePaths
from animator.drawing.text import sanitize
from animator.experiments.experiment import Experiment, check_experiment
from animator.panels.heatmap import Heatmap
from animator.problems import CostlyMap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.colors import Normalize

    from animator.drawing.camera import Points
    from animator.drawing.theme import Theme
    from animator.experiments.lossmap import LossMap
    from animator.experiments.recorder import Recording
    from animator.problems import Coordinate, Problem

Range = tuple[float, float]

_POINTS = 101
"""Points along each side of a map, if neither the panel nor the problem says."""
_MOST_POINTS = 6000
"""How many points all paths have at most, so that a frame's time has a bound."""
_VIEWS = 25
"""Positions of the camera from which the landscape is sure to be in view."""
_TICKS = 4
"""Numbers along an axis, about."""
_NEAR = 1e-4
"""A number beyond the end of an axis by less than this share of it is at its end."""


@dataclass(frozen=True, slots=True)
class Surface:
    """The loss as a landscape, seen by a camera that goes slowly around it.

    The landscape is lit from its left. The paths lie on it, and are faint where a hill
    hides them; beyond the rim they fall to the floor, on which they have shadows. As
    everything moves, a clip takes about three times as long to render as that of a
    heatmap, and a GIF of it is ten times as large; with ``turn=0`` and ``rise=0`` the
    landscape stands still, and costs little more than a heatmap.

    Attributes:
        experiment: what to show.
        title: above the panel; the problem's name if not given.
        cmap: one of matplotlib's colour maps; the theme's if not given.
        points: of the map along each side, of which the landscape is made; if not given
            101, or 51 for a network, with smooth slopes between them.
        contours: how many contour lines, or the losses that they are at; as many as the
            theme has if not given.
        wireframe: whether the landscape is a grid of lines instead of a surface.
        scale: of heights and colours, as that of `Heatmap`.
        share: experiments whose landscapes have the same heights for the same losses.
        xlim: the range to the right, instead of the problem's.
        ylim: the range upward on the map.
        zlim: the losses at which heights and colours end; what is beyond is flat.
        axes: whether there are numbers along the edges and an axis of losses.
        elevation: of the camera above the plain, in degrees.
        azimuth: of the camera at the start, in degrees from the direction of x.
        turn: how far the camera goes around during the clip, in degrees.
        rise: how far its elevation rises during the clip, in degrees.
        zoom: how large the landscape is; at 1 it fits into the panel at any angle.

    Raises:
        SceneError: `experiment` is not an experiment, or an attribute is out of its
            range.
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
    axes: bool = True
    elevation: float = 38.0
    azimuth: float = -75.0
    turn: float = 40.0
    rise: float = 0.0
    zoom: float = 1.0
    made_at: Place | None = made_here()

    __repr__ = short_repr

    def __post_init__(self) -> None:
        check_experiment("Surface", self.experiment)
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
                f"{self.elevation + self.rise:g}; let it end at 5 to 90 degrees"
            )
        if not is_number(self.zoom, 0.1, 10):
            raise SceneError(f"Surface: zoom is {self.zoom!r}; give 0.1 to 10")
        for name in ("wireframe", "axes"):
            if not isinstance(getattr(self, name), bool):
                raise SceneError(
                    f"Surface: {name} is {quoted(getattr(self, name))}; "
                    "give True or False"
                )
        if self.zlim is not None and not is_range(self.zlim):
            raise SceneError(
                f"Surface: zlim is {quoted(self.zlim)}; give two losses up to "
                f"{LARGEST:g}, the smaller one first"
            )
        self._heatmap(self.points)

    def _heatmap(self, points: int | None) -> Heatmap:
        """Return the map that the landscape has the heights of."""
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
        """Set the landscape up; return it and the paths, which move."""
        return self.draw_in_context(ax, recording, theme, PanelContext())

    def draw_in_context(
        self, ax: Axes, recording: Recording, theme: Theme, context: PanelContext
    ) -> Drawing:
        """Draw the panel in the context of its scene."""
        problem = recording.problem
        costly = isinstance(problem, CostlyMap)
        heatmap = self._heatmap(self.points or (None if costly else _POINTS))
        landscape, norm = heatmap.colored_map(recording, context.maps)
        relief = Relief(smooth(_heights(norm, landscape.loss)))
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
        scales = _scales(landscape, norm, problem) if self.axes else None
        floor = Floor(camera, scales, land, theme)
        mesh = self._mesh(camera, relief, landscape, norm, theme)
        extrema = heatmap.extrema(landscape, problem)
        rings = _on_plane(np.array(extrema, float).reshape(-1, 2), landscape)
        paths = _paths(recording, landscape, norm, relief, theme)
        trails = SurfacePaths(camera, relief, paths, rings, theme)
        moves = bool(self.turn or self.rise)

        def update(step: float) -> None:
            camera.look_from(*self._view(step / recording.steps))
            trails.set_step(step)
            if moves:
                mesh.stale = floor.stale = True

        turning: list[Artist] = [floor, mesh] if moves else []
        key = ["□ start", *(["○ minimum of the map"] if extrema else [])]
        drawing = Drawing(moving=[*turning, trails], update=update, key=key)
        return drawing + heading

    def _view(self, share: float) -> tuple[float, float]:
        """Return the camera's elevation and azimuth after a share of the steps."""
        return self.elevation + share * self.rise, self.azimuth + share * self.turn

    def _mesh(
        self,
        camera: Camera,
        relief: Relief,
        landscape: LossMap,
        norm: Normalize,
        theme: Theme,
    ) -> Mesh:
        """Return the landscape, with contour lines or as a wireframe."""
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
            points = _on_plane(np.vstack([places[:-1:2], places[-1:]]), landscape)
            height = np.full(len(points), float(_heights(norm, np.array(level))))
            lines.append(Line(np.column_stack([points, height]), theme.contour))
        return Mesh(camera, relief, colors, lines, width)


def _heights(norm: Normalize, loss: Points) -> Points:
    """Return the heights of losses of any shape, 0 to 1; NaN if they are not finite."""
    shares = np.ma.masked_invalid(norm(np.ma.masked_invalid(loss)))
    heights: Points = np.asarray(np.ma.filled(shares, np.nan), np.float64)
    return np.clip(heights, 0, 1)


def _on_plane(places: Points, landscape: LossMap) -> Points:
    """Return where places (N, 2) are on the plane, on which the map is from -1 to 1."""
    return np.column_stack(
        [
            2 * (values - axis[0]) / (axis[-1] - axis[0]) - 1
            for values, axis in zip(places.T, (landscape.x, landscape.y), strict=True)
        ]
    )


def _paths(
    recording: Recording,
    landscape: LossMap,
    norm: Normalize,
    relief: Relief,
    theme: Theme,
) -> list[SurfacePath]:
    """Return the path of each run, in the colour of its setting."""
    families = recording.families
    sizes = np.linspace(1.3, 0.8, len(families)) if len(families) > 1 else [1.0]
    most = max(20, _MOST_POINTS // sum(map(len, families)))
    paths = []
    for family, size in zip(families, sizes, strict=True):
        for run in family:
            end = run.outcome.step + 1 - run.outcome.diverged
            places = _on_plane(run.params[:end].astype(np.float64), landscape)
            heights = np.nan_to_num(_heights(norm, run.loss[:end].astype(np.float64)))
            path = SurfacePath(
                drape(places, heights, relief, most),
                theme.color(run.setting),
                line_weight(family),
                float(size),
                theme.dash(run.setting),
            )
            paths.append(path)
    return paths


def _margins(theme: Theme) -> tuple[float, float]:
    """Return the room for numbers beside a landscape, and below it, in points."""
    return 2.6 * theme.tick_size, 1.6 * theme.tick_size + 1.2 * theme.label_size


def _scales(
    landscape: LossMap, norm: Normalize, problem: Problem
) -> tuple[Scale, Scale, Scale]:
    """Return the axes x and y, and that of the losses."""
    x, y = (
        _side(coordinate, values)
        for coordinate, values in (
            (problem.x, landscape.x),
            (problem.y, landscape.y),
        )
    )
    low, high = float(norm.vmin or 0), float(norm.vmax or 0)
    losses = _ticks(low, high)
    if isinstance(norm, LogNorm):
        powers = np.arange(np.ceil(np.log10(low)), np.floor(np.log10(high)) + 1)
        stride = max(1, len(powers) // _TICKS)
        losses = 10.0 ** powers[::stride] if len(powers) > 1 else losses
    near = _NEAR * (high - low)
    losses = losses[(losses >= low - near) & (losses <= high + near)]
    places = _heights(norm, losses)
    # Numbers that would lie over each other are left out.
    kept = [i for i, z in enumerate(places) if i == 0 or z - places[i - 1] > 0.12]
    return x, y, Scale("", places[kept].tolist(), [_number(losses[i]) for i in kept])


def _side(coordinate: Coordinate, values: Points) -> Scale:
    """Return the axis of a coordinate, whose values are ascending."""
    low, high = float(values[0]), float(values[-1])
    ticks = _ticks(low, high)
    places = 2 * (ticks - low) / (high - low) - 1
    return Scale(sanitize(coordinate.label), places.tolist(), [*map(_number, ticks)])


def _ticks(low: float, high: float) -> Points:
    """Return round numbers of a range (N,)."""
    ticks = np.asarray(MaxNLocator(_TICKS, steps=[1, 2, 5, 10]).tick_values(low, high))
    near = _NEAR * (high - low)
    return np.asarray(ticks[(ticks >= low - near) & (ticks <= high + near)])


def _number(value: float) -> str:
    """Write the number of a tick."""
    return f"{value:.6g}".replace("-", "\N{MINUS SIGN}")
