"""Records what artists draw: paths, markers, texts and pictures, but no pixels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.backend_bases import GraphicsContextBase, RendererBase
from matplotlib.path import Path
from matplotlib.transforms import Bbox
from PIL import Image

from animator.player.names import css_color, css_families, css_weight

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from animator.player.store import Store

_LETTERS = {Path.MOVETO: "M", Path.LINETO: "L", Path.CURVE3: "Q", Path.CURVE4: "C",
            Path.CLOSEPOLY: "Z"}  # fmt: skip
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

    def __init__(self, figure: Figure, store: Store) -> None:
        """Record drawings on a figure; texts and pictures go into a store."""
        super().__init__()
        canvas: Any = figure.canvas
        self._agg = canvas.get_renderer()
        self._store = store
        self.dpi = float(figure.dpi)
        self.width, self.height = map(float, canvas.get_width_height())
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
        codes, points = self._segments(path, transform, is_filled=rgbFace is not None)
        if codes:
            look = self._look(gc, rgbFace)
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
        points = np.asarray(trans.transform(path.vertices), np.float64)
        points = points[np.isfinite(points).all(axis=1)]
        codes, shape = _described(marker_path.iter_segments(marker_trans))
        if not len(points) or not codes:
            return
        corners = np.reshape(shape, (-1, 2)) * (1, -1)
        self.drawn.structure.append(
            {
                "op": "markers",
                "codes": codes,
                "shape": np.round(corners, _DIGITS).ravel().tolist(),
                "count": len(points),
                **self._look(gc, rgbFace),
            }
        )
        self.drawn.numbers += self._turned(points)

    def draw_quad_mesh(self, *args: Any, **keywords: Any) -> None:
        """Refuse: a mesh has too many parts."""
        raise NeedsPixels

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
        high, wide = im.shape[:2]
        self.add_picture(np.asarray(im)[::-1], (x, self.height - y - high, wide, high))
        self.drawn.structure[-1] |= self._clip(gc)

    def add_picture(
        self, pixels: NDArray[np.uint8], place: tuple[float, float, float, float]
    ) -> None:
        """Record a picture at a place: left, top, width and height in pixels."""
        number = self._store.content(picture(pixels))
        self.drawn.structure.append({"op": "image", "image": number, "smooth": False})
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
        """Record a text; that with a formula as paths."""
        if ismath:
            super().draw_text(gc, x, y, s, prop, angle, ismath, mtext)
            return
        families, weight = tuple(prop.get_family()), css_weight(prop.get_weight())
        self.drawn.fonts.append((s, families, weight, prop.get_style()))
        size = float(self.points_to_pixels(prop.get_size_in_points()))
        self.drawn.structure.append(
            {
                "op": "text",
                "text": self._store.text(s),
                "size": round(size, _DIGITS),
                "weight": weight,
                "style": prop.get_style(),
                "family": css_families(families),
                "color": _stroke_color(gc),
                "angle": float(angle),
                **self._clip(gc),
            }
        )
        self.drawn.numbers += [float(x), float(y)]

    def _segments(
        self, path: Path, transform: Any, *, is_filled: bool
    ) -> tuple[str, list[float]]:
        """Return the codes of a path, and its points in pixels from the upper left."""
        far = None
        if not is_filled:  # what is beyond the figure need not be stored
            far = (-self.width, -self.height, 2 * self.width, 2 * self.height)
        pieces = path.iter_segments(transform, clip=far, simplify=None)
        codes, points = _described(pieces)
        return codes, self._turned(np.reshape(points, (-1, 2)))

    def _turned(self, points: NDArray[np.float64]) -> list[float]:
        """Return points (N, 2), upwards, as numbers in a row, downwards."""
        turned = points * (1, -1) + (0, self.height)
        flat: list[float] = turned.ravel().tolist()
        return flat

    def _look(self, gc: GraphicsContextBase, face: Any) -> dict[str, Any]:
        """Return how a path is drawn: what fills it, its pen, and where it is cut."""
        if gc.get_hatch():
            raise NeedsPixels
        look: dict[str, Any] = self._clip(gc)
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

    def _dashes(self, gc: GraphicsContextBase) -> dict[str, Any]:
        offset, lengths = gc.get_dashes()
        if lengths is None:
            return {}
        pixels = [round(float(self.points_to_pixels(x)), _DIGITS) for x in lengths]
        start = round(float(self.points_to_pixels(offset or 0)), _DIGITS)
        return {"dash": pixels, "dashOffset": start}

    def _clip(self, gc: GraphicsContextBase) -> dict[str, Any]:
        """Return the box outside which nothing is drawn, if there is one."""
        boxes = [gc.get_clip_rectangle()]
        path, transform = gc.get_clip_path()
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


def picture(pixels: NDArray[np.uint8]) -> bytes:
    """Return pixels, RGBA (H, W, 4), as a WebP that is exact or nearly so."""
    image = Image.fromarray(np.ascontiguousarray(pixels))
    colors = image.getcolors(256)
    file = BytesIO()
    if colors is not None:
        image.save(file, "WEBP", lossless=True, quality=60, method=2)
    else:
        image.save(file, "WEBP", quality=86, method=2)
    return file.getvalue()


def _stroke_color(gc: GraphicsContextBase) -> str:
    rgb: Sequence[float] = gc.get_rgb()
    own = rgb[3] if len(rgb) == 4 else 1.0
    return css_color(tuple(rgb[:3]), gc.get_alpha() if gc.get_forced_alpha() else own)


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
