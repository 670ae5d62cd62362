"""Makes a notebook show a scene as a clip.

The package of scenes cannot import rendering. The public name `animator.Scene` is
therefore imported from this module, which adds the method that notebooks call.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from animator.rendering.renderer import render
from animator.scenes.scene import Scene


def preview(scene: Scene) -> str:
    """Render a scene as a clip; return HTML that shows it and contains its file."""
    with tempfile.TemporaryDirectory() as folder:
        return render(scene, Path(folder) / "scene.mp4")._repr_html_()


__all__ = ["Scene", "preview"]

Scene._repr_html_ = preview  # type: ignore[attr-defined]
