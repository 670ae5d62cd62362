"""`animate formats`: lists the formats of clips."""

from __future__ import annotations

import click

from animator.cli.console import echo, warnings_as_lines
from animator.encoders.registry import formats


@click.command("formats")
def command() -> None:
    """List the formats, and whether this installation can write them."""
    with warnings_as_lines():
        known = formats().values()
    for format in known:
        notes = [
            format.use,
            *(["one picture"] if format.still else []),
            *(["can be transparent"] if format.transparent else []),
        ]
        lack = format.missing()
        answer = f"no: {lack}" if lack else "yes"
        echo(f"{format.name:7} {answer:4} {'; '.join(notes)}")
