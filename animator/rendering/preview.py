"""Makes a notebook show a scene as a clip.

The module of scenes knows nothing of rendering. The public name `animator.Scene` is
imported from this module, so that it is loaded before a notebook has a scene.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from animator.rendering.renderer import render
from animator.scenes.scene import Scene


def preview(scene: Scene) -> str:
    """Return HTML that shows a scene as a clip, with the clip's file in it."""
    with tempfile.TemporaryDirectory() as folder:
        return render(scene, Path(folder) / "scene.mp4")._repr_html_()


__all__ = ["Scene", "preview"]

Scene._repr_html_ = preview  # type: ignore[attr-defined]
