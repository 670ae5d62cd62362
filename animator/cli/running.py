"""Options that say how jobs run, and what is printed meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import click
import cloup

from animator.batch.options import RunOptions
from animator.cli.group import DEBUG
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


def running_options(*, cache: bool) -> list[cloup.Option]:
    """Return the options of a command that runs jobs.

    Args:
        cache: whether one of them is ``--no-cache``.
    """
    group = cloup.OptionGroup("Running")
    no_cache = cloup.Option(
        ["--no-cache"],
        is_flag=True,
        group=group,
        help="Train and evaluate again, and neither read nor write the cache.",
    )
    return [
        cloup.Option(
            ["--jobs"],
            type=click.IntRange(min=1),
            metavar="N",
            default=_DEFAULTS.workers,
            group=group,
            help="How many clips to render at the same time, each in a process.",
        ),
        cloup.Option(
            ["--timeout"],
            type=click.FloatRange(min=0, min_open=True, max=LONGEST),
            metavar="S",
            group=group,
            help="Seconds that a clip may take to render; then it has failed.",
        ),
        *([no_cache] if cache else []),
        cloup.Option(
            ["--quiet"], is_flag=True, group=group, help="Print nothing but errors."
        ),
        cloup.Option(
            ["--debug"],
            is_flag=True,
            is_eager=True,
            group=group,
            callback=_remember_debug,
            help="Print the traceback of an error.",
        ),
    ]


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
