"""Records what artists draw: paths, markers, texts and images, but no pixels."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.backend_bases import GraphicsContextBase, RendererBase
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.path import Path
from matplotlib.transforms import Affine2D

from animator.player.display_list import DisplayList, NeedsPixels
from animator.player.formulas import Face, formula_parts
from animator.player.names import css_families, css_weight
from animator.player.path_styles import PathStyles, stroke_color
from animator.player.pixels import cropped, mesh_cells, picture
from animator.player.shapes import (
    describe_path,
    marker_shape,
    origin,
    simplify,
    snaps,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from animator.player.store import Store

_FINER = 2.0
"""Pixels of an image in the background per pixel of the figure."""
_DIGITS = 3
"""Decimals of the corners of markers."""


class Recorder(RendererBase):
    """A renderer that records drawings in the form of `document.d.ts`."""

    def __init__(self, figure: Figure, store: Store, *, still: bool = False) -> None:
        """Record drawings on a figure; texts and images are added to a store.

        Artists that are drawn only once (`still`) have finer images, and never raise
        `NeedsPixels`.
        """
        super().__init__()
        self._still = still
        canvas: Any = figure.canvas
        self._agg: RendererAgg = canvas.get_renderer()
        self._store = store
        self.dpi = float(figure.dpi)
        self.width, self.height = map(float, canvas.get_width_height())
        self._flip = Affine2D().scale(1, -1).translate(0, self.height)
        self._styles = PathStyles(self.dpi, self.height)
        self.drawn = DisplayList()

    def record(self, artist: Any) -> DisplayList:
        """Return the display list of an artist.

        Raises:
            NeedsPixels: only pixels can describe what the artist draws.
        """
        self.drawn = DisplayList()
        artist.draw(self)
        return self.drawn

    def points_to_pixels(self, points: Any) -> Any:
        """Convert a length from points to pixels."""
        return points * self.dpi / 72

    def get_canvas_width_height(self) -> tuple[float, float]:
        """Return the size of the figure in pixels."""
        return self.width, self.height

    def get_text_width_height_descent(
        self, s: str, prop: Any, ismath: Any
    ) -> tuple[float, float, float]:
        """Return the same size of a text as in frames, in pixels."""
        measure = partial(self._agg.get_text_width_height_descent, s, prop, ismath)
        if ismath:  # its size depends on matplotlib's settings, too
            sizes: Any = measure()
        else:
            key = ("size of text", s, hash(prop), self.dpi)
            sizes = self._store.computed_once(key, measure)
        return float(sizes[0]), float(sizes[1]), float(sizes[2])

    def option_image_nocomposite(self) -> bool:
        """Do not combine images."""
        return True

    def draw_path(
        self, gc: GraphicsContextBase, path: Path, transform: Any, rgbFace: Any = None
    ) -> None:
        """Record a path."""
        if gc.get_hatch() and not self._still:
            raise NeedsPixels
        style = self._styles.style(gc, rgbFace)
        far = None
        if rgbFace is None:  # nothing outside the figure needs to be stored
            far = (-self.width, -self.height, 2 * self.width, 2 * self.height)
            if self._still:
                style |= origin(path, transform + self._flip)
                path = simplify(path)
        pieces = path.iter_segments(
            transform + self._flip,
            clip=far,
            snap=snaps(gc, path, transform),
            stroke_width=self.points_to_pixels(gc.get_linewidth()),
            simplify=None,
        )
        codes, points = describe_path(pieces)
        if codes:
            self.drawn.structure.append({"op": "path", "codes": codes, **style})
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
        """Record a shape at several positions, rounded to whole pixels as in Agg."""
        width = self.points_to_pixels(gc.get_linewidth())
        codes, corners, middle = marker_shape(gc, marker_path, marker_trans, width)
        points = (trans + self._flip).transform(path.vertices)
        points = np.floor(points[np.isfinite(points).all(axis=1)] + 0.5) + middle
        if not len(points) or not codes:
            return
        self.drawn.structure.append(
            {
                "op": "markers",
                "codes": codes,
                "shape": np.round(corners, _DIGITS).tolist(),
                "count": len(points),
                **self._styles.style(gc, rgbFace),
            }
        )
        self.drawn.numbers += points.ravel().tolist()

    def draw_quad_mesh(self, *args: Any, **keywords: Any) -> None:
        """Record a mesh as an image; an even mesh needs only one pixel per cell.

        Raises:
            NeedsPixels: the mesh is drawn more than once.
        """
        if not self._still:
            raise NeedsPixels
        cut = mesh_cells(*args[:9], height=self.height)
        if cut is None:
            renderer = RendererAgg(self.width, self.height, self.dpi)
            renderer.draw_quad_mesh(*args, **keywords)
            cut = cropped(np.asarray(renderer.buffer_rgba()))
        if cut is not None:
            self.add_picture(*cut)
            self.drawn.structure[-1] |= self._styles.clip_box(args[0])

    def draw_gouraud_triangles(self, *args: Any, **keywords: Any) -> None:
        """Raise `NeedsPixels`, because a path cannot have these colours."""
        raise NeedsPixels

    def draw_image(
        self,
        gc: GraphicsContextBase,
        x: float,
        y: float,
        im: Any,
        transform: Any = None,
    ) -> None:
        """Record an image (H, W, 4), its lowest row first."""
        if transform is not None:
            raise NeedsPixels
        high, wide = (side / self.get_image_magnification() for side in im.shape[:2])
        self.add_picture(np.asarray(im)[::-1], (x, self.height - y - high, wide, high))
        self.drawn.structure[-1] |= self._styles.clip_box(gc)

    def add_picture(
        self, pixels: NDArray[np.uint8], place: tuple[float, float, float, float]
    ) -> None:
        """Record an image in a box: left, top, width and height in pixels."""
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
        """Record a text; a formula is recorded character by character."""
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
        """Record the characters and the rectangles of a formula."""
        characters, lines = formula_parts(s, self.dpi, prop)
        turn = Affine2D().rotate_deg(angle).translate(x, self.height - y)
        for text, face, size, place in characters:
            left, down = (turn + self._flip).transform(place)
            self._add_text(gc, (left, down), text, face, size, angle)
        for corners in lines:
            gc.set_linewidth(0.0)
            self.draw_path(gc, Path(corners, closed=True), turn, gc.get_rgb())

    def _add_text(
        self,
        gc: GraphicsContextBase,
        place: tuple[float, float],
        text: str,
        face: Face,
        points: float,
        angle: float,
    ) -> None:
        """Record a text in a face and a size; `place` is the start of its baseline."""
        families, weight, style = face
        self.drawn.fonts.append((text, families, weight, style))
        self.drawn.structure.append(
            {
                "op": "text",
                "text": text if self._still else self._store.text(text),
                "size": self._styles.pixels(points),
                "weight": weight,
                "style": style,
                "family": css_families(families),
                "color": stroke_color(gc),
                "angle": float(angle),
                **self._styles.clip_box(gc),
            }
        )
        self.drawn.numbers += map(float, place)

    def get_image_magnification(self) -> float:
        """Return the pixels of an image per pixel of the figure."""
        return _FINER if self._still else 1.0

    def open_group(self, s: str, gid: str | None = None) -> None:
        """Begin a group; it keeps its id if the page uses it."""
        if self._still:
            name = gid if (gid or "").startswith("an-") else ""
            self.drawn.structure.append({"op": "open", "id": name})

    def close_group(self, s: str) -> None:
        """End a group."""
        if self._still:
            self.drawn.structure.append({"op": "close"})
