"""Writes one picture of a scene: PNG, or SVG and PDF with lines as lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import QuadMesh
from matplotlib.figure import Figure

from animator.base.files import atomic_write
from animator.base.geometry import PageSize
from animator.drawing.svg_fonts import with_fonts
from animator.encoders.format import VectorStill
from animator.encoders.registry import format_of
from animator.scenes.stage import Stage


def write_still(
    stage: Stage, path: Path, step: int | None = None, page: PageSize | None = None
) -> None:
    """Write one step of a stage as a still.

    Args:
        stage: the scene on its figure.
        path: the path of the still; its suffix chooses PNG, SVG or PDF.
        step: the number of the step; the last one if not given.
        page: the page of paper that an SVG or a PDF fills, if there is one.

    Raises:
        WriteError: the file could not be written; an existing one is left unchanged.
    """
    still = format_of(path).still
    assert still is not None
    with stage.settings():
        stage.set_step(stage.timeline.steps if step is None else step)
    if isinstance(still, VectorStill):
        with stage.settings():
            picture = _vector_picture(stage.figure, still, page)
        with atomic_write(path) as part:
            part.write_bytes(picture)
        return
    canvas = stage.figure.canvas
    assert isinstance(canvas, FigureCanvasAgg)
    with stage.settings():
        canvas.draw()
    with atomic_write(path) as part:
        still.write(part, np.asarray(canvas.buffer_rgba()), stage.figure.dpi)


def _vector_picture(figure: Figure, still: VectorStill, page: PageSize | None) -> bytes:
    """Return the bytes of an SVG or a PDF of a figure, in which text remains text."""
    settings: dict[Any, Any] = {
        "svg.fonttype": "none",
        "svg.hashsalt": "animator",
        "pdf.fonttype": 42,
    }
    picture = BytesIO()
    inches = tuple(figure.get_size_inches())
    # The figure is slightly larger than its size, and viewers would round that up.
    width, height = figure.canvas.get_width_height()
    exact = page.inches if page else (width / figure.dpi, height / figure.dpi)
    figure.set_size_inches(exact)
    with mpl.rc_context(settings), _bars_as_lines(figure):
        figure.savefig(
            picture,
            format=still.backend,
            dpi=figure.dpi * (1 if page else still.raster_scale),
            metadata={still.omitted: None},
        )
    figure.set_size_inches(inches)
    if still.backend != "svg":
        return picture.getvalue()
    sides = (str(width), str(height))
    if page is not None:
        sides = (f"{page.width:.10g}{page.unit}", f"{page.height:.10g}{page.unit}")
    return with_fonts(_with_sides(picture.getvalue(), sides))


@contextmanager
def _bars_as_lines(figure: Figure) -> Iterator[None]:
    """Draw colour bars as areas, not as images."""
    meshes: list[Any] = figure.findobj(QuadMesh)
    bars = [mesh for mesh in meshes if mesh.get_rasterized()]
    for mesh in bars:
        # Edges in the colour of the face close the gaps between areas.
        mesh.set(rasterized=False, edgecolor="face", linewidth=0.25)
    yield
    for mesh in bars:
        mesh.set(rasterized=True, edgecolor="none", linewidth=0)


def _with_sides(svg: bytes, sides: tuple[str, str]) -> bytes:
    """Return an SVG with another width and height than matplotlib's, in points."""
    for name, side in zip(("width", "height"), sides, strict=True):
        own = rf'(<svg[^>]* {name}=")[\d.]+pt"'.encode()
        svg = re.sub(own, rf'\g<1>{side}"'.encode(), svg, count=1)
    return svg
