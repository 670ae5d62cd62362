"""Writes one picture of a scene: PNG, or SVG and PDF with lines as lines."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib as mpl

from animator.encoders import format_of, whole
from animator.errors import SceneError
from animator.stage import Stage

_DATES = {"png": "Software", "svg": "Date", "pdf": "CreationDate"}
"""What would make two runs differ, and is left out."""


def write_still(stage: Stage, path: Path, step: int | None = None) -> None:
    """Write a stage at a step, the last one if none is given.

    Raises:
        SceneError: there is no such step.
        WriteError: the file could not be written; what was there before still is.
    """
    steps = stage.timeline.steps
    step = steps if step is None else step
    if not (isinstance(step, int) and 0 <= step <= steps):
        raise SceneError(f"still is step {step}; give one of 0 to {steps}")
    stage.set_step(step)
    suffix = format_of(path)
    if suffix != "png":  # a viewer would round the hair that a figure is larger up
        width, height = stage.figure.canvas.get_width_height()
        stage.figure.set_size_inches(
            width / stage.figure.dpi, height / stage.figure.dpi
        )
    # The text stays text, and the map has twice the pixels of a clip.
    vectors: dict[Any, Any] = {
        "svg.fonttype": "none",
        "svg.hashsalt": "animator",
        "pdf.fonttype": 42,
    }
    dots = stage.figure.dpi * (1 if suffix == "png" else 2)
    with whole(path) as part, mpl.rc_context(vectors):
        stage.figure.savefig(
            part, format=suffix, dpi=dots, metadata={_DATES[suffix]: None}
        )
