"""The options of the command that say what is rendered, and how it looks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from animator.base.geometry import SIZES
from animator.cli.arguments import BytesType, ChangeType, FormatOptionType, SizeType
from animator.cli.option_groups import OptionGroups
from animator.drawing.theme import THEMES
from animator.drawing.typography import PAGE_TYPE
from animator.encoders.format import Format
from animator.encoders.registry import DEFAULT_FORMATS, formats
from animator.rendering.format_options import format_options
from animator.rendering.option_checks import MOST_LOOPS
from animator.rendering.options import (
    AUTO,
    PAGE_DPI,
    RenderOptions,
)

_DEFAULTS = RenderOptions()
_FILE = click.Path(path_type=Path, dir_okay=False)


def _names(condition: Callable[[Format[Any]], bool]) -> str:
    """Return the names of the formats that have a property."""
    return ", ".join(name for name, format in formats().items() if condition(format))


def _content() -> list[click.Option]:
    return [
        click.Option(
            ["--steps"],
            type=click.IntRange(min=1),
            metavar="N",
            help="Number of optimizer steps, instead of the scene's own.",
        ),
        click.Option(
            ["--set", "changes"],
            type=ChangeType(),
            multiple=True,
            metavar="NAME=VALUE",
            help="Replace a hyperparameter of the scene, such as momentum=0.5. Can be "
            "repeated; each value makes a clip. Several values, such as "
            "momentum=0:0.98:0.02 or lr=0.01,0.03,0.1, are for sliders and --sweep.",
        ),
        click.Option(
            ["--sweep"],
            is_flag=True,
            help="Make a clip that runs over the values of a hyperparameter; each "
            "frame shows a complete run.",
        ),
        click.Option(
            ["--side-by-side"],
            is_flag=True,
            help="Show all scenes, and each value of --set, in one clip.",
        ),
        click.Option(
            ["--still"],
            type=click.IntRange(min=0),
            metavar="STEP",
            help=f"The step that {_names(lambda f: f.still is not None)} show.  "
            "[default: the last one]",
        ),
    ]


def _time() -> list[click.Option]:
    return [
        click.Option(
            ["--fps"],
            type=float,
            default=_DEFAULTS.fps,
            metavar="N",
            help=f"Frames per second.  [default: {_DEFAULTS.fps:g}]",
        ),
        click.Option(
            ["--seconds"],
            type=float,
            metavar="S",
            help="Duration of the clip, instead of the scene's own.",
        ),
        click.Option(
            ["--hold-start"],
            type=float,
            metavar="S",
            help="Seconds of rest on the start, instead of the scene's own.",
        ),
        click.Option(
            ["--hold-end"],
            type=float,
            metavar="S",
            help="Seconds of rest on the end, instead of the scene's own.",
        ),
    ]


def _size_and_type() -> list[click.Option]:
    width, height = _DEFAULTS.pixels
    return [
        click.Option(
            ["--size"],
            type=SizeType(),
            metavar="WxH",
            default=f"{width}x{height}",
            show_default=True,
            help="Size in pixels; or of a page in in, cm or mm, such as 3.4inx2.4in; "
            f"or one of {', '.join(SIZES)}.",
        ),
        click.Option(
            ["--dpi"],
            type=float,
            metavar="N",
            help=f"Pixels per inch of a page.  [default: {PAGE_DPI:g}]",
        ),
        click.Option(
            ["--font"],
            metavar="NAME",
            help="Font family, also for formulas, instead of the theme's own.",
        ),
        click.Option(
            ["--font-size"],
            metavar="POINTS",
            help="Size of the axis labels, such as 8pt; other type in proportion.  "
            f"[default: the theme's own; {PAGE_TYPE:g} on a page]",
        ),
    ]


def _theme_and_texts() -> list[click.Option]:
    return [
        click.Option(
            ["--theme"],
            type=click.Choice((*THEMES, AUTO), case_sensitive=False),
            help="Theme, instead of the scene's own. With auto, for html, a page "
            "follows the reader's system.",
        ),
        click.Option(
            ["--title"],
            metavar="TEXT",
            help="Title, instead of the scene's own; with --side-by-side, above all "
            "scenes.",
        ),
        click.Option(
            ["--caption"],
            metavar="TEXT",
            help="Caption, instead of the scene's own.",
        ),
        click.Option(["--no-caption"], is_flag=True, help="No captions."),
        click.Option(["--no-counter"], is_flag=True, help="No step counter."),
        click.Option(
            ["--transparent"],
            is_flag=True,
            help="Make the background outside the panels transparent; for "
            f"{_names(lambda f: f.transparent)}.",
        ),
    ]


def _files() -> list[click.Option]:
    return [
        click.Option(
            ["-o", "--output"],
            type=click.Path(path_type=Path, allow_dash=True),
            default=Path("renders"),
            show_default=True,
            metavar="PATH",
            help="Write to a folder; or, for one scene, to a file whose suffix chooses "
            "the format; or to standard output with -.",
        ),
        click.Option(
            ["-f", "--format", "formats"],
            type=click.Choice(list(formats()), case_sensitive=False),
            multiple=True,
            help="Format of the clip. Can be repeated; one pass makes all clips.  "
            f"[default: {' and '.join(DEFAULT_FORMATS)}]",
        ),
        *_format_options(),
        *_side_files(),
        click.Option(
            ["--open", "show"],
            is_flag=True,
            help="Open the finished clip in the system's viewer.",
        ),
    ]


def _format_options() -> list[click.Option]:
    """Return the options that only some formats have."""
    own = [
        click.Option(
            [option.flag],
            type=FormatOptionType(option),
            metavar=option.help.metavar,
            help=f"{option.help.help}  [default: {option.help.default}]",
        )
        for option in format_options()
    ]
    return [
        click.Option(
            ["--loop"],
            type=click.IntRange(0, MOST_LOOPS),
            default=_DEFAULTS.loop,
            metavar="N",
            help=f"Number of times that {_names(lambda f: f.loops)} play.  "
            "[default: 0, for ever]",
        ),
        click.Option(
            ["--max-size"],
            type=BytesType(),
            metavar="BYTES",
            help="Make the best clip that is not larger, such as 5MB; for "
            f"{_names(lambda f: f.smaller is not None)}.",
        ),
        *own,
    ]


def _side_files() -> list[click.Option]:
    """Return the options of files that are written beside the clips."""
    return [
        click.Option(
            ["--trajectories"],
            type=_FILE,
            metavar="FILE.csv",
            help="Also write the loss and the parameters at each step, in full "
            "precision.",
        ),
        click.Option(
            ["--manifest"],
            type=_FILE,
            metavar="FILE.json",
            help="Also write the settings, versions and hashes of the clips.",
        ),
    ]


def render_options() -> OptionGroups:
    """Return the options that say what is rendered, and how it looks."""
    return {
        "What is shown": _content(),
        "Time": _time(),
        "Look": [*_size_and_type(), *_theme_and_texts()],
        "Files": _files(),
    }
