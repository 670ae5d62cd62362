"""Compares a job that was rendered again with its entry in a manifest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from animator.base.errors import SceneError
from animator.batch.entries import Entry
from animator.batch.manifest import versions


def differences(before: Entry, after: Entry) -> list[str]:
    """Return the differences of a job's clips, the most informative one first.

    Args:
        before: the job's entry in the manifest.
        after: the entry of the same job, rendered again.

    Raises:
        SceneError: the manifest's entry is not complete.
    """
    try:
        return list(_differences(before, after))
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise SceneError(
            f"the manifest's entry of {after['name']} is not complete; write it anew"
        ) from error


def _differences(before: Entry, after: Entry) -> Iterator[str]:
    for old, new in zip(before["scenes"], after["scenes"], strict=True):
        if old["sha256"] != new["sha256"]:
            yield f"{Path(old['path']).name} has changed"
        yield from _path_differences(old["experiments"], new["experiments"])
    yield from _sweep_differences(
        before.get("combinations", []), after.get("combinations", [])
    )
    for old, new in zip(before["pictures"], after["pictures"], strict=False):
        yield from _frame_differences(old["frames"], new["frames"])
    for old, new in zip(before["files"], after["files"], strict=True):
        if old["sha256"] != new["sha256"]:
            yield f"{old['name']} differs: {new['bytes']:,} bytes, not {old['bytes']:,}"


def _sweep_differences(
    before: Sequence[Entry], after: Sequence[Entry]
) -> Iterator[str]:
    """Yield the combinations of values whose trajectories differ."""
    if [old["values"] for old in before] != [new["values"] for new in after]:
        yield "the values of its sliders are others"
        return
    for old, new in zip(before, after, strict=True):
        values = ", ".join(f"{name}={value}" for name, value in old["values"].items())
        for text in _path_differences(old["experiments"], new["experiments"]):
            yield f"{values}: {text}"


def _frame_differences(before: Sequence[str], after: Sequence[str]) -> Iterator[str]:
    if len(before) != len(after):
        yield f"it has {len(after)} frames, not {len(before)}"
    pairs = enumerate(zip(before, after, strict=False))
    changed = [frame for frame, (old, new) in pairs if old != new]
    if changed:
        yield (
            f"{len(changed)} of {len(before)} frames differ, "
            f"the first is frame {changed[0]}"
        )


def _path_differences(before: Sequence[Entry], after: Sequence[Entry]) -> Iterator[str]:
    """Yield the settings whose trajectories differ."""
    if len(before) != len(after):
        yield f"{len(after)} experiments, not {len(before)}"
        return
    for old, new in zip(before, after, strict=True):
        old_runs, new_runs = _by_name(old["settings"]), _by_name(new["settings"])
        if list(old_runs) != list(new_runs):
            yield f"{new['problem']}: settings {list(new_runs)}, not {list(old_runs)}"
        for label in old_runs.keys() & new_runs.keys():
            was, now = old_runs[label], new_runs[label]
            if was["sha256"] != now["sha256"]:
                ends = f"ends with a loss of {now['loss']}, not {was['loss']}"
                yield f"{new['problem']}, {label!r}: another trajectory; it {ends}"
            yield from (
                f"{new['problem']}, {label!r}: {text}"
                for text in _series_differences(
                    was.get("series", {}), now.get("series", {})
                )
            )


def _series_differences(
    before: Mapping[str, Entry], after: Mapping[str, Entry]
) -> Iterator[str]:
    """Yield the series of a setting that differ; older manifests have no series."""
    for name in before:
        if name not in after:
            yield f"{name} is not logged any more"
        elif before[name]["sha256"] != after[name]["sha256"]:
            last = f"{after[name]['last']}, not {before[name]['last']}"
            yield f"{name} differs; it ends with {last}"


def _by_name(runs: Sequence[Entry]) -> dict[str, Entry]:
    """Return runs by their labels; runs with the same label, by label and seed."""
    labels = [run["label"] for run in runs]
    return {
        label if labels.count(label) == 1 else f"{label}, seed {run['seed']}": run
        for label, run in zip(labels, runs, strict=True)
    }


def version_differences(before: Mapping[str, str]) -> Iterator[str]:
    """Yield the packages whose versions differ."""
    for name, version in versions().items():
        if before.get(name) != version:
            yield f"{name} is {version}, was {before.get(name, 'not there')}"
