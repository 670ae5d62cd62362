"""Writes one picture of a scene: PNG, or SVG and PDF with lines as lines."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from animator.base.files import atomic_write
from animator.encoders.format import VectorStill
from animator.encoders.registry import format_of
from animator.rendering.stage import Stage


def write_still(stage: Stage, path: Path, step: int | None = None) -> None:
    """Write a stage at a step, the last one if none is given.

    Raises:
        WriteError: the file could not be written; an existing one is left unchanged.
    """
    still = format_of(path).still
    assert still is not None
    stage.set_step(stage.timeline.steps if step is None else step)
    if isinstance(still, VectorStill):
        picture = _vector_picture(stage.figure, still)
        with atomic_write(path) as part:
            part.write_bytes(picture)
        return
    canvas = stage.figure.canvas
    assert isinstance(canvas, FigureCanvasAgg)
    canvas.draw()
    with atomic_write(path) as part:
        still.write(part, np.asarray(canvas.buffer_rgba()), stage.figure.dpi)


def _vector_picture(figure: Figure, still: VectorStill) -> bytes:
    """Return a figure as matplotlib writes it; the text stays text."""
    settings: dict[Any, Any] = {
        "svg.fonttype": "none",
        "svg.hashsalt": "animator",
        "pdf.fonttype": 42,
    }
    picture = BytesIO()
    inches = tuple(figure.get_size_inches())
    # The figure is slightly larger than its size; viewers would round that up.
    width, height = figure.canvas.get_width_height()
    figure.set_size_inches(width / figure.dpi, height / figure.dpi)
    with mpl.rc_context(settings):
        figure.savefig(
            picture,
            format=still.backend,
            dpi=figure.dpi * still.raster_scale,
            metadata={still.omitted: None},
        )
    figure.set_size_inches(inches)
    if still.backend != "svg":
        return picture.getvalue()
    # matplotlib gives the size in points of the figure's own resolution.
    written = picture.getvalue()
    for name, side in (("width", width), ("height", height)):
        own = rf'(<svg[^>]* {name}=")[\d.]+pt"'.encode()
        written = re.sub(own, rf'\g<1>{side}"'.encode(), written, count=1)
    return written
