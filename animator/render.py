"""The whole way from a scene to its clips."""

from __future__ import annotations

import base64
import gc
import html
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from animator.encoders import Size, check_size, format_of, open_encoder
from animator.errors import SceneError
from animator.painter import Painter
from animator.recorder import Recordings, record_all
from animator.scene import Scene
from animator.stage import set_stage, style
from animator.theme import Theme, theme_named


@dataclass(frozen=True, slots=True)
class Clip:
    """A written file; a notebook shows it inline.

    Attributes:
        path: of the file.
        size: width and height in pixels.
        frames: how many frames it shows.
        seconds: how long it takes.
        bytes: how large the file is.
    """

    path: Path
    size: Size
    frames: int
    seconds: float
    bytes: int

    def __str__(self) -> str:
        width, height = self.size
        return (
            f"{self.path}  {width}x{height}  {self.frames} frames  "
            f"{self.seconds:.2f} s  {self.bytes:,} bytes"
        )

    def _repr_html_(self) -> str:
        data = base64.b64encode(self.path.read_bytes()).decode()
        name = html.escape(self.path.name, quote=True)
        if self.path.suffix.lower() == ".mp4":
            return (
                f'<video controls autoplay loop muted width="{self.size[0]}" '
                f'title="{name}" src="data:video/mp4;base64,{data}"></video>'
            )
        return f'<img alt="{name}" src="data:image/gif;base64,{data}">'


class Clips(tuple[Clip, ...]):
    """The clips of one rendering; a notebook shows the first one."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        return self[0]._repr_html_()


@contextmanager
def _frozen() -> Iterator[None]:
    """Spare the garbage collector the objects that are there already.

    With torch loaded there are a million of them, and looking through them once takes
    as long as drawing a hundred frames.
    """
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def render(
    scene: Scene,
    *paths: str | Path,
    size: Size = (1280, 720),
    fps: float = 25.0,
    steps: int | None = None,
    theme: str | Theme | None = None,
    recordings: Recordings | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Clips:
    """Write a scene's clips, all from one pass over its frames.

    Args:
        scene: what to show.
        paths: of the clips; their suffixes choose the formats.
        size: width and height in pixels, both even.
        fps: frames a second.
        steps: instead of the experiments' own number.
        theme: instead of the scene's own.
        recordings: of the scene's experiments, if they were recorded before.
        progress: called with the frames done so far and the frames in all.

    Returns:
        The clips, in the order of the paths.

    Raises:
        SceneError: an argument is out of its range, or the scene could not be
            recorded or drawn.
        WriteError: a clip could not be written; what was there before still is.
    """
    targets = [Path(path) for path in paths]
    if not targets:
        raise SceneError("render: no path given; give one or more, such as 'a.mp4'")
    for path in targets:
        format_of(path)
    check_size(size)
    theme = theme_named(scene.theme if theme is None else theme)
    recordings = recordings or record_all(scene.experiments, steps)
    with style(theme), _frozen(), ExitStack() as stack:
        # The encoders first: they get ready while the scene is set.
        encoders = [
            stack.enter_context(open_encoder(path, size, fps)) for path in targets
        ]
        stage = set_stage(scene, recordings, size=size, fps=fps, theme=theme)
        painter = Painter(stage)
        count = stage.timeline.frames
        samples = [painter.picture(frame) for frame in (0, count - 1)]
        for encoder in encoders:
            encoder.prepare(samples)
        for frame in range(count):
            changed = painter.paint(frame)
            for encoder in encoders:
                encoder.write(painter.pixels, changed)
            if progress is not None:
                progress(frame + 1, count)
    return Clips(
        Clip(path, size, count, stage.timeline.duration, path.stat().st_size)
        for path in targets
    )
