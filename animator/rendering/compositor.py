"""Makes matplotlib's animation of a scene, or its frames as pictures.

There is one design and two ways through it. `compose` gives matplotlib's ordinary
`FuncAnimation`, which draws all of the figure for every frame; `frames` goes the way of
the painter, who draws only what changed. The pixels are the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from matplotlib.animation import FuncAnimation
from numpy.typing import NDArray

from animator.base.errors import SceneError
from animator.base.geometry import Size
from animator.drawing.theme import Theme
from animator.experiments.recorder import Recordings, record_all
from animator.rendering.painter import Painter
from animator.rendering.stage import set_stage
from animator.scenes.scene import Scene, check_scene


def compose(
    scene: Scene,
    *,
    size: Size | str = (1280, 720),
    fps: float = 25.0,
    steps: int | None = None,
    theme: str | Theme | None = None,
    recordings: Recordings | None = None,
) -> FuncAnimation:
    """Record a scene and make an ordinary matplotlib animation of it.

    Args:
        scene: what to show.
        size: width and height in pixels, both even; or a name, such as ``"1080p"``.
        fps: frames a second.
        steps: instead of the experiments' own number.
        theme: instead of the scene's own.
        recordings: of the scene's experiments, if they were recorded before.

    Raises:
        SceneError: an argument is out of its range, or the scene could not be
            recorded or drawn.
    """
    check_scene("compose", scene)
    recordings = recordings or record_all(scene.experiments, steps)
    stage = set_stage(scene, recordings, size=size, fps=fps, theme=theme)
    return FuncAnimation(
        stage.figure,
        stage.move_to,
        frames=stage.timeline.frames,
        interval=round(1000 / fps),
        init_func=list,
        cache_frame_data=False,
    )


def frames(
    scene: Scene,
    numbers: Iterable[int] | None = None,
    *,
    size: Size | str = (1280, 720),
    fps: float = 25.0,
    steps: int | None = None,
    theme: str | Theme | None = None,
    transparent: bool = False,
    recordings: Recordings | None = None,
) -> Iterator[NDArray[np.uint8]]:
    """Yield a scene's frames, each an RGBA picture (H, W, 4) of its own.

    Args:
        scene: what to show.
        numbers: which frames, in any order; all of them if not given.
        size: width and height in pixels, both even; or a name, such as ``"1080p"``.
        fps: frames a second.
        steps: instead of the experiments' own number.
        theme: instead of the scene's own.
        transparent: whether the background outside the panels is.
        recordings: of the scene's experiments, if they were recorded before.

    Raises:
        SceneError: as `compose` does, or a frame that the clip does not have.
    """
    check_scene("frames", scene)
    recordings = recordings or record_all(scene.experiments, steps)
    stage = set_stage(
        scene, recordings, size=size, fps=fps, theme=theme, transparent=transparent
    )
    painter = Painter(stage)
    count = painter.stage.timeline.frames
    for number in range(count) if numbers is None else numbers:
        if not (isinstance(number, int) and 0 <= number < count):
            raise SceneError(f"frame {number!r} is not one of 0 to {count - 1}")
        yield painter.picture(number)
