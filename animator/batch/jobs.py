"""Plans the jobs of the command: scenes, hyperparameters and files."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from animator.base.errors import SceneError, WriteError
from animator.base.files import resolved
from animator.batch.names import portable_name, value_in_name
from animator.encoders.registry import DEFAULT_FORMATS, format_of
from animator.scenes.sliders import Slider


@dataclass(frozen=True, slots=True)
class Variant:
    """A scene file, and the hyperparameters that replace its own."""

    path: Path
    changes: Mapping[str, Any]

    @property
    def name(self) -> str:
        """The variant's name in file names and tables."""
        values = [value_in_name(name, value) for name, value in self.changes.items()]
        return portable_name("_".join([self.path.stem, *values]))


@dataclass(frozen=True, slots=True)
class Job:
    """A rendering of one variant, or of several side by side.

    Attributes:
        name: the job's name in messages and in a manifest.
        variants: the variants that it shows.
        targets: the files that it writes.
        sliders: hyperparameters that vary in a page or a clip; if empty, the scene's
            own sliders are used.
        sweep: whether the clips run over the values of the slider.
    """

    name: str
    variants: Sequence[Variant]
    targets: Sequence[Path]
    sliders: Sequence[Slider] = ()
    sweep: bool = False


def plan_variants(
    scenes: Iterable[Path], changes: Iterable[tuple[str, Any]]
) -> list[Variant]:
    """Return a variant for each scene and each combination of values.

    Args:
        scenes: the scene files.
        changes: pairs of a hyperparameter's name and a value; a name may occur several
            times. Sliders are ignored.
    """
    values: dict[str, list[Any]] = {}
    for name, value in changes:
        if not isinstance(value, Slider):
            values.setdefault(name, []).append(value)
    combinations = [
        dict(zip(values, chosen, strict=True))
        for chosen in itertools.product(*values.values())
    ]
    return [Variant(scene, chosen) for scene in scenes for chosen in combinations]


def plan_jobs(
    variants: Sequence[Variant],
    *,
    side_by_side: bool,
    output: Path,
    formats: Sequence[str],
) -> list[Job]:
    """Return the jobs that render some variants.

    Args:
        variants: the variants to render.
        side_by_side: whether one clip shows all of them.
        output: a folder, or the path of the only clip.
        formats: the formats of the clips in a folder; mp4 and gif if empty.

    Raises:
        SceneError: the output contradicts the other arguments.
        WriteError: the folder cannot be written to.
    """
    suffixes = list(dict.fromkeys(formats or DEFAULT_FORMATS))
    groups = (
        {_joined_name(variants): list(variants)}
        if side_by_side
        else _one_each(variants, output, suffixes[0])
    )
    if _is_file(output):
        _check_one_file(output, formats, len(groups))
        jobs = [Job(name, group, [output]) for name, group in groups.items()]
    else:
        jobs = [
            Job(name, group, [output / f"{name}.{suffix}" for suffix in suffixes])
            for name, group in groups.items()
        ]
    _check_folder(jobs[0].targets[0].parent, "-o")
    return jobs


def _joined_name(variants: Sequence[Variant]) -> str:
    stems = dict.fromkeys(variant.path.stem for variant in variants)
    return portable_name("_".join([*stems, "side_by_side"]))


def _one_each(
    variants: Iterable[Variant], output: Path, suffix: str
) -> dict[str, list[Variant]]:
    """Return each variant as a group of its own, by the name of its clips.

    Raises:
        SceneError: two variants would write the same file.
    """
    groups: dict[str, list[Variant]] = {}
    names: dict[str, str] = {}
    for variant in variants:
        # Windows writes a.gif and A.gif to the same file.
        name = names.setdefault(os.path.normcase(variant.name), variant.name)
        (other,) = groups.setdefault(name, [variant])
        if other != variant:
            raise SceneError(
                f"{other.path} and {variant.path} would both write "
                f"{output / variant.name}.{suffix}; render them into two folders"
            )
    return groups


def _is_file(output: Path) -> bool:
    """Return whether an output is one clip, not a folder of clips."""
    # A folder of numbered frames counts as a clip: its name ends in its format.
    suffix = output.suffix.lower()
    return bool(suffix) and (not output.is_dir() or suffix == ".frames")


def _check_one_file(output: Path, formats: Sequence[str], clips: int) -> None:
    """Raise `SceneError` unless one file can hold all clips."""
    try:
        format = format_of(output)
    except SceneError as error:
        raise SceneError(f"{error}; or make the folder {output} first") from None
    others = [name for name in formats if name != format.name]
    if others:
        raise SceneError(
            f"-o {output} is {format.name}, and -f says {others[0]}; leave -f out, or "
            "give -o a folder"
        )
    if clips > 1:
        raise SceneError(
            f"-o {output} is one file for {clips} clips; give a folder, or "
            "show them --side-by-side"
        )


def check_side_files(
    jobs: Iterable[Job], trajectories: Path | None, manifest: Path | None
) -> None:
    """Raise an error if a table or a manifest would replace a file of the jobs.

    Raises:
        SceneError: the file would replace a clip or a scene.
        WriteError: the folder of the file cannot be written to.
    """
    used: dict[Path, str] = {}
    for job in jobs:
        used |= {resolved(target): "a clip" for target in job.targets}
        used |= {resolved(variant.path): "a scene" for variant in job.variants}
    for path, name in ((trajectories, "trajectories"), (manifest, "manifest")):
        if path is None:
            continue
        place = resolved(path)
        if place in used:
            raise SceneError(
                f"{path}: would be both {used[place]} and the {name}; give two paths"
            )
        used[place] = f"the {name}"
        _check_folder(path.parent, f"--{name}")


def _check_folder(folder: Path, option: str) -> None:
    """Raise `WriteError` if a folder cannot be written to."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    if not folder.is_dir():
        raise WriteError(f"{folder}: is not a folder; choose another with {option}")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise WriteError(f"{folder}: Permission denied; choose another with {option}")
