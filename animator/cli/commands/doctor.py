"""`animate doctor`: examines the installation."""

from __future__ import annotations

import click

from animator.cli.console import echo


@click.command("doctor")
def command() -> None:
    """Examine the installation, with a trial clip of each format."""
    from animator.batch.doctor import examine

    bad = 0
    for finding in examine():
        echo(f"{'no' if finding.fix else 'ok':3} {finding.subject}: {finding.state}")
        if finding.fix:
            bad += 1
            echo(f"    {finding.fix}")
    echo(f"{bad} of these must be fixed" if bad else "nothing is wrong")
    click.get_current_context().exit(1 if bad else 0)
