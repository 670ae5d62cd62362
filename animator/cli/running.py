"""The command's options for running jobs, and for printing."""

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
        quiet: print only errors.
        debug: also print the traceback of each error.
        to_stderr: print to standard error only.
        clips: print a line for each written clip.
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
        cache: whether to include ``--no-cache``.
    """
    no_cache = click.Option(
        ["--no-cache"],
        is_flag=True,
        help="Train and evaluate again; do not read or write the cache.",
    )
    options = [
        click.Option(
            ["--jobs"],
            type=click.IntRange(min=1),
            metavar="N",
            default=_DEFAULTS.workers,
            help="Number of clips to render at the same time, each in a process.",
        ),
        click.Option(
            ["--timeout"],
            type=click.FloatRange(min=0, min_open=True, max=LONGEST),
            metavar="S",
            help="Seconds that rendering a clip may take; after that it fails.",
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
    """Return the options of running jobs from the command's parameters."""
    return RunOptions(
        workers=parameters["jobs"],
        timeout=parameters["timeout"],
        cache=cache,
        hash_frames=hash_frames,
        debug=parameters["debug"],
    )
