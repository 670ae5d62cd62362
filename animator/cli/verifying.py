"""Verifies a manifest: renders its clips again, and prints the differences."""

from __future__ import annotations

import tempfile
from pathlib import Path

from animator.batch.comparison import differences, version_differences
from animator.batch.manifest import jobs_of, read_manifest
from animator.batch.options import RunOptions
from animator.cli.console import echo
from animator.cli.progress import run_jobs
from animator.cli.running import Printing


def verify(path: Path, run: RunOptions, printing: Printing) -> int:
    """Render a manifest's clips again, print the differences, and return the status."""
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
