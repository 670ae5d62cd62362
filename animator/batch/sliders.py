"""Adds sliders to the jobs of the command."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from animator.base.errors import SceneError
from animator.batch.jobs import Job
from animator.batch.names import portable_name, value_in_name
from animator.encoders.registry import format_of
from animator.scenes.sliders import Slider

_MOST_IN_TUPLE = 2
"""Up to this number, a list of values may be meant as a tuple, such as betas."""


def is_page(path: Path) -> bool:
    """Return whether a file is a web page, which can have sliders."""
    return format_of(path).page


def sliders_in(changes: Iterable[tuple[str, Any]]) -> list[Slider]:
    """Return the sliders among the values of ``--set``.

    Raises:
        SceneError: a hyperparameter has a range and another value.
    """
    changes = list(changes)
    names = [name for name, _ in changes]
    sliders = [value for _, value in changes if isinstance(value, Slider)]
    for slider in sliders:
        if names.count(slider.name) > 1:
            raise SceneError(
                f"--set {slider.name} has {_described(slider)}, and also another "
                "value; give one of them"
            )
    return sliders


def with_sliders(
    jobs: Sequence[Job], sliders: Sequence[Slider], *, sweep: bool
) -> list[Job]:
    """Add sliders to jobs: pages show them, and clips run over their values.

    Args:
        jobs: the jobs.
        sliders: the sliders of ``--set``.
        sweep: whether clips run over the values of a slider.

    Raises:
        SceneError: a format cannot show sliders, or there are too many of them.
    """
    targets = [target for job in jobs for target in job.targets]
    if sweep:
        _check_sweep(targets, sliders)
    clips = [target for target in targets if not is_page(target)]
    if sliders and clips and not sweep:
        slider = sliders[0]
        values = " ".join(f"--set {slider.name}={text}" for text in slider.texts[:2])
        listed = ",".join(slider.texts)
        is_pair = len(slider.texts) <= _MOST_IN_TUPLE
        pair = f", or --set '{slider.name}=({listed})' for a tuple" if is_pair else ""
        raise SceneError(
            f"--set {slider.name} has {_described(slider)}, and "
            f"{format_of(clips[0]).name} shows one: give -f html for a page with a "
            f"slider, --sweep for a clip that runs over them, or {values} for a clip "
            f"of each{pair}"
        )
    ends = [f"{slider.texts[0]}..{slider.texts[-1]}" for slider in sliders]
    added = [
        value_in_name(slider.name, end.replace(" ", ""))
        for slider, end in zip(sliders, ends, strict=True)
    ]
    added = added or ["sweep"] * sweep
    return [replace(_named(job, added), sliders=sliders, sweep=sweep) for job in jobs]


def _check_sweep(targets: Sequence[Path], sliders: Sequence[Slider]) -> None:
    """Raise `SceneError` if ``--sweep`` does not support the formats or sliders."""
    for target in targets:
        if format_of(target).still:
            raise SceneError(
                f"--sweep makes clips, and {format_of(target).name} is a still; give "
                "another -f"
            )
    if all(map(is_page, targets)):
        raise SceneError("--sweep makes clips, and a page has sliders; leave it out")
    if len(sliders) > 1:
        names = " and ".join(slider.name for slider in sliders)
        raise SceneError(
            f"--sweep runs over one hyperparameter, and {names} have several values; "
            "give a single value of the others, or -f html for a slider of each"
        )


def _named(job: Job, added: Sequence[str]) -> Job:
    """Add the hyperparameters that vary to the names of a job and its files."""
    if not added:
        return job
    name = portable_name("_".join([job.name, *added]))
    targets = [
        target.with_name(name + target.suffix) if target.stem == job.name else target
        for target in job.targets
    ]
    return replace(job, name=name, targets=targets)


def _described(slider: Slider) -> str:
    """Describe a slider by its number of values, the first and the last value."""
    return f"{len(slider.values)} values, {slider.texts[0]} to {slider.texts[-1]}"
