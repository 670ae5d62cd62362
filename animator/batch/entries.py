"""Describes a finished job for a manifest: scenes, trajectories, frames and files."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from animator.batch.frame_hasher import FrameHasher
from animator.batch.jobs import Job, Variant
from animator.experiments.own_loop import Recorder
from animator.experiments.recorder import Recording
from animator.experiments.setting import setting_of
from animator.experiments.trajectory import Trajectory

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from animator.rendering.clip import Clip

_ARRAYS = ("params", "loss", "gradient", "lr")

Entry = dict[str, Any]
"""A job's part of a manifest, as values for JSON."""


def describe_job(
    job: Job,
    recordings: Iterable[tuple[Variant, Recording]],
    clips: Iterable[Clip],
    hasher: FrameHasher,
    combinations: Sequence[Entry] = (),
) -> Entry:
    """Return a job's entry: its scenes, trajectories, frames and files.

    Args:
        job: the finished job.
        recordings: its recordings, each with its variant.
        clips: the clips that the job has written.
        hasher: the hasher that has received all frames.
        combinations: the entries of the combinations of values, if some vary.
    """
    recorded = list(recordings)
    return {
        "name": job.name,
        **_describe_sliders(job),
        "scenes": [
            _describe_variant(variant, [r for own, r in recorded if own is variant])
            for variant in job.variants
        ],
        "pictures": hasher.hashes(),
        "files": [
            {"name": c.path.name, "bytes": c.bytes, "sha256": _hash_path(c.path)}
            for c in clips
        ],
        **({"combinations": list(combinations)} if combinations else {}),
    }


def _describe_sliders(job: Job) -> Entry:
    """Return the hyperparameters that vary in a job, and whether its clips sweep."""
    values = {s.name: [repr(value) for value in s.values] for s in job.sliders}
    entry: Entry = {"sliders": values} if values else {}
    return {**entry, "sweep": True} if job.sweep else entry


def _describe_variant(variant: Variant, recordings: Iterable[Recording]) -> Entry:
    return {
        "path": str(variant.path.resolve()),
        "sha256": _hash(variant.path.read_bytes()),
        "set": {name: repr(value) for name, value in variant.changes.items()},
        "experiments": [describe_recording(recording) for recording in recordings],
    }


def describe_recording(recording: Recording) -> Entry:
    """Return the entry of a recording: its experiment, and a hash of each run."""
    experiment, problem = recording.experiment, recording.problem
    return {
        "name": experiment.name,
        "problem": problem.name,
        "drawn": [problem.x.name, problem.y.name],
        "start": [float(value) for value in problem.start],
        "steps": recording.steps,
        "settings": [
            {
                **_describe_setting(experiment.settings[run.label]),
                **_describe_trajectory(run),
            }
            for run in recording.trajectories
        ],
    }


def _describe_trajectory(run: Trajectory) -> Entry:
    digest = hashlib.sha256()
    for name in _ARRAYS:
        values = getattr(run, name)
        digest.update(f"{name} {values.dtype.str} {values.shape}".encode())
        digest.update(np.ascontiguousarray(values).tobytes())
    last = max(run.outcome.step - run.outcome.diverged, 0)
    return {
        "label": run.label,
        **({} if run.seed is None else {"seed": run.seed}),
        "diverged": run.outcome.diverged,
        "last_step": run.outcome.step,
        "loss": repr(float(run.loss[last])),
        "sha256": digest.hexdigest(),
        "series": {
            name: _describe_series(values) for name, values in run.series.items()
        },
    }


def _describe_series(values: NDArray[np.floating]) -> Entry:
    """Return the last measured value of a series (steps + 1,), and its hash."""
    known = values[~np.isnan(values)]
    return {
        "last": repr(float(known[-1])) if len(known) else None,
        "sha256": _hash(np.ascontiguousarray(values).tobytes()),
    }


def _describe_setting(given: Any) -> Entry:
    """Return the fields of a setting that differ from their defaults."""
    if isinstance(given, Trajectory | Recorder):
        return {}
    setting = setting_of(given)
    entry: Entry = {}
    for field in fields(setting):
        value = getattr(setting, field.name)
        if value is None or value == {}:
            continue
        if field.name == "start" and isinstance(value, Mapping):
            entry["start"] = _hash_tensors(value)
            continue
        entry[field.name] = _call(value) if callable(value) else value
    return {**entry, "groups": repr(setting.groups)} if setting.groups else entry


def _hash_tensors(state: Mapping[str, torch.Tensor]) -> str:
    """Return the hash of a state dict."""
    digest = hashlib.sha256()
    for name, tensor in state.items():
        digest.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}".encode())
        dense = tensor.to_dense() if tensor.is_sparse else tensor
        digest.update(dense.cpu().reshape(-1).view(torch.uint8).numpy().tobytes())
    return digest.hexdigest()


def _call(make: Any) -> str:
    """Return a factory of optimizers as a call, such as ``SGD(lr=0.1)``."""
    if isinstance(make, partial):
        arguments = [
            *map(repr, make.args),
            *(f"{k}={v!r}" for k, v in make.keywords.items()),
        ]
        return f"{_call(make.func).removesuffix('()')}({', '.join(arguments)})"
    if inspect.isclass(make) or inspect.isroutine(make):
        return f"{make.__qualname__}()"
    return type(make).__name__


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _hash_path(path: Path) -> str:
    """Return the hash of a file, or of all files of a folder."""
    if not path.is_dir():
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    files = sorted(path.iterdir())
    return _hash(
        "".join(f"{file.name} {_hash_path(file)}\n" for file in files).encode()
    )
