"""`animate render`, also spelled `animate`: renders scenes to clips."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from animator.cli.option_groups import GroupedCommand
from animator.cli.render_options import render_options
from animator.cli.running import running_options


def _callback(**parameters: Any) -> None:
    from animator.cli.rendering import render_request
    from animator.cli.request import RenderRequest

    request = RenderRequest.from_parameters(parameters)
    click.get_current_context().exit(render_request(request))


command = GroupedCommand(
    "render",
    help="""Render each SCENE, a Python file with a module-level `scene`, to clips.

    For example: animate scenes/momentum.py -o talk.gif --theme dark --size 960x540
    """,
    short_help="Render scenes to clips; the default command.",
    callback=_callback,
    arguments=[
        click.Argument(
            ["scenes"],
            nargs=-1,
            required=True,
            type=click.Path(path_type=Path),
            metavar="SCENE...",
        ),
    ],
    groups={**render_options(), **running_options(cache=True)},
)
