"""The command `animate`: arguments, progress, messages and exit status."""

from __future__ import annotations

import gc
import signal
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

import click

from animator import __version__
from animator.encoders import FORMATS, SIZES, Size, check_size, format_of
from animator.errors import AnimatorError, SceneError, WriteError
from animator.timeline import Timeline

if TYPE_CHECKING:
    from animator.recorder import Recording


def _size(context: click.Context, option: click.Parameter, value: str) -> Size:
    """Look a size's name up, or take width and height apart, as in 1280x720."""
    if value.lower() in SIZES:
        return SIZES[value.lower()]
    width, x, height = value.lower().partition("x")
    if not (x and width.isdecimal() and height.isdecimal()):
        raise click.BadParameter(
            f"{value!r} is no size; give WIDTHxHEIGHT, such as 1280x720, "
            f"or one of {', '.join(SIZES)}"
        )
    return int(width), int(height)


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("scenes", nargs=-1, required=True, metavar="SCENE...")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=Path("renders"),
    show_default=True,
    metavar="PATH",
    help="A folder; or, for one scene, a file whose suffix chooses the format.",
)
@click.option(
    "-f",
    "--format",
    "formats",
    type=click.Choice(FORMATS, case_sensitive=False),
    multiple=True,
    help="Repeatable; all are made in one pass.  [default: mp4 and gif]",
)
@click.option(
    "--size",
    callback=_size,
    metavar="WxH",
    default="1280x720",
    show_default=True,
    help=f"In pixels, both sides even; or one of {', '.join(SIZES)}.",
)
@click.option(
    "--fps", type=float, default=25, show_default=True, help="Frames a second."
)
@click.option(
    "--steps",
    type=click.IntRange(min=1),
    metavar="N",
    help="Steps of the optimizer, instead of the scene's own number.",
)
@click.option(
    "--theme",
    type=click.Choice(("light", "dark")),
    help="Instead of the scene's own.",
)
@click.option(
    "--trajectories",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.csv",
    help="Also write every step's loss and parameters, in full precision.",
)
@click.option("--quiet", is_flag=True, help="Print nothing but errors.")
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
@click.version_option(__version__, prog_name="animate")
def animate(
    scenes: tuple[str, ...],
    output: Path,
    formats: tuple[str, ...],
    size: Size,
    fps: float,
    steps: int | None,
    theme: str | None,
    trajectories: Path | None,
    quiet: bool,
    debug: bool,
) -> None:
    """Render each SCENE, a Python file with a module-level `scene`, to clips.

    For example: animate scenes/momentum.py -o talk.gif --theme dark --size 960x540
    """
    try:
        paths = _paths([Path(scene) for scene in scenes], output, formats)
        check_size(size)
        Timeline(1, fps)
        recorded = []
        for scene, clips in paths.items():
            recordings = _render(scene, clips, size, fps, steps, theme, quiet)
            recorded += [(scene.stem, recording) for recording in recordings]
        if trajectories is not None:
            _write_table(trajectories, recorded, quiet)
    except AnimatorError as error:
        if debug:
            traceback.print_exception(error)
        click.echo(f"animate: {' '.join(str(error).split())}", err=True)
        click.get_current_context().exit(1 if isinstance(error, WriteError) else 2)


def _paths(
    scenes: list[Path], output: Path, formats: tuple[str, ...]
) -> dict[Path, list[Path]]:
    """Return each scene's clips; their folder is made."""
    if output.suffix and not output.is_dir():
        format_of(output)
        if formats:
            raise SceneError(
                f"both -o {output} and -f {formats[0]} name a format; "
                "give -o a folder or leave -f out"
            )
        if len(scenes) > 1:
            raise SceneError(
                f"-o {output} is one file for {len(scenes)} scenes; give a folder"
            )
        paths = {scenes[0]: [output]}
    else:
        paths = {
            scene: [output / f"{scene.stem}.{name}" for name in formats or FORMATS]
            for scene in scenes
        }
    owners: dict[Path, Path] = {}
    for scene, clips in paths.items():
        for clip in clips:
            if owners.setdefault(clip, scene) != scene:
                raise SceneError(
                    f"{owners[clip]} and {scene} would both write {clip}; "
                    "render them into two folders"
                )
    folder = next(iter(owners)).parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WriteError(
            f"{folder}: {error.strerror}; choose another folder with -o"
        ) from error
    return paths


def _render(
    path: Path,
    clips: list[Path],
    size: Size,
    fps: float,
    steps: int | None,
    theme: str | None,
    quiet: bool,
) -> list[Recording]:
    """Render one scene with a progress bar, and list its clips."""
    # Only now the heavy imports: --help and wrong usage are answered before. They make
    # millions of objects that stay; looking through them for garbage again and again
    # takes a quarter of the time.
    gc.disable()
    from animator.loader import load, located
    from animator.recorder import record_all
    from animator.render import render

    scene = load(path)
    gc.freeze()
    gc.enable()
    with located(path):
        recordings = record_all(scene.experiments, steps)
        hidden = quiet or not sys.stderr.isatty()
        with click.progressbar(
            length=1, label=path.stem, file=sys.stderr, hidden=hidden
        ) as bar:

            def progress(done: int, frames: int) -> None:
                bar.length = frames
                bar.update(done - bar.pos)

            written = render(
                scene,
                *clips,
                size=size,
                fps=fps,
                theme=theme,
                recordings=recordings,
                progress=None if hidden else progress,
            )
    if not quiet:
        for clip in written:
            click.echo(str(clip))
    return list(recordings.values())


def _write_table(
    path: Path, recorded: list[tuple[str, Recording]], quiet: bool
) -> None:
    from animator.trajectories import write_trajectories

    rows = write_trajectories(path, recorded)
    if not quiet:
        click.echo(f"{path}  {rows} rows  {path.stat().st_size:,} bytes")


class _Terminated(KeyboardInterrupt):
    """SIGTERM arrived: clean up as after Ctrl-C."""


def _terminate(signal_number: int, frame: object) -> None:
    raise _Terminated


def main() -> None:
    """Run the command, and exit with its status."""
    signal.signal(signal.SIGTERM, _terminate)
    try:
        status = animate.main(prog_name="animate", standalone_mode=False)
    except click.Abort as error:
        terminated = isinstance(error.__cause__, _Terminated)
        click.echo("animate: interrupted", err=True)
        sys.exit(143 if terminated else 130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    sys.exit(status or 0)
