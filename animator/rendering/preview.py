"""Teaches scenes to show themselves in a notebook, as a clip.

A scene knows nothing of rendering. The public name `animator.Scene` leads through this
module, so that a notebook that has it can show it.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from animator.rendering.renderer import render
from animator.scenes.scene import Scene


def preview(scene: Scene) -> str:
    """Return HTML that shows a scene, as a clip that is kept nowhere else."""
    with tempfile.TemporaryDirectory() as folder:
        return render(scene, Path(folder) / "scene.mp4")._repr_html_()


__all__ = ["Scene", "preview"]

Scene._repr_html_ = preview  # type: ignore[attr-defined]
