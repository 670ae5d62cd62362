"""Writes and reads manifests, from which clips can be rendered again."""

from __future__ import annotations

import ast
import json
import os
import platform
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch

from animator.base.errors import SceneError, WriteError
from animator.base.files import atomic_write
from animator.batch.entries import Entry
from animator.batch.jobs import Job, Variant
from animator.encoders.writers.ffmpeg import ffmpeg_version
from animator.rendering.options import RenderOptions
from animator.scenes.sliders import make_slider

SCHEMA = 3
"""The version of the file format; it changes when older programs would misread it.

A new option does not change it: an option that is missing has its default.
"""
_PACKAGES = ("descent-animator", "numpy", "matplotlib", "pillow")


@dataclass(frozen=True, slots=True)
class Manifest:
    """The versions, options and jobs that made some clips.

    Attributes:
        versions: the versions of all packages that affect a clip.
        options: the options of all clips.
        entries: an entry for each job.
    """

    versions: Mapping[str, str]
    options: RenderOptions
    entries: Sequence[Entry]


def versions() -> dict[str, str]:
    """Return the versions of all packages that affect a clip."""
    found = {"python": platform.python_version()}
    found |= {name: version(name) for name in _PACKAGES}
    found["torch"] = torch.__version__  # includes the build
    with suppress(WriteError):  # only some formats need it
        found["ffmpeg"] = ffmpeg_version()
    return found


def write_manifest(path: Path, manifest: Manifest) -> None:
    """Write a manifest.

    Paths of scenes are relative to the manifest, so that both can be moved together.

    Args:
        path: the path of the JSON file, which appears complete or not at all.
        manifest: the manifest to write.

    Raises:
        WriteError: the file could not be written.
    """
    folder = path.resolve().parent
    content = {
        "schema": SCHEMA,
        "versions": dict(manifest.versions),
        "options": manifest.options.to_json(),
        "clips": [_relative(entry, folder) for entry in manifest.entries],
    }
    text = json.dumps(content, indent=1, ensure_ascii=False) + "\n"
    with atomic_write(path) as part:
        part.write_text(text, "utf-8", "backslashreplace")


def _relative(entry: Entry, folder: Path) -> Entry:
    """Return an entry with paths of scenes relative to a folder."""
    scenes = [
        {**scene, "path": _relative_path(scene["path"], folder)}
        for scene in entry["scenes"]
    ]
    return {**entry, "scenes": scenes}


def _relative_path(path: str, folder: Path) -> str:
    try:
        return Path(os.path.relpath(path, folder)).as_posix()
    except ValueError:  # on another drive of Windows
        return path


def read_manifest(path: Path) -> Manifest:
    """Return a manifest that this or an older version has written.

    Raises:
        SceneError: the file cannot be read, or is not a manifest.
    """
    try:
        content: Entry = json.loads(path.read_text("utf-8"))
        schema = content.get("schema", 1)
        if isinstance(schema, int) and schema > SCHEMA:
            raise SceneError(
                f"{path}: is a manifest of schema {schema}, and {SCHEMA} is the newest "
                "one that can be read here; update descent-animator"
            )
        options = _options(path, content["options"], schema)
        entries = content["clips"]
        if not entries or not isinstance(content["versions"], dict):
            raise ValueError
        return Manifest(content["versions"], options, entries)
    except OSError as error:
        raise SceneError(f"{path}: {error.strerror}; give a manifest") from error
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise _no_manifest(path) from error


def _options(path: Path, entry: Mapping[str, Any], schema: int) -> RenderOptions:
    """Return the options of a manifest; a missing option has its default."""
    if schema == 1:
        entry = _from_first_schema(entry)
    try:
        return RenderOptions.from_json(entry)
    except SceneError as error:
        raise SceneError(f"{path}: {error}") from error


def _from_first_schema(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Convert options of the first schema to the second.

    The first schema had the times in a ``clock``, and no group for format options.
    """
    options = dict(entry)
    options |= options.pop("clock", {})
    formats: dict[str, dict[str, Any]] = {}
    for name in ("gif", "webp"):
        if f"{name}_quality" in options:
            formats[name] = {"quality": options.pop(f"{name}_quality")}
    return {**options, "formats": formats}


def jobs_of(manifest: Manifest, path: Path, folder: Path) -> list[Job]:
    """Return the jobs that render a manifest's clips again.

    Args:
        manifest: the manifest of the clips.
        path: the path of the manifest, to which the paths of its scenes are relative.
        folder: the folder to render to; each job gets its own subfolder.

    Raises:
        SceneError: an entry of the manifest is not complete.
    """
    origin = path.resolve().parent
    try:
        return [
            _job(entry, origin, folder / str(number))
            for number, entry in enumerate(manifest.entries)
        ]
    except (ValueError, LookupError, TypeError, AttributeError, SyntaxError) as error:
        raise _no_manifest(path) from error


def _job(entry: Entry, origin: Path, folder: Path) -> Job:
    """Return the job of an entry; any exception means that the entry is incomplete."""
    variants = [
        Variant(
            Path(_relative_path(str(origin / scene["path"]), Path.cwd())),
            {name: ast.literal_eval(value) for name, value in scene["set"].items()},
        )
        for scene in entry["scenes"]
    ]
    targets = [folder / Path(file["name"]).name for file in entry["files"]]
    if not (variants and targets and isinstance(entry["pictures"], list)):
        raise ValueError
    sliders = [
        make_slider(name, map(ast.literal_eval, values))
        for name, values in entry.get("sliders", {}).items()
    ]
    return Job(entry["name"], variants, targets, sliders, bool(entry.get("sweep")))


def _no_manifest(path: Path) -> SceneError:
    return SceneError(
        f"{path}: is not a manifest; give a file that --manifest has written"
    )
