"""`animate verify`: renders a manifest's clips again, and says what differs."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import click
import cloup

from animator.batch.options import RunOptions
from animator.cli.console import echo
from animator.cli.progress import run_jobs
from animator.cli.running import Printing, run_options, running_options


def _verify(path: Path, run: RunOptions, printing: Printing) -> int:
    """Render a manifest's clips again, print what differs, and return the status."""
    from animator.batch.comparison import differences, version_differences
    from animator.batch.manifest import jobs_of, read_manifest

    manifest = read_manifest(path)
    with tempfile.TemporaryDirectory() as folder:
        jobs = jobs_of(manifest, path, Path(folder))
        results = run_jobs(jobs, manifest.options, run, printing)
    changed = 0
    for entry, job, result in zip(manifest.entries, jobs, results, strict=True):
        if result.error is not None:
            changed += 1
            continue
        changes = differences(entry, result.entry or {})
        changed += bool(changes)
        echo(f"{job.name}  {'differs' if changes else 'the same'}")
        for difference in changes:
            echo(f"    {difference}")
    for difference in version_differences(manifest.versions) if changed else ():
        echo(f"    {difference}")
    return 1 if changed else 0


def _callback(manifest: Path, **parameters: Any) -> None:
    run = run_options(parameters, cache=False, hash_frames=True)
    printing = Printing(parameters["quiet"], parameters["debug"], clips=False)
    click.get_current_context().exit(_verify(manifest, run, printing))


command = cloup.Command(
    "verify",
    help="Render the clips of a manifest again, elsewhere, and say what differs.",
    callback=_callback,
    params=[
        cloup.Argument(
            ["manifest"],
            type=click.Path(path_type=Path, dir_okay=False),
            metavar="FILE.json",
        ),
        *running_options(cache=False),
    ],
)
