"""Makes matplotlib's animation of a scene, or its frames as pictures.

There is one design and two ways through it. `compose` gives matplotlib's ordinary
`FuncAnimation`, which draws all of the figure for every frame; `frames` goes the way of
the painter, who draws only what changed. The pixels are the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from matplotlib.animation import FuncAnimation
from numpy.typing import NDArray

from animator.base.checks import is_integer
from animator.base.errors import SceneError
from animator.experiments.recorder import Recordings, record_all
from animator.rendering.options import RenderOptions
from animator.rendering.painter import Painter
from animator.rendering.stage import Stage, set_stage
from animator.scenes.scene import Scene, check_scene

CLOCK = ("fps", "seconds", "hold_start", "hold_end")
LOOK = ("size", "steps", "theme")


def compose(
    scene: Scene,
    *,
    options: RenderOptions | None = None,
    recordings: Recordings | None = None,
    **keywords: Any,
) -> FuncAnimation:
    """Record a scene and make an ordinary matplotlib animation of it.

    Args:
        scene: what to show.
        options: what is asked of the animation.
        recordings: of the scene's experiments, if they were recorded before.
        keywords: size, fps, steps, theme, seconds, hold_start and hold_end, as in
            `RenderOptions`, instead of those of `options`.

    Raises:
        SceneError: an argument is out of its range, or the scene could not be
            recorded or drawn.
    """
    check_scene("compose", scene)
    options = RenderOptions.from_keywords(keywords, options, (*LOOK, *CLOCK))
    stage = _stage(scene, recordings, options)
    return FuncAnimation(
        stage.figure,
        stage.move_to,
        frames=stage.timeline.frames,
        interval=round(1000 / options.fps),
        init_func=list,
        cache_frame_data=False,
    )


def frames(
    scene: Scene,
    numbers: Iterable[int] | None = None,
    *,
    options: RenderOptions | None = None,
    recordings: Recordings | None = None,
    **keywords: Any,
) -> Iterator[NDArray[np.uint8]]:
    """Yield a scene's frames, each an RGBA picture (H, W, 4) of its own.

    Args:
        scene: what to show.
        numbers: which frames, in any order; all of them if not given.
        options: what is asked of the frames.
        recordings: of the scene's experiments, if they were recorded before.
        keywords: size, fps, steps, theme, transparent, seconds, hold_start and
            hold_end, as in `RenderOptions`, instead of those of `options`.

    Raises:
        SceneError: as `compose` does, or a frame that the clip does not have.
    """
    check_scene("frames", scene)
    names = (*LOOK, "transparent", *CLOCK)
    options = RenderOptions.from_keywords(keywords, options, names)
    painter = Painter(_stage(scene, recordings, options))
    count = painter.stage.timeline.frames
    for number in range(count) if numbers is None else numbers:
        if not is_integer(number, 0, count - 1):
            raise SceneError(f"frame {number!r} is not one of 0 to {count - 1}")
        yield painter.picture(number)


def _stage(
    scene: Scene, recordings: Recordings | None, options: RenderOptions
) -> Stage:
    scene = options.apply_clock(scene)
    return set_stage(
        scene,
        recordings or record_all(scene.experiments, options.steps),
        size=options.size,
        fps=options.fps,
        theme=options.theme,
        transparent=options.transparent,
    )
