"""Writes one picture of a scene: PNG, or SVG and PDF with lines as lines."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import matplotlib as mpl

from animator.base.files import atomic_write
from animator.encoders import format_of
from animator.rendering.stage import Stage

_DATES = {"png": "Software", "svg": "Date", "pdf": "CreationDate"}
"""What would make two runs differ, and is left out."""


def write_still(stage: Stage, path: Path, step: int | None = None) -> None:
    """Write a stage at a step, the last one if none is given.

    Raises:
        WriteError: the file could not be written; what was there before still is.
    """
    stage.set_step(stage.timeline.steps if step is None else step)
    suffix = format_of(path)
    figure = stage.figure
    inches = tuple(figure.get_size_inches())
    if suffix != "png":  # a viewer would round the hair that a figure is larger up
        width, height = figure.canvas.get_width_height()
        figure.set_size_inches(width / figure.dpi, height / figure.dpi)
    # The text stays text, and the map has twice the pixels of a clip.
    vectors: dict[Any, Any] = {
        "svg.fonttype": "none",
        "svg.hashsalt": "animator",
        "pdf.fonttype": 42,
    }
    dots = figure.dpi * (1 if suffix == "png" else 2)
    picture = BytesIO()
    with mpl.rc_context(vectors):
        figure.savefig(
            picture, format=suffix, dpi=dots, metadata={_DATES[suffix]: None}
        )
    figure.set_size_inches(inches)
    with atomic_write(path) as part:
        part.write_bytes(picture.getvalue())
