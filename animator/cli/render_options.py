"""The options of the command that say what is rendered, and how it looks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import cloup

from animator.base.geometry import SIZES
from animator.batch.jobs import DEFAULT_FORMATS
from animator.cli.arguments import BytesType, ChangeType, FormatOptionType, SizeType
from animator.drawing.theme import THEMES
from animator.encoders.format import Format
from animator.encoders.registry import formats
from animator.rendering.options import MOST_LOOPS, RenderOptions, format_options

_DEFAULTS = RenderOptions()
_FILE = click.Path(path_type=Path, dir_okay=False)


def _names(condition: Callable[[Format[Any]], bool]) -> str:
    """Return the names of the formats that have a property."""
    return ", ".join(name for name, format in formats().items() if condition(format))


def _what() -> list[cloup.Option]:
    group = cloup.OptionGroup("What is shown")
    return [
        cloup.Option(
            ["--steps"],
            type=click.IntRange(min=1),
            metavar="N",
            group=group,
            help="Steps of the optimizer, instead of the scene's own number.",
        ),
        cloup.Option(
            ["--set", "changes"],
            type=ChangeType(),
            multiple=True,
            metavar="NAME=VALUE",
            group=group,
            help="A hyperparameter, such as momentum=0.5, instead of the scene's own; "
            "repeatable: each value makes a clip.",
        ),
        cloup.Option(
            ["--side-by-side"],
            is_flag=True,
            group=group,
            help="Show all scenes, and each value of --set, in one clip.",
        ),
        cloup.Option(
            ["--still"],
            type=click.IntRange(min=0),
            metavar="STEP",
            group=group,
            help=f"The step that {_names(lambda f: f.still is not None)} show.  "
            "[default: the last one]",
        ),
    ]


def _time() -> list[cloup.Option]:
    group = cloup.OptionGroup("Time")
    return [
        cloup.Option(
            ["--fps"],
            type=float,
            default=_DEFAULTS.fps,
            metavar="N",
            group=group,
            help=f"Frames a second.  [default: {_DEFAULTS.fps:g}]",
        ),
        cloup.Option(
            ["--seconds"],
            type=float,
            metavar="S",
            group=group,
            help="How long the clip lasts, instead of the scene's own time.",
        ),
        cloup.Option(
            ["--hold-start"],
            type=float,
            metavar="S",
            group=group,
            help="Seconds that it rests on the start, instead of the scene's own.",
        ),
        cloup.Option(
            ["--hold-end"],
            type=float,
            metavar="S",
            group=group,
            help="Seconds that it rests on the end, instead of the scene's own.",
        ),
    ]


def _appearance() -> list[cloup.Option]:
    group = cloup.OptionGroup("Look")
    width, height = _DEFAULTS.size
    return [
        cloup.Option(
            ["--size"],
            type=SizeType(),
            metavar="WxH",
            default=f"{width}x{height}",
            show_default=True,
            group=group,
            help=f"In pixels, both sides even; or one of {', '.join(SIZES)}.",
        ),
        cloup.Option(
            ["--theme"],
            type=click.Choice(tuple(THEMES), case_sensitive=False),
            group=group,
            help="Instead of the scene's own.",
        ),
        cloup.Option(
            ["--transparent"],
            is_flag=True,
            group=group,
            help="No background outside the panels; for "
            f"{_names(lambda f: f.transparent)}.",
        ),
    ]


def _files() -> list[cloup.Option]:
    group = cloup.OptionGroup("Files")
    return [
        cloup.Option(
            ["-o", "--output"],
            type=click.Path(path_type=Path, allow_dash=True),
            default=Path("renders"),
            show_default=True,
            metavar="PATH",
            group=group,
            help="A folder; or, for one scene, a file whose suffix chooses the format; "
            "or - for standard output.",
        ),
        cloup.Option(
            ["-f", "--format", "formats"],
            type=click.Choice(list(formats()), case_sensitive=False),
            multiple=True,
            group=group,
            help="Repeatable; all are made in one pass.  "
            f"[default: {' and '.join(DEFAULT_FORMATS)}]",
        ),
        *_format_options(group),
        *_side_files(group),
        cloup.Option(
            ["--open", "show"],
            is_flag=True,
            group=group,
            help="Show the clip when it is done.",
        ),
    ]


def _format_options(group: cloup.OptionGroup) -> list[cloup.Option]:
    """Return the options of some formats: loops, sizes, and each format's own."""
    own = [
        cloup.Option(
            [option.flag],
            type=FormatOptionType(option),
            metavar=option.help.metavar,
            group=group,
            help=f"{option.help.help}  [default: {option.help.default}]",
        )
        for option in format_options()
    ]
    return [
        cloup.Option(
            ["--loop"],
            type=click.IntRange(0, MOST_LOOPS),
            default=_DEFAULTS.loop,
            metavar="N",
            group=group,
            help=f"How often {_names(lambda f: f.loops)} play.  [default: 0, for ever]",
        ),
        cloup.Option(
            ["--max-size"],
            type=BytesType(),
            metavar="BYTES",
            group=group,
            help="Such as 5MB: the best clip that is not larger; for "
            f"{_names(lambda f: f.smaller is not None)}.",
        ),
        *own,
    ]


def _side_files(group: cloup.OptionGroup) -> list[cloup.Option]:
    """Return the options of files that are written beside the clips."""
    return [
        cloup.Option(
            ["--trajectories"],
            type=_FILE,
            metavar="FILE.csv",
            group=group,
            help="Also write every step's loss and parameters, in full precision.",
        ),
        cloup.Option(
            ["--manifest"],
            type=_FILE,
            metavar="FILE.json",
            group=group,
            help="Also write what made the clips: settings, versions, and hashes.",
        ),
    ]


def render_options() -> list[cloup.Option]:
    """Return the options that say what is rendered, and how it looks."""
    return [*_what(), *_time(), *_appearance(), *_files()]
