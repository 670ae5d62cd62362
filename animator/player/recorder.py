"""Records what artists draw: paths, markers, texts and pictures, but no pixels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.backend_bases import GraphicsContextBase, RendererBase
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.font_manager import ttfFontProperty
from matplotlib.mathtext import MathTextParser
from matplotlib.path import Path
from matplotlib.transforms import Affine2D, Bbox

from animator.player.names import css_color, css_families, css_weight
from animator.player.pixels import cropped, mesh_cells, picture

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from animator.player.store import Store

_LETTERS = {Path.MOVETO: "M", Path.LINETO: "L", Path.CURVE3: "Q", Path.CURVE4: "C",
            Path.CLOSEPOLY: "Z"}  # fmt: skip
_FORMULAS = MathTextParser("path")
_MOST_SNAPPED = 1024
"""Corners of a path that is put on whole pixels."""
_LONG, _UNSEEN = 16, 0.2
"""Corners of a line from which on those are left out that change it by so little, in
pixels."""
_STRAIGHT = 1e-4
"""Pixels by which a line that is upright or level may lean."""
_FINER = 2.0
"""Pixels of a picture in the background for one of the figure."""
_DIGITS = 3
"""Of lengths that say how something is drawn, such as widths of lines."""


class NeedsPixels(Exception):
    """What an artist draws has no description; its pixels have to be stored."""


@dataclass(slots=True)
class DisplayList:
    """What an artist drew.

    Attributes:
        structure: what was drawn, an operation after the other.
        numbers: where, in pixels from the figure's upper left.
        fonts: the texts, each with families, weight and style of its type.
    """

    structure: list[dict[str, Any]] = field(default_factory=list)
    numbers: list[float] = field(default_factory=list)
    fonts: list[tuple[str, tuple[str, ...], str, str]] = field(default_factory=list)


class Recorder(RendererBase):
    """A renderer that keeps what it is told to draw, as `document.d.ts` has it."""

    def __init__(self, figure: Figure, store: Store, *, still: bool = False) -> None:
        """Record drawings on a figure.

        Args:
            figure: where they are.
            store: for texts and pictures.
            still: whether it is drawn only once; pictures are then finer, and nothing
                is refused.
        """
        super().__init__()
        self._still = still
        canvas: Any = figure.canvas
        self._agg = canvas.get_renderer()
        self._store = store
        self.dpi = float(figure.dpi)
        self.width, self.height = map(float, canvas.get_width_height())
        self._flip = Affine2D().scale(1, -1).translate(0, self.height)
        self.drawn = DisplayList()

    def record(self, artist: Any) -> DisplayList:
        """Return what an artist draws.

        Raises:
            NeedsPixels: it draws something that has no description.
        """
        self.drawn = DisplayList()
        artist.draw(self)
        return self.drawn

    def points_to_pixels(self, points: Any) -> Any:
        """Convert a length from points."""
        return points * self.dpi / 72

    def get_canvas_width_height(self) -> tuple[float, float]:
        """Return the size of the figure in pixels."""
        return self.width, self.height

    def get_text_width_height_descent(
        self, s: str, prop: Any, ismath: Any
    ) -> tuple[float, float, float]:
        """Return the size of a text as it has it in frames."""
        width, height, descent = self._agg.get_text_width_height_descent(
            s, prop, ismath
        )
        return float(width), float(height), float(descent)

    def option_image_nocomposite(self) -> bool:
        """Keep pictures apart."""
        return True

    def draw_path(
        self, gc: GraphicsContextBase, path: Path, transform: Any, rgbFace: Any = None
    ) -> None:
        """Record a path."""
        look = self._look(gc, rgbFace)
        codes, points = self._segments(path, transform, gc, rgbFace)
        if codes:
            self.drawn.structure.append({"op": "path", "codes": codes, **look})
            self.drawn.numbers += points

    def draw_markers(
        self,
        gc: GraphicsContextBase,
        marker_path: Path,
        marker_trans: Any,
        path: Path,
        trans: Any,
        rgbFace: Any = None,
    ) -> None:
        """Record a shape at each of some places."""
        points = (trans + self._flip).transform(path.vertices)
        # Agg puts markers on whole pixels.
        points = np.floor(points[np.isfinite(points).all(axis=1)] + 0.5)
        snapped = self._snaps(gc, marker_path, marker_trans)
        shape = marker_path.iter_segments(
            marker_trans + Affine2D().scale(1, -1),
            snap=snapped,
            stroke_width=self.points_to_pixels(gc.get_linewidth()),
        )
        codes, corners = _described(shape)
        if not len(points) or not codes:
            return
        if not snapped:
            points += 0.5
        self.drawn.structure.append(
            {
                "op": "markers",
                "codes": codes,
                "shape": np.round(corners, _DIGITS).tolist(),
                "count": len(points),
                **self._look(gc, rgbFace),
            }
        )
        self.drawn.numbers += points.ravel().tolist()

    def draw_quad_mesh(self, *args: Any, **keywords: Any) -> None:
        """Record a mesh as pixels, or refuse: it has too many parts.

        That of a colour bar is a picture with a pixel for each part.
        """
        if not self._still:
            raise NeedsPixels
        cells = mesh_cells(*args[:9], height=self.height)
        if cells is not None:
            self.add_picture(*cells)
        else:
            renderer = RendererAgg(self.width, self.height, self.dpi)
            renderer.draw_quad_mesh(*args, **keywords)
            cut = cropped(np.asarray(renderer.buffer_rgba()))
            if cut is None:
                return
            self.add_picture(*cut)
        self.drawn.structure[-1] |= self._clip(args[0])

    def draw_gouraud_triangles(self, *args: Any, **keywords: Any) -> None:
        """Refuse: no path has its colours."""
        raise NeedsPixels

    def draw_image(
        self,
        gc: GraphicsContextBase,
        x: float,
        y: float,
        im: Any,
        transform: Any = None,
    ) -> None:
        """Record a picture (H, W, 4), its lowest row first."""
        if transform is not None:
            raise NeedsPixels
        high, wide = (side / self.get_image_magnification() for side in im.shape[:2])
        self.add_picture(np.asarray(im)[::-1], (x, self.height - y - high, wide, high))
        self.drawn.structure[-1] |= self._clip(gc)

    def add_picture(
        self, pixels: NDArray[np.uint8], place: tuple[float, float, float, float]
    ) -> None:
        """Record a picture at a place: left, top, width and height in pixels."""
        content = picture(pixels)
        image = content if self._still else self._store.content(content)
        self.drawn.structure.append({"op": "image", "image": image, "smooth": False})
        self.drawn.numbers += map(float, place)

    def draw_text(
        self,
        gc: GraphicsContextBase,
        x: float,
        y: float,
        s: str,
        prop: Any,
        angle: float,
        ismath: Any = False,
        mtext: Any = None,
    ) -> None:
        """Record a text; that with a formula character by character."""
        if ismath:
            self._draw_formula(gc, x, y, s, prop, angle)
            return
        width, _, _ = self.get_text_width_height_descent(s, prop, ismath=False)
        face = tuple(prop.get_family()), css_weight(prop.get_weight()), prop.get_style()
        self._add_text(gc, (x, y), s, face, prop.get_size_in_points(), angle)
        self.drawn.structure[-1]["width"] = round(width, 2)

    def _draw_formula(
        self, gc: GraphicsContextBase, x: float, y: float, s: str, prop: Any, angle: Any
    ) -> None:
        """Record the characters and the lines of a formula."""
        parsed = _FORMULAS.parse(s, self.dpi, prop)
        turn = Affine2D().rotate_deg(angle).translate(x, self.height - y)
        for font, size, code, *_, right, up in parsed.glyphs:
            entry = ttfFontProperty(font)
            face = (entry.name,), css_weight(entry.weight), entry.style
            left, down = (turn + self._flip).transform((right, up))
            self._add_text(gc, (left, down), chr(code), face, size, angle)
        for left, low, wide, high in parsed.rects:
            corners = [(left, low), (left + wide, low), (left + wide, low + high),
                       (left, low + high), (left, low)]  # fmt: skip
            gc.set_linewidth(0.0)
            self.draw_path(gc, Path(corners, closed=True), turn, gc.get_rgb())

    def _add_text(
        self,
        gc: GraphicsContextBase,
        place: tuple[float, float],
        text: str,
        face: tuple[tuple[str, ...], str, str],
        points: float,
        angle: float,
    ) -> None:
        """Record a text whose baseline begins at a place, in a face and a size."""
        families, weight, style = face
        self.drawn.fonts.append((text, families, weight, style))
        self.drawn.structure.append(
            {
                "op": "text",
                "text": text if self._still else self._store.text(text),
                "size": round(float(self.points_to_pixels(points)), _DIGITS),
                "weight": weight,
                "style": style,
                "family": css_families(families),
                "color": _stroke_color(gc),
                "angle": float(angle),
                **self._clip(gc),
            }
        )
        self.drawn.numbers += map(float, place)

    def _segments(
        self, path: Path, transform: Any, gc: GraphicsContextBase, face: Any
    ) -> tuple[str, list[float]]:
        """Return the codes of a path, and its points in pixels from the upper left."""
        far = None
        if face is None:  # what is beyond the figure need not be stored
            far = (-self.width, -self.height, 2 * self.width, 2 * self.height)
            path = _simplified(path) if self._still else path
        pieces = path.iter_segments(
            transform + self._flip,
            clip=far,
            snap=self._snaps(gc, path, transform),
            stroke_width=self.points_to_pixels(gc.get_linewidth()),
            simplify=None,
        )
        return _described(pieces)

    @staticmethod
    def _snaps(gc: GraphicsContextBase, path: Path, transform: Any) -> bool:
        """Return whether Agg puts the corners of a path on whole pixels."""
        if gc.get_snap() is not None:
            return bool(gc.get_snap())
        corners = np.asarray(path.vertices)
        if not 1 < len(corners) <= _MOST_SNAPPED:
            return False
        if path.codes is not None:
            if np.isin(path.codes, (Path.CURVE3, Path.CURVE4)).any():
                return False
            corners = corners[path.codes != Path.CLOSEPOLY]
        moves = np.abs(np.diff(transform.transform(corners), axis=0))
        return bool((moves.min(axis=1, initial=np.inf) < _STRAIGHT).all())

    def _look(self, gc: GraphicsContextBase, face: Any) -> dict[str, Any]:
        """Return how a path is drawn: what fills it, its pen, and where it is cut."""
        look: dict[str, Any] = self._clip(gc)
        if gc.get_hatch():
            look |= self._hatch(gc)
        if face is not None:
            own = face[3] if len(face) == 4 else 1.0
            alpha = gc.get_alpha() if gc.get_forced_alpha() else own
            look["fill"] = css_color(face[:3], alpha)
        width = float(self.points_to_pixels(gc.get_linewidth()))
        if width > 0:
            cap: Any = gc.get_capstyle()
            look["stroke"] = {
                "color": _stroke_color(gc),
                "width": round(width, _DIGITS),
                "cap": {"projecting": "square"}.get(cap, cap),
                "join": str(gc.get_joinstyle()),
                **self._dashes(gc),
            }
        return look

    def _hatch(self, gc: GraphicsContextBase) -> dict[str, Any]:
        """Return the lines that fill a path, which are repeated every inch."""
        if not self._still:
            raise NeedsPixels
        shape: Any = gc.get_hatch_path()
        size = Affine2D().scale(self.dpi, -self.dpi).translate(0, self.dpi)
        codes, points = _described(shape.iter_segments(size))
        color = css_color(gc.get_hatch_color())
        width = round(float(self.points_to_pixels(gc.get_hatch_linewidth())), _DIGITS)
        own = {"codes": codes, "points": points, "color": color, "width": width}
        return {"hatch": {**own, "size": self.dpi}}

    def get_image_magnification(self) -> float:
        """Return how many pixels of a picture one of the figure is."""
        return _FINER if self._still else 1.0

    def open_group(self, s: str, gid: str | None = None) -> None:
        """Begin a group of what is drawn only once, if it has a name of a page's."""
        if self._still:
            name = gid if gid and gid.startswith("an-") else ""
            self.drawn.structure.append({"op": "open", "id": name})

    def close_group(self, s: str) -> None:
        """End a group."""
        if self._still:
            self.drawn.structure.append({"op": "close"})

    def _dashes(self, gc: GraphicsContextBase) -> dict[str, Any]:
        found: Any = gc.get_dashes()
        offset, lengths = found
        if lengths is None:
            return {}
        pixels = [round(float(self.points_to_pixels(x)), _DIGITS) for x in lengths]
        start = round(float(self.points_to_pixels(offset or 0)), _DIGITS)
        return {"dash": pixels, "dashOffset": start}

    def _clip(self, gc: GraphicsContextBase) -> dict[str, Any]:
        """Return the box outside which nothing is drawn, if there is one."""
        boxes = [gc.get_clip_rectangle()]
        own: Any = gc.get_clip_path()
        path, transform = own
        if path is not None:
            boxes.append(path.get_extents(transform))
        known = [Bbox(box.get_points()) for box in boxes if box is not None]
        if not known:
            return {}
        box: Any = known[0]
        for other in known[1:]:
            box = Bbox.intersection(box, other) or Bbox.null()
        x0, y0, x1, y1 = (round(float(value), 2) for value in box.extents)
        return {"clip": [x0, self.height - y1, x1, self.height - y0]}


def _simplified(path: Path) -> Path:
    """Return a long line that may lose what nobody can see."""
    lines = (Path.MOVETO, Path.LINETO)
    corners = np.asarray(path.vertices)
    if len(corners) < _LONG or (
        path.codes is not None and not np.isin(path.codes, lines).all()
    ):
        return path
    simpler = Path(path.vertices, path.codes)
    simpler.should_simplify, simpler.simplify_threshold = True, _UNSEEN
    return simpler


def _stroke_color(gc: GraphicsContextBase) -> str:
    rgb: Any = gc.get_rgb()
    own = rgb[3] if len(rgb) == 4 else 1.0
    return css_color(rgb[:3], gc.get_alpha() if gc.get_forced_alpha() else own)


def _described(pieces: Iterator[Any]) -> tuple[str, list[float]]:
    """Return the codes of a path's pieces, repeated ones counted, and its numbers."""
    letters, numbers = [], list[float]()
    for values, code in pieces:
        if code == Path.STOP:
            break
        letters.append(_LETTERS[code])
        if code != Path.CLOSEPOLY:
            numbers += values.tolist()
    codes = "".join(f"{letter}{len(list(run))}" for letter, run in groupby(letters))
    return codes, numbers
