"""The command `animate`: arguments, progress, messages and exit status."""

from __future__ import annotations

import gc
import os
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from animator import __version__
from animator.base.errors import AnimatorError, WriteError
from animator.base.geometry import SIZES, check_size
from animator.base.interrupts import Interrupted, ignore_signals, listen
from animator.batch.jobs import Job, Printed, Progress, check_tables, plan
from animator.cli.arguments import BytesType, ChangeType, QualityType, SizeType
from animator.encoders.formats.gif import QUALITIES
from animator.encoders.registry import formats as all_formats
from animator.scenes.timeline import LONGEST, Timeline

if TYPE_CHECKING:
    from animator.batch.trajectory_table import TrajectoryTable
    from animator.batch.workers import JobResult


_FILE = click.Path(path_type=Path, dir_okay=False)


def _show_formats(context: click.Context, option: click.Parameter, yes: bool) -> None:
    """Print what this installation can write, and end."""
    if not yes or context.resilient_parsing:
        return
    for name, about in all_formats().items():
        traits = [
            *(["one picture"] if about.still else []),
            *(["can be transparent"] if about.transparent else []),
        ]
        lack = about.missing()
        answer = f"no: {lack}" if lack else "yes"
        click.echo(f"{name:7} {answer:4} {'; '.join([about.use, *traits])}")
    context.exit()


def _examine(context: click.Context, option: click.Parameter, yes: bool) -> None:
    """Examine the installation, tell what is wrong with it, and end."""
    if not yes or context.resilient_parsing:
        return
    from animator.batch.doctor import examine

    bad = 0
    for finding in examine():
        click.echo(
            f"{'no' if finding.mend else 'ok':3} {finding.what}: {finding.found}"
        )
        if finding.mend:
            bad += 1
            click.echo(f"    {finding.mend}")
    click.echo("all is well" if not bad else f"{bad} of these need care")
    context.exit(1 if bad else 0)


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("scenes", nargs=-1, type=click.Path(path_type=Path), metavar="SCENE...")
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
    type=click.Choice(list(all_formats()), case_sensitive=False),
    multiple=True,
    help="Repeatable; all are made in one pass.  [default: mp4 and gif]",
)
@click.option(
    "--size",
    type=SizeType(),
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
    "--seconds",
    type=float,
    metavar="S",
    help="How long the whole clip takes, instead of the scene's own time.",
)
@click.option(
    "--hold-start",
    type=float,
    metavar="S",
    help="Seconds that it rests on the start, instead of the scene's own.",
)
@click.option(
    "--hold-end",
    type=float,
    metavar="S",
    help="Seconds that it rests on the end, instead of the scene's own.",
)
@click.option(
    "--set",
    "changes",
    type=ChangeType(),
    multiple=True,
    metavar="NAME=VALUE",
    help="A hyperparameter, such as momentum=0.5, instead of the scene's own; "
    "seeded: each value makes a clip.",
)
@click.option(
    "--side-by-side",
    is_flag=True,
    help="Show all scenes, and each value of --set, in one clip.",
)
@click.option(
    "--theme",
    type=click.Choice(("light", "dark")),
    help="Instead of the scene's own.",
)
@click.option(
    "--transparent",
    is_flag=True,
    help="No background outside the panels; not for mp4 and gif.",
)
@click.option(
    "--still",
    type=click.IntRange(min=0),
    metavar="STEP",
    help="The step that png, svg and pdf show.  [default: the last one]",
)
@click.option(
    "--loop",
    type=click.IntRange(0, 65535),
    default=0,
    metavar="N",
    help="How often gif, webp and apng play.  [default: 0, for ever]",
)
@click.option(
    "--gif-quality",
    type=QualityType(),
    default="medium",
    show_default=True,
    metavar="Q",
    help=f"{', '.join(QUALITIES)}, or 0 to 100.",
)
@click.option(
    "--webp-quality",
    type=click.FloatRange(0, 100),
    metavar="Q",
    help="0 to 100.  [default: exact to the pixel]",
)
@click.option(
    "--max-size",
    type=BytesType(),
    metavar="BYTES",
    help="Such as 5MB: the best gif or webp that is not larger.",
)
@click.option(
    "--trajectories",
    type=_FILE,
    metavar="FILE.csv",
    help="Also write every step's loss and parameters, in full precision.",
)
@click.option(
    "--manifest",
    type=_FILE,
    metavar="FILE.json",
    help="Also write what made the clips: settings, versions, and hashes of all.",
)
@click.option(
    "--verify",
    type=_FILE,
    metavar="FILE.json",
    help="Render a manifest's clips again, elsewhere, and tell what differs.",
)
@click.option("--open", "show", is_flag=True, help="Show the clip when it is done.")
@click.option(
    "--formats",
    "_formats",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_formats,
    help="List what this installation can write, and exit.",
)
@click.option(
    "--jobs",
    "workers",
    type=click.IntRange(min=1),
    metavar="N",
    default=1,
    help="How many clips to render at the same time, in processes of their own.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True, max=LONGEST),
    metavar="S",
    help="Seconds that a clip may take to render; then it has failed.",
)
@click.option(
    "--no-cache",
    is_flag=True,
    help="Train and evaluate anew, even what was kept as it took long.",
)
@click.option(
    "--doctor",
    "_doctor",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_examine,
    help="Examine the installation, with a trial clip of each format, and exit.",
)
@click.option("--quiet", is_flag=True, help="Print nothing but errors.")
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
@click.version_option(__version__, prog_name="animate")
def animate(
    scenes: tuple[Path, ...],
    output: Path,
    formats: tuple[str, ...],
    steps: int | None,
    changes: tuple[tuple[str, Any], ...],
    side_by_side: bool,
    trajectories: Path | None,
    manifest: Path | None,
    verify: Path | None,
    show: bool,
    no_cache: bool,
    workers: int,
    timeout: float | None,
    quiet: bool,
    debug: bool,
    seconds: float | None,
    hold_start: float | None,
    hold_end: float | None,
    **how: Any,
) -> None:
    """Render each SCENE, a Python file with a module-level `scene`, to clips.

    For example: animate scenes/momentum.py -o talk.gif --theme dark --size 960x540
    """
    times = {"seconds": seconds, "hold_start": hold_start, "hold_end": hold_end}
    clock: dict[str, Any] = {
        name: value for name, value in times.items() if value is not None
    }
    context = click.get_current_context()
    if bool(scenes) == bool(verify):
        raise click.UsageError(
            "--verify renders what its manifest tells of; leave SCENE out"
            if scenes
            else "Missing argument 'SCENE...'.",
            context,
        )
    way: dict[str, Any] = {
        "workers": workers,
        "timeout": timeout,
        "quiet": quiet,
        "debug": debug,
    }
    try:
        if verify is not None:
            context.exit(_verify(verify, way))
        check_size(how["size"])
        Timeline(1, how["fps"], **clock)
        jobs = plan(
            scenes,
            changes,
            side_by_side=side_by_side,
            output=output,
            formats=formats,
        )
        check_tables(jobs, trajectories, manifest)
        how |= {"steps": steps, "clock": clock}
        done = _run(jobs, {**how, "cache": not no_cache}, told=bool(manifest), **way)
        good = [each for _, each in done if each.error is None]
        if trajectories is not None and good:
            logs = [log for each in good for log in each.logs]
            _write_table(trajectories, logs, quiet)
        if manifest is not None and good:
            _write_manifest(manifest, how, good, quiet)
    except AnimatorError as error:
        if debug:
            traceback.print_exception(error)
        _say(error)
        context.exit(_status(error))
    except KeyboardInterrupt as signal:
        click.echo("animate: interrupted", err=True)
        context.exit(128 + signal.args[0] if isinstance(signal, Interrupted) else 130)
    failed = {job.name: each.error for job, each in done if each.error is not None}
    if failed:
        if len(jobs) > 1:
            _say(f"{len(failed)} of {len(jobs)} failed: {', '.join(failed)}")
        context.exit(max(map(_status, failed.values())))
    if show:
        _show(jobs[0].targets[0])


def _status(error: AnimatorError) -> int:
    return 1 if isinstance(error, WriteError) else 2


def _say(message: object) -> None:
    click.echo(f"animate: {' '.join(str(message).split())}", err=True)


def _run(
    jobs: list[Job],
    how: dict[str, Any],
    *,
    told: bool,
    workers: int,
    timeout: float | None,
    quiet: bool,
    debug: bool,
    listed: bool = True,
) -> list[tuple[Job, JobResult]]:
    """Run jobs with a progress bar, and tell of each what became of it."""
    # Only now the heavy imports: --help and wrong usage are answered before. They make
    # millions of objects that stay; looking through them for garbage again and again
    # takes a quarter of the time.
    gc.disable()
    from animator.batch.workers import run_all

    gc.freeze()
    gc.enable()
    found: list[tuple[Job, JobResult]] = []
    warned: set[str] = set()
    hidden = quiet or not sys.stderr.isatty()
    label = jobs[0].name if len(jobs) == 1 else f"{len(jobs)} clips"
    shares = [0.0] * len(jobs)

    def aside(write: Callable[[], None]) -> None:
        """Print something where the progress bar is, which is drawn again later."""
        if not hidden:
            click.echo("\r\033[K", err=True, nl=False)
        write()

    with click.progressbar(
        length=1000 * len(jobs),
        label=label,
        show_eta=False,  # frames take another time than training
        file=sys.stderr,
        hidden=hidden,
    ) as bar:

        def tell(number: int, news: Progress) -> None:
            if isinstance(news, Printed):
                if not quiet:
                    aside(partial(click.echo, news.line, err=True))
                return
            if isinstance(news, str):
                bar.label = f"{label}: training {news}"
            else:
                bar.label, shares[number] = label, news[0] / news[1]
            if not hidden:
                bar.update(int(1000 * sum(shares)) - bar.pos)
                bar.render_progress()

        how = {**how, "told": told, "timeout": timeout}
        for job, done in run_all(jobs, workers, tell, **how):
            found.append((job, done))
            shares[len(found) - 1] = 1.0
            new = [text for text in done.warnings if text not in warned and not quiet]
            warned.update(new)
            aside(partial(_report, new, done, listed and not quiet, debug))
    return found


def _report(warnings: list[str], done: JobResult, listed: bool, debug: bool) -> None:
    """Tell what became of a job."""
    for warning in warnings:
        _say(warning)
    if done.error is not None:
        if debug:
            click.echo(done.trace, err=True, nl=False)
        _say(done.error)
    elif listed:
        for clip in done.clips or ():
            click.echo(str(clip))


def _verify(path: Path, way: dict[str, Any]) -> int:
    """Render what a manifest tells of, tell what differs, and return the status."""
    from animator.batch.manifest import differences, other_versions, read_manifest

    unlike = 0
    with tempfile.TemporaryDirectory() as folder:
        was, jobs, how = read_manifest(path, Path(folder))
        done = _run(jobs, {**how, "cache": False}, told=True, listed=False, **way)
    for entry, (job, now) in zip(was["clips"], done, strict=True):
        if now.error is not None:
            unlike += 1
            continue
        found = differences(entry, now.entry or {})
        unlike += bool(found)
        click.echo(f"{job.name}  {'differs' if found else 'the same'}")
        for difference in found:
            click.echo(f"    {difference}")
    for difference in other_versions(was["versions"]) if unlike else ():
        click.echo(f"    {difference}")
    return 1 if unlike else 0


def _write_table(path: Path, logs: list[TrajectoryTable], quiet: bool) -> None:
    from animator.batch.trajectory_table import write_trajectories

    rows = write_trajectories(path, logs)
    if not quiet:
        click.echo(f"{path}  {rows} rows  {path.stat().st_size:,} bytes")


def _write_manifest(
    path: Path, how: dict[str, Any], done: list[JobResult], quiet: bool
) -> None:
    from animator.batch.manifest import write_manifest

    write_manifest(path, how, [each.entry for each in done if each.entry])
    if not quiet:
        click.echo(f"{path}  {path.stat().st_size:,} bytes")


def _show(path: Path) -> None:
    """Open a file in the system's viewer."""
    screens = ("DISPLAY", "WAYLAND_DISPLAY")
    blind = sys.platform == "linux" and not any(map(os.environ.get, screens))
    if blind or click.launch(str(path)):
        _say(f"{path}: no program to show it was found; open it by hand")


def main() -> None:
    """Run the command, and exit with its status."""
    listen("SIGINT", "SIGTERM", "SIGHUP")
    try:
        status = animate.main(prog_name="animate", standalone_mode=False)
    except click.Abort:  # before anything was begun
        status = 130
    except (OSError, ValueError) as error:  # a scene may have closed what we print to
        with suppress(OSError, ValueError):
            _say(f"cannot print: {getattr(error, 'strerror', None) or error}")
        os._exit(1)  # or Python would try, and complain, once more
    except click.ClickException as error:
        error.show()
        status = error.exit_code
    ignore_signals()
    others = set(threading.enumerate()) - {threading.main_thread()}
    if not all(thread.daemon for thread in others):
        sys.stdout.flush()
        os._exit(status or 0)  # a scene's threads may go on for ever
    sys.exit(status or 0)
