"""Options that say how jobs run, and what is printed meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import click

from animator.batch.options import RunOptions
from animator.cli.group import DEBUG
from animator.cli.option_groups import OptionGroups
from animator.scenes.timeline import LONGEST

_DEFAULTS = RunOptions()


@dataclass(frozen=True, slots=True)
class Printing:
    """What is printed while jobs run.

    Attributes:
        quiet: nothing but errors.
        debug: the traceback of each error, too.
        to_stderr: what would go to standard output goes to standard error.
        clips: a line for each written clip.
    """

    quiet: bool = False
    debug: bool = False
    to_stderr: bool = False
    clips: bool = True


def _remember_debug(context: click.Context, option: click.Parameter, on: bool) -> bool:
    context.meta[DEBUG] = on
    return on


def running_options(*, cache: bool) -> OptionGroups:
    """Return the options of a command that runs jobs.

    Args:
        cache: whether one of them is ``--no-cache``.
    """
    no_cache = click.Option(
        ["--no-cache"],
        is_flag=True,
        help="Train and evaluate again, and neither read nor write the cache.",
    )
    options = [
        click.Option(
            ["--jobs"],
            type=click.IntRange(min=1),
            metavar="N",
            default=_DEFAULTS.workers,
            help="How many clips to render at the same time, each in a process.",
        ),
        click.Option(
            ["--timeout"],
            type=click.FloatRange(min=0, min_open=True, max=LONGEST),
            metavar="S",
            help="Seconds that a clip may take to render; then it has failed.",
        ),
        *([no_cache] if cache else []),
        click.Option(["--quiet"], is_flag=True, help="Print nothing but errors."),
        click.Option(
            ["--debug"],
            is_flag=True,
            is_eager=True,
            callback=_remember_debug,
            help="Print the traceback of an error.",
        ),
    ]
    return {"Running": options}


def run_options(
    parameters: Mapping[str, Any], *, cache: bool, hash_frames: bool
) -> RunOptions:
    """Return what the command's options say about running."""
    return RunOptions(
        workers=parameters["jobs"],
        timeout=parameters["timeout"],
        cache=cache,
        hash_frames=hash_frames,
        debug=parameters["debug"],
    )
