"""`animate verify`: renders a manifest's clips again, and lists the differences."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from animator.cli.option_groups import GroupedCommand
from animator.cli.running import Printing, run_options, running_options


def _callback(manifest: Path, **parameters: Any) -> None:
    from animator.cli.verifying import verify

    run = run_options(parameters, cache=False, hash_frames=True)
    printing = Printing(parameters["quiet"], parameters["debug"], clips=False)
    click.get_current_context().exit(verify(manifest, run, printing))


command = GroupedCommand(
    "verify",
    help="Render the clips of a manifest again, in a temporary folder, and list the "
    "differences.",
    callback=_callback,
    arguments=[
        click.Argument(
            ["manifest"],
            type=click.Path(path_type=Path, dir_okay=False),
            metavar="FILE.json",
        ),
    ],
    groups=running_options(cache=False),
)
