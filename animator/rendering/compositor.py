"""Makes matplotlib's animation of a scene, or its frames as pictures.

Both show the same scene with the same pixels. `compose` returns matplotlib's ordinary
`FuncAnimation`, which draws the complete figure for every frame; `frames` uses the
painter, which draws only what changed. The user's own matplotlib settings never change
a pixel, because all drawing runs in the theme's style.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.animation import FuncAnimation
from matplotlib.artist import Artist
from matplotlib.backend_bases import RendererBase
from numpy.typing import NDArray

from animator.base.checks import is_integer, quoted
from animator.base.errors import RenderWarning, SceneError
from animator.drawing.style import style
from animator.drawing.theme import Theme
from animator.experiments.recorder import Recordings, record_all
from animator.rendering.options import RenderOptions
from animator.rendering.painter import Painter
from animator.rendering.stage import set_stage
from animator.scenes.scene import Scene, check_scene
from animator.scenes.stage import Stage

_COMMON = ("size", "fps", "steps", "theme", "seconds", "hold_start", "hold_end",
           "title", "caption", "counter", "dpi", "font", "font_size")  # fmt: skip
"""The options that `compose` and `frames` share."""


class SceneAnimation(FuncAnimation):
    """An animation that draws in a theme's style, not with the user's settings."""

    def __init__(self, stage: Stage, theme: Theme, fps: float) -> None:
        self._theme, self._frames = theme, stage.timeline.frames
        figure = stage.figure
        draw_figure = figure.draw

        def draw(renderer: RendererBase) -> None:
            with style(theme), stage.settings():
                draw_figure(renderer)

        def move_to(frame: int) -> list[Artist]:
            with style(theme), stage.settings():
                stage.move_to(frame)
            return []

        figure.draw = draw  # type: ignore[method-assign]
        super().__init__(
            figure,
            move_to,
            frames=stage.timeline.frames,
            interval=round(1000 / fps),
            init_func=list,
            cache_frame_data=False,
        )

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the animation, as `FuncAnimation.save` does.

        Your settings of animations apply, such as ``animation.codec``; your settings
        of figures, such as ``savefig.facecolor``, do not.
        """
        own = {name: mpl.rcParams[name] for name in mpl.rcParams.find_all("^animation")}
        with style(self._theme):
            mpl.rcParams.update(own)
            super().save(*args, **kwargs)

    def to_jshtml(
        self,
        fps: int | None = None,
        embed_frames: bool = True,
        default_mode: Any = None,
    ) -> str:
        """Return HTML with all frames, as `FuncAnimation.to_jshtml` does.

        Warns:
            RenderWarning: matplotlib left out frames because of its size limit.
        """
        page = super().to_jshtml(fps, embed_frames, default_mode)
        count, kept = self._frames, page.count('= "data:image/')
        if embed_frames and kept < count:
            limit = mpl.rcParams["animation.embed_limit"]
            warnings.warn(
                f"to_jshtml has only {kept} of {count} frames, as matplotlib stops at "
                f"{limit:g} MB; set matplotlib.rcParams['animation.embed_limit'] "
                "higher, give a smaller size, or render a video",
                RenderWarning,
                stacklevel=2,
            )
        return page


def compose(
    scene: Scene,
    *,
    options: RenderOptions | None = None,
    recordings: Recordings | None = None,
    **keywords: Any,
) -> FuncAnimation:
    """Record a scene and return it as an ordinary matplotlib animation.

    Args:
        scene: the scene to show.
        options: the options of the animation; the defaults if not given.
        recordings: the recordings of the scene's experiments; those that are not given
            are made.
        keywords: size, dpi, font, font_size, fps, steps, theme, seconds, hold_start,
            hold_end, title, caption and counter, as in `RenderOptions`; they override
            `options`.

    Returns:
        The animation, which draws frame n of the clip as its frame n.

    Raises:
        SceneError: an argument is out of its range, or the scene could not be
            recorded or drawn.
    """
    check_scene("compose", scene)
    options = RenderOptions.from_keywords(keywords, options, _COMMON)
    theme = _theme(scene, options)
    with style(theme):
        stage = _set_stage(scene, recordings, options)
    return SceneAnimation(stage, theme, options.fps)


def frames(
    scene: Scene,
    numbers: Iterable[int] | None = None,
    *,
    options: RenderOptions | None = None,
    recordings: Recordings | None = None,
    **keywords: Any,
) -> Iterator[NDArray[np.uint8]]:
    """Yield a scene's frames, each a new RGBA array (H, W, 4) of uint8.

    Args:
        scene: the scene to show.
        numbers: the numbers of the frames, from 0, in any order; all frames if not
            given.
        options: the options of the frames; the defaults if not given.
        recordings: the recordings of the scene's experiments; those that are not given
            are made.
        keywords: size, dpi, font, font_size, fps, steps, theme, transparent, seconds,
            hold_start, hold_end, title, caption and counter, as in `RenderOptions`;
            they override `options`.

    Raises:
        SceneError: an argument is out of its range, the clip has no frame of a given
            number, or the scene could not be recorded or drawn.
    """
    check_scene("frames", scene)
    names = (*_COMMON, "transparent")
    options = RenderOptions.from_keywords(keywords, options, names)
    with style(_theme(scene, options)):
        painter = Painter(_set_stage(scene, recordings, options))
        settings: dict[Any, Any] = dict(mpl.rcParams.copy())
    del settings["backend"]  # the caller may change it between two frames
    count = painter.stage.timeline.frames
    for number in range(count) if numbers is None else numbers:
        if not is_integer(number, 0, count - 1):
            raise SceneError(f"frame {quoted(number)} is not one of 0 to {count - 1}")
        with _settings(settings):  # not in effect while the caller uses the frame
            picture = painter.picture(number)
        yield picture


@contextmanager
def _settings(settings: dict[Any, Any]) -> Iterator[None]:
    """Apply settings that were saved in a style; entering the style is slower."""
    with mpl.rc_context():
        current: dict[Any, Any] = mpl.rcParams
        dict.update(current, settings)  # they are valid; do not check them again
        yield


def _theme(scene: Scene, options: RenderOptions) -> Theme:
    return options.theme_of(scene)


def _set_stage(
    scene: Scene, recordings: Recordings | None, options: RenderOptions
) -> Stage:
    scene = options.apply_to(scene)
    recordings = recordings or record_all(
        scene.experiments, options.steps, needs=scene.needs
    )
    return set_stage(scene, recordings, options)
