"""Writes down what made some clips, so that one can see whether they come out again."""

from __future__ import annotations

import ast
import hashlib
import inspect
import json
import os
import platform
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import fields
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from animator.base.errors import SceneError, WriteError
from animator.base.files import atomic_write
from animator.base.geometry import Box, Size
from animator.batch.jobs import Job, Variant
from animator.encoders.writers.ffmpeg import ffmpeg_version
from animator.experiments.own_loop import Recorder
from animator.experiments.recorder import Recording
from animator.experiments.setting import setting_of
from animator.experiments.trajectory import Trajectory

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from animator.rendering.clip import Clip

_PACKAGES = ("descent-animator", "numpy", "matplotlib", "pillow")
_ARRAYS = ("params", "loss", "gradient", "lr")
_OPTIONS = (
    "size", "fps", "steps", "clock", "theme", "transparent", "still", "loop",
    "gif_quality", "webp_quality", "max_size",
)  # fmt: skip
"""What `animate` is told of all clips."""
_DIGITS = 16
"""Hexadecimal digits that tell two frames apart."""

Entry = dict[str, Any]
"""What is told of a job; as JSON has it."""


class FrameHasher:
    """Sees all frames of a clip, and can tell them again."""

    def __init__(self) -> None:
        """Have seen nothing."""
        self._seen: dict[Size, list[str]] = {}

    def begin(self, size: Size) -> Callable[[NDArray[np.uint8], Sequence[Box]], None]:
        """Return what is to see each frame (H, W, 4) of a pass, and what changed."""
        seen = self._seen[size] = []

        def see(pixels: NDArray[np.uint8], changed: Sequence[Box]) -> None:
            if changed or not seen:
                seen.append(hashlib.sha256(pixels.tobytes()).hexdigest()[:_DIGITS])
            else:
                seen.append(seen[-1])

        return see

    def told(self) -> list[Entry]:
        """Return what was seen, by the size of the frames."""
        return [
            {"size": list(size), "frames": seen} for size, seen in self._seen.items()
        ]


def entry_of(
    job: Job,
    recordings: Iterable[tuple[Variant, Recording]],
    clips: Iterable[Clip],
    witness: FrameHasher,
) -> Entry:
    """Return what is told of a job: its scenes, trajectories, frames and files."""
    recorded = list(recordings)
    return {
        "name": job.name,
        "scenes": [
            {
                "path": str(take.path.resolve()),
                "sha256": _hash(take.path.read_bytes()),
                "set": {name: repr(value) for name, value in take.changes.items()},
                "experiments": [
                    _experiment(recording) for own, recording in recorded if own is take
                ],
            }
            for take in job.takes
        ],
        "pictures": witness.told(),
        "files": [
            {"name": c.path.name, "bytes": c.bytes, "sha256": _file(c.path)}
            for c in clips
        ],
    }


def versions() -> dict[str, str]:
    """Return the versions of all that has a part in a clip."""
    found = {"python": platform.python_version()}
    found |= {name: version(name) for name in _PACKAGES}
    found["torch"] = torch.__version__  # tells which build it is, too
    with suppress(WriteError):  # not all formats need it
        found["ffmpeg"] = ffmpeg_version()
    return found


def write_manifest(
    path: Path, options: Mapping[str, Any], entries: Sequence[Entry]
) -> None:
    """Write what made some clips.

    The paths of scenes are told as seen from the manifest, so that both can move.

    Args:
        path: of the JSON file, which appears whole or not at all.
        options: those of all clips.
        entries: what is told of each job.

    Raises:
        WriteError: the file could not be written.
    """
    folder = path.resolve().parent
    for scene in (scene for entry in entries for scene in entry["scenes"]):
        scene["path"] = os.path.relpath(scene["path"], folder)
    made = {"versions": versions(), "options": dict(options), "clips": list(entries)}
    with atomic_write(path) as part:
        part.write_text(json.dumps(made, indent=1, ensure_ascii=False) + "\n", "utf-8")


def read_manifest(path: Path, folder: Path) -> tuple[Entry, list[Job], Entry]:
    """Return what `write_manifest` wrote, and how to render it again.

    Args:
        path: of the manifest.
        folder: where to render its clips, each job in a folder of its own.

    Returns:
        The manifest, the jobs, and their options.

    Raises:
        SceneError: the file cannot be read, or is no manifest.
    """
    try:
        made: Entry = json.loads(path.read_text("utf-8"))
        jobs = [
            _job(entry, path.resolve().parent, folder / str(number))
            for number, entry in enumerate(made["clips"])
        ]
        options = {name: made["options"].pop(name) for name in _OPTIONS}
        options["size"] = tuple(options["size"])
        if made["options"] or not jobs or not isinstance(made["versions"], dict):
            raise ValueError
    except OSError as error:
        raise SceneError(f"{path}: {error.strerror}; give a manifest") from error
    except (ValueError, LookupError, TypeError, AttributeError, SyntaxError) as error:
        raise SceneError(
            f"{path}: is no manifest; give a file that --manifest has written"
        ) from error
    return made, jobs, options


def _job(entry: Entry, origin: Path, folder: Path) -> Job:
    """Return a job again; what an entry does not have is an error of some kind."""
    takes = [
        Variant(
            Path(os.path.relpath(origin / scene["path"])),
            {name: ast.literal_eval(value) for name, value in scene["set"].items()},
        )
        for scene in entry["scenes"]
    ]
    targets = [folder / Path(file["name"]).name for file in entry["files"]]
    if not (takes and targets and isinstance(entry["pictures"], list)):
        raise ValueError
    return Job(entry["name"], takes, targets)


def differences(was: Entry, now: Entry) -> list[str]:
    """Return what is other than it was with one of the clips, most telling first.

    Raises:
        SceneError: what is told of the clip is not all there.
    """
    try:
        return list(_differences(was, now))
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise SceneError(
            f"the manifest does not tell all of {now['name']}; write it anew"
        ) from error


def _differences(was: Entry, now: Entry) -> Iterator[str]:
    for one, other in zip(was["scenes"], now["scenes"], strict=True):
        if one["sha256"] != other["sha256"]:
            yield f"{Path(one['path']).name} has changed"
        yield from _other_paths(one["experiments"], other["experiments"])
    for one, other in zip(was["pictures"], now["pictures"], strict=False):
        before, after = one["frames"], other["frames"]
        if len(before) != len(after):
            yield f"it has {len(after)} frames, not {len(before)}"
        unlike = [k for k, pair in enumerate(zip(before, after, strict=False))
                  if pair[0] != pair[1]]  # fmt: skip
        if unlike:
            yield (
                f"{len(unlike)} of {len(before)} frames differ, "
                f"the first is frame {unlike[0]}"
            )
    for one, other in zip(was["files"], now["files"], strict=True):
        if one["sha256"] != other["sha256"]:
            yield (
                f"{one['name']} differs: {other['bytes']:,} bytes, not {one['bytes']:,}"
            )


def other_versions(was: Mapping[str, str]) -> Iterator[str]:
    """Yield what has another version than it had."""
    for name, found in versions().items():
        if was.get(name) != found:
            yield f"{name} is {found}, was {was.get(name, 'not there')}"


def _other_paths(was: Sequence[Entry], now: Sequence[Entry]) -> Iterator[str]:
    """Yield which settings of some experiments went another way."""
    if len(was) != len(now):
        yield f"{len(now)} experiments, not {len(was)}"
        return
    for one, other in zip(was, now, strict=True):
        before = {run["label"]: run for run in one["settings"]}
        after = {run["label"]: run for run in other["settings"]}
        if list(before) != list(after):
            yield f"{other['problem']}: settings {list(after)}, not {list(before)}"
        for label in before.keys() & after.keys():
            first, second = before[label], after[label]
            if first["sha256"] == second["sha256"]:
                continue
            ends = f"ends with a loss of {second['loss']}, not {first['loss']}"
            yield f"{other['problem']}, {label!r}: another path; it {ends}"


def _experiment(recording: Recording) -> Entry:
    experiment, problem = recording.experiment, recording.problem
    return {
        "name": experiment.name,
        "problem": problem.name,
        "drawn": [problem.x.name, problem.y.name],
        "start": [float(value) for value in problem.start],
        "steps": recording.steps,
        "settings": [
            {**_setting(experiment.settings[run.label]), **_trajectory(run)}
            for run in recording.trajectories
        ],
    }


def _trajectory(run: Trajectory) -> Entry:
    found = hashlib.sha256()
    for name in _ARRAYS:
        values = getattr(run, name)
        found.update(f"{name} {values.dtype.str} {values.shape}".encode())
        found.update(np.ascontiguousarray(values).tobytes())
    last = max(run.outcome.step - run.outcome.diverged, 0)
    return {
        "label": run.label,
        "diverged": run.outcome.diverged,
        "last_step": run.outcome.step,
        "loss": repr(float(run.loss[last])),
        "sha256": found.hexdigest(),
    }


def _setting(given: Any) -> Entry:
    """Return what a setting says, but for what it leaves as it is by default."""
    if isinstance(given, Trajectory | Recorder):
        return {}
    setting = setting_of(given)
    told: Entry = {}
    for field in fields(setting):
        value = getattr(setting, field.name)
        if value is None or value == {}:
            continue
        told[field.name] = _call(value) if callable(value) else value
    return {**told, "groups": repr(setting.groups)} if setting.groups else told


def _call(make: Any) -> str:
    """Write what makes an optimizer as a call: ``SGD(lr=0.1)``."""
    if isinstance(make, partial):
        given = [
            *map(repr, make.args),
            *(f"{k}={v!r}" for k, v in make.keywords.items()),
        ]
        return f"{_call(make.func).removesuffix('()')}({', '.join(given)})"
    if inspect.isclass(make) or inspect.isroutine(make):
        return f"{make.__qualname__}()"
    return type(make).__name__


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _file(path: Path) -> str:
    """Return the hash of a file, or of all files of a folder."""
    if not path.is_dir():
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    files = sorted(path.iterdir())
    return _hash("".join(f"{file.name} {_file(file)}\n" for file in files).encode())
