"""What the command is to render: which scenes, with which numbers, and where."""

from __future__ import annotations

import itertools
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from animator.base.errors import SceneError, WriteError
from animator.base.files import resolved
from animator.encoders.registry import format_of

_UNSAFE = re.compile(r"[^\w.,+()-]")
"""What no file's name has that is made of a hyperparameter's value."""
_LONGEST = 60
"""Characters of a value in a file's name."""


@dataclass(frozen=True, slots=True)
class Printed:
    """A line that a scene prints."""

    line: str


Progress = tuple[int, int] | str | Printed
"""Of a job that is carried out: frames done and in all; what is trained; or a line."""


@dataclass(frozen=True, slots=True)
class Variant:
    """A scene file, and the hyperparameters that are other than it says."""

    path: Path
    changes: Mapping[str, Any]

    @property
    def name(self) -> str:
        """What to call it in names of files and in tables."""
        values = [f"{name}-{value}" for name, value in self.changes.items()]
        safe = [_UNSAFE.sub("_", value)[:_LONGEST] for value in values]
        return "_".join([self.path.stem, *safe])


@dataclass(frozen=True, slots=True)
class Job:
    """What goes into the same clips: one take, or several side by side."""

    name: str
    takes: Sequence[Variant]
    targets: Sequence[Path]


def plan(
    scenes: Iterable[Path],
    changes: Iterable[tuple[str, Any]],
    *,
    side_by_side: bool,
    output: Path,
    formats: Sequence[str],
) -> list[Job]:
    """Return what is to be rendered.

    Args:
        scenes: the files.
        changes: hyperparameters and values; several values of one make several takes
            of each scene, and those of several are combined.
        side_by_side: whether all go into one clip.
        output: a folder, or the one clip.
        formats: which clips to make in a folder.

    Raises:
        SceneError: the output does not suit.
        WriteError: the folder cannot be written to.
    """
    values: dict[str, list[Any]] = {}
    for name, value in changes:
        values.setdefault(name, []).append(value)
    combined = [
        dict(zip(values, chosen, strict=True))
        for chosen in itertools.product(*values.values())
    ]
    takes = [Variant(scene, chosen) for scene in scenes for chosen in combined]
    names = dict.fromkeys(formats or ("mp4", "gif"))
    groups: dict[str, list[Variant]] = {}
    if side_by_side:
        stems = dict.fromkeys(take.path.stem for take in takes)
        groups["_".join([*stems, "side_by_side"])] = takes
    else:
        for take in takes:
            (other,) = groups.setdefault(take.name, [take])
            if other != take:
                raise SceneError(
                    f"{other.path} and {take.path} would both write "
                    f"{output / take.name}.{next(iter(names))}; "
                    "render them into two folders"
                )
    # A folder of frames is a file in this sense: its name ends in its format.
    if output.suffix and (not output.is_dir() or output.suffix.lower() == ".frames"):
        try:
            format_of(output)
        except SceneError as error:
            raise SceneError(f"{error}; or make the folder {output} first") from None
        if formats:
            raise SceneError(
                f"both -o {output} and -f {formats[0]} name a format; "
                "give -o a folder or leave -f out"
            )
        if len(groups) > 1:
            raise SceneError(
                f"-o {output} is one file for {len(groups)} clips; give a folder, or "
                "show them --side-by-side"
            )
        jobs = [Job(name, group, [output]) for name, group in groups.items()]
    else:
        jobs = [
            Job(name, group, [output / f"{name}.{suffix}" for suffix in names])
            for name, group in groups.items()
        ]
    _check_folder(jobs[0].targets[0].parent, "-o")
    return jobs


def check_tables(
    jobs: Iterable[Job], trajectories: Path | None, manifest: Path | None
) -> None:
    """Raise an error if what else is written would replace something that stays.

    Raises:
        SceneError: it would be a clip's file, or a scene's.
        WriteError: its folder cannot be written to.
    """
    taken: dict[Path, str] = {}
    for job in jobs:
        taken |= {resolved(target): "a clip" for target in job.targets}
        taken |= {resolved(take.path): "a scene" for take in job.takes}
    for path, name in ((trajectories, "trajectories"), (manifest, "manifest")):
        if path is None:
            continue
        what = f"the {name}"
        if resolved(path) in taken:
            raise SceneError(
                f"{path}: is to be {taken[resolved(path)]} and {what}; give two paths"
            )
        taken[resolved(path)] = what
        _check_folder(path.parent, f"--{name}")


def _check_folder(folder: Path, option: str) -> None:
    """Raise `WriteError` if it can be told beforehand that it cannot be written to."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    if not folder.is_dir():
        raise WriteError(f"{folder}: is no folder; choose another with {option}")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise WriteError(f"{folder}: Permission denied; choose another with {option}")
