"""The loss map as a landscape, seen by a slow camera, with the paths on it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from matplotlib import colormaps
from matplotlib.artist import Artist
from matplotlib.colors import LightSource
from matplotlib.text import Text
from matplotlib.transforms import Affine2D, Bbox, IdentityTransform

from animator.base.errors import SceneError
from animator.drawing.drawing import Drawing
from animator.drawing.heading import heading
from animator.drawing.strokes import dots, pen, stroke
from animator.drawing.text import sanitize
from animator.experiments.experiment import Experiment, check_experiment
from animator.panels.heatmap import Heatmap

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.backend_bases import RendererBase
    from numpy.typing import NDArray

    from animator.drawing.theme import Theme
    from animator.experiments.recorder import Recording

    Points = NDArray[np.float64]

_HEIGHT = 0.9
"""Of the landscape, where its sides are 2 long."""
_DISTANCE = 7.0
"""Of the camera from the middle."""
_MOST = 1000
"""How many points of a path are drawn at most: a frame's time has a bound."""


@dataclass(frozen=True, slots=True)
class Surface:
    """The loss as a landscape, seen by a camera that goes slowly around it.

    The paths lie on it, and are seen through hills. As all of it moves, a clip takes
    two or three times as long to render as that of a heatmap, and a GIF of it is ten
    times as large; with ``turn=0`` the landscape stands still, and costs little more
    than a heatmap.

    Attributes:
        experiment: what to show.
        title: above the panel; the problem's name if not given.
        cmap: one of matplotlib's colour maps.
        points: of the map along each side, of which the landscape is made.
        scale: of heights and colours, as that of `Heatmap`.
        elevation: of the camera above the plain, in degrees.
        azimuth: from where it looks at the start, in degrees from the direction of x.
        turn: how far it goes around in the course of the clip, in degrees.

    Raises:
        SceneError: `experiment` is none, or a number is out of its range.
    """

    experiment: Experiment
    title: str | None = None
    cmap: str = "terrain"
    points: int = 61
    scale: Literal["linear", "log"] | float = "linear"
    elevation: float = 38.0
    azimuth: float = -75.0
    turn: float = 40.0

    def __post_init__(self) -> None:
        check_experiment("Surface", self.experiment)
        for name, low, high in (
            ("elevation", 5, 90), ("azimuth", -360, 360), ("turn", -3600, 3600),
        ):  # fmt: skip
            value = getattr(self, name)
            if not (isinstance(value, int | float) and low <= value <= high):
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
        problem = recording.problem
        landscape, norm = self._heatmap().coloured(recording)
        heights = np.ma.filled(np.ma.masked_invalid(norm(landscape.loss)), np.nan)
        paths = []
        for run in recording.trajectories:
            end = run.outcome.step + 1 - run.outcome.diverged
            x, y = (
                2 * (values - c.low) / (c.high - c.low) - 1
                for values, c in zip(
                    run.params[:end].astype(np.float64).T,
                    (problem.x, problem.y),
                    strict=True,
                )
            )
            z = np.clip(np.ma.filled(norm(run.loss[:end].astype(np.float64)), 0), 0, 1)
            path = np.column_stack([x, y, z])
            path[np.abs(path[:, :2]).max(axis=1, initial=0) > 1] = np.nan  # off the map
            paths.append(path)
        ax.set_axis_off()
        title = problem.name if self.title is None else self.title
        readouts, tell = heading(ax, title, recording, theme)
        camera = _Camera(ax, self)
        mesh = _Mesh(camera, heights, colormaps[self.cmap])
        rim = _Rim(camera, (sanitize(problem.x.name), sanitize(problem.y.name)), theme)
        trails = _Paths(camera, paths, recording.steps, theme)
        still = self.turn == 0

        def update(step: float) -> None:
            tell(step)
            camera.look(step / recording.steps)
            trails.set_step(step)
            if not still:
                mesh.stale = rim.stale = True

        moving: list[Artist] = [trails, *readouts]
        return Drawing(moving=moving if still else [mesh, rim, *moving], update=update)


class _Camera:
    """Where things are seen on the axes, in pixels."""

    def __init__(self, ax: Axes, panel: Surface) -> None:
        self.ax = ax
        self._panel = panel
        self._up = math.radians(panel.elevation)
        # How far the corners reach down, up and aside, whatever the angle.
        cos, sin = math.cos(self._up), math.sin(self._up)
        high, corner = _HEIGHT / 2, math.sqrt(2)
        self._below = (high * cos + corner * sin) * self._zoom(
            corner * cos - high * sin
        )
        self._above = (high * cos + corner * sin) * self._zoom(
            high * sin - corner * cos
        )
        self._aside = corner * self._zoom(0.0)
        self.look(0.0)

    @staticmethod
    def _zoom(near: Any) -> Any:
        """Return how large what is so near is seen."""
        return _DISTANCE / (_DISTANCE - near)

    def look(self, share: float) -> None:
        """Go to where it is after a share of the clip."""
        self.angle = math.radians(self._panel.azimuth + share * self._panel.turn)

    def seen(self, points: Points) -> Points:
        """Return where points (…, 3) are seen (…, 2); heights are 0 to 1."""
        x, y, z = np.moveaxis(points, -1, 0)
        z = _HEIGHT * (z - 0.5)
        cos, sin = math.cos(self.angle), math.sin(self.angle)
        right, near = -x * sin + y * cos, x * cos + y * sin
        up = z * math.cos(self._up) - near * math.sin(self._up)
        near = near * math.cos(self._up) + z * math.sin(self._up)
        zoom = self._zoom(near)
        (left, bottom), (end, top) = self.ax.bbox.get_points()
        size = min(
            (end - left) / (2 * self._aside),
            (top - bottom) / (self._below + self._above),
        )
        middle = (bottom + top) / 2 + size * (self._below - self._above) / 2
        return np.stack(
            [(left + end) / 2 + size * right * zoom, middle + size * up * zoom], axis=-1
        )


class _OnCamera(Artist):
    """What is drawn anew for each place of the camera."""

    def __init__(self, camera: _Camera, zorder: float) -> None:
        super().__init__()
        self.camera = camera
        self.set_zorder(zorder)
        camera.ax.add_artist(self)

    def get_window_extent(self, renderer: RendererBase | None = None) -> Bbox:
        """Return the box of the axes, in pixels."""
        return Bbox(self.camera.ax.bbox.get_points())


class _Mesh(_OnCamera):
    """The landscape itself, drawn from far to near."""

    def __init__(self, camera: _Camera, heights: Points, cmap: Any) -> None:
        super().__init__(camera, 2)
        rows, columns = heights.shape
        known = np.where(np.isfinite(heights), heights, 0.0)
        x, y = np.meshgrid(np.linspace(-1, 1, columns), np.linspace(-1, 1, rows))
        self._points = np.stack([x, y, known], axis=-1)
        corners = [heights[a : rows - 1 + a, b : columns - 1 + b]
                   for a in (0, 1) for b in (0, 1)]  # fmt: skip
        middle = sum(corners) / 4
        colors = cmap(np.where(np.isfinite(middle), middle, 0.0))
        light = LightSource(azdeg=315, altdeg=50)
        shaded = light.shade_rgb(
            colors[..., :3],
            np.where(np.isfinite(middle), middle, 0.0) * columns / 4,
            blend_mode="soft",
            fraction=0.7,
        )
        colors[..., :3] = np.clip(shaded, 0, 1)
        colors[..., 3] = np.isfinite(middle)
        self._colors = colors

    def draw(self, renderer: RendererBase) -> None:
        """Draw the quadrilaterals; the farthest first."""
        if not self.get_visible():
            return
        points, colors = self.camera.seen(self._points), self._colors
        # Seen from outside, each row and each column goes from far to near.
        if math.cos(self.camera.angle) < 0:
            points, colors = points[:, ::-1], colors[:, ::-1]
        if math.sin(self.camera.angle) < 0:
            points, colors = points[::-1], colors[::-1]
        rows, columns = points.shape[:2]
        gc = pen(renderer, self.camera.ax.bbox)
        gc.set_linewidth(0.0)
        faces: Any = np.ascontiguousarray(colors.reshape(-1, 4))
        renderer.draw_quad_mesh(
            gc,
            IdentityTransform().frozen(),
            columns - 1,
            rows - 1,
            np.ascontiguousarray(points),
            np.zeros((1, 2)),
            Affine2D(),
            faces,
            False,
            faces,
        )
        gc.restore()
        self.stale = False


class _Rim(_OnCamera):
    """The edges of the plain that are near, and the names of the axes along them."""

    def __init__(self, camera: _Camera, names: tuple[str, str], theme: Theme) -> None:
        super().__init__(camera, 1)
        self._theme = theme
        self._labels = [
            Text(0, 0, name, color=theme.muted, size=theme.label_size,
                 ha="center", va="center", transform=IdentityTransform())
            for name in names
        ]  # fmt: skip
        for label in self._labels:
            label.set_figure(camera.ax.figure)

    def get_children(self) -> list[Artist]:
        """Return the names of the axes."""
        return list(self._labels)

    def draw(self, renderer: RendererBase) -> None:
        """Draw the edges of the plain, and write along the two that are near."""
        if not self.get_visible():
            return
        theme, camera = self._theme, self.camera
        gc = pen(renderer, camera.ax.bbox)
        corners = np.array(
            [[-1, -1, 0], [1, -1, 0], [1, 1, 0], [-1, 1, 0], [-1, -1, 0]]
        )
        outline = [(x, y) for x, y in camera.seen(corners.astype(float)).tolist()]
        stroke(renderer, gc, outline, (theme.frame, 0.5 * theme.line_width))
        gc.restore()
        near_x = 1.0 if math.cos(camera.angle) > 0 else -1.0
        near_y = 1.0 if math.sin(camera.angle) > 0 else -1.0
        places = ((0.0, 1.16 * near_y, 0.0), (1.16 * near_x, 0.0, 0.0))
        for label, place in zip(self._labels, places, strict=True):
            label.set_position(tuple(camera.seen(np.array(place)).tolist()))
            label.draw(renderer)
        self.stale = False


class _Paths(_OnCamera):
    """All settings' paths as far as they have come, and their markers."""

    def __init__(
        self, camera: _Camera, paths: list[Points], steps: int, theme: Theme
    ) -> None:
        super().__init__(camera, 3)
        self._paths = paths
        self._stride = max(1, math.ceil(steps / _MOST))
        self._theme = theme
        self._step = 0.0

    def set_step(self, step: float) -> None:
        """Show what has been gone until a step, or between two."""
        self._step = step
        self.stale = True

    def draw(self, renderer: RendererBase) -> None:
        """Draw the paths, and the markers above them."""
        if not self.get_visible():
            return
        theme = self._theme
        gc = pen(renderer, self.camera.ax.bbox)
        sizes = (
            np.linspace(1.5, 0.7, len(self._paths)) if len(self._paths) > 1 else [1.0]
        )
        heads = []
        for index, path in enumerate(self._paths):
            color, wide = theme.color(index), theme.line_width
            gone = self._gone(path)
            for part in _parts(self.camera.seen(gone)):
                stroke(renderer, gc, part, (theme.casing, 1.7 * wide), (color, wide))
            if len(gone) and np.isfinite(gone[-1]).all():
                heads.append((index, self.camera.seen(gone[-1])))
        for index, (x, y) in heads:
            size = float(sizes[index]) * theme.marker_size
            rim = size + 0.6 * theme.line_width
            dots(
                renderer, gc, [(float(x), float(y))],
                (theme.shade, rim + 0.5 * theme.line_width), (theme.casing, rim),
                (theme.color(index), size),
            )  # fmt: skip
        gc.restore()
        self.stale = False

    def _gone(self, path: Points) -> Points:
        """Return the points of a path until now, the newest between two steps."""
        last = len(path) - 1
        if last < 0:
            return path
        whole = min(int(self._step), last)
        share = min(self._step - whole, 1.0)
        head = path[whole] + share * (path[min(whole + 1, last)] - path[whole])
        return np.concatenate([path[: whole + 1 : self._stride], [path[whole], head]])


def _parts(points: Points) -> list[list[tuple[float, float]]]:
    """Take a line of points apart where it is interrupted by NaN."""
    parts: list[list[tuple[float, float]]] = [[]]
    for x, y in points.tolist():
        if math.isfinite(x) and math.isfinite(y):
            parts[-1].append((x, y))
        elif parts[-1]:
            parts.append([])
    return [part for part in parts if len(part) > 1]
