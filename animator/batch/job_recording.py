"""Loads and records the scenes of a job."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from animator.base.cache import Cache
from animator.base.checks import quoted
from animator.base.errors import SceneError, placed
from animator.base.interrupts import check_interrupted
from animator.batch.jobs import Job, Variant
from animator.batch.pace import Pace
from animator.experiments.details import NOTHING, Needs
from animator.experiments.experiment import Experiment
from animator.experiments.recorder import Recording, Recordings, record_all
from animator.scenes.loader import load, located
from animator.scenes.scene import Scene
from animator.scenes.variants import varied_scene


def varied_scenes(job: Job) -> Iterator[tuple[Variant, Scene]]:
    """Yield each variant of a job with its scene; each file is loaded once.

    Raises:
        SceneError: a scene cannot be loaded or changed; the message names its file.
    """
    paths = dict.fromkeys(variant.path for variant in job.variants)
    loaded = {path: load(path) for path in paths}
    for variant in job.variants:
        with located(variant.path):
            scene = _varied_scene(loaded[variant.path], variant.changes)
        yield variant, scene


def _varied_scene(scene: Scene, changes: Mapping[str, Any]) -> Scene:
    """Return a scene with other hyperparameters.

    Raises:
        SceneError: a change fails; the message begins with the ``--set`` options.
    """
    try:
        return varied_scene(scene, changes)
    except SceneError as error:
        options = " ".join(f"--set {name}={quoted(v)}" for name, v in changes.items())
        raise SceneError(f"{options}: {error}") from error


def record_variants(
    varied: Sequence[tuple[Variant, Scene]],
    steps: int | None,
    cache: Cache,
    pace: Pace,
) -> tuple[Recordings, list[tuple[Variant, Recording]]]:
    """Record variants, or read their recordings from a cache.

    Args:
        varied: each variant with its scene.
        steps: the number of steps, instead of the experiments' own.
        cache: the cache for the recordings.
        pace: reports the progress.

    Returns:
        The recordings by experiment, and each recording with its variant.

    Raises:
        SceneError: a run failed; the message names the scene's file.
    """
    recordings: Recordings = {}
    recorded: list[tuple[Variant, Recording]] = []
    for variant, scene in varied:
        for experiment in scene.experiments:
            with located(variant.path):
                needs = scene.needs.get(experiment, NOTHING)
                found = _record(experiment, steps, cache, pace, needs)
            recordings |= found
            recorded += [(variant, recording) for recording in found.values()]
    return recordings, recorded


def _record(
    experiment: Experiment,
    steps: int | None,
    cache: Cache,
    pace: Pace,
    needs: Needs,
) -> Recordings:
    """Record an experiment, or read it from the cache; report the progress."""

    def tuned(label: str, step: int) -> None:
        check_interrupted()
        pace.add(f"tuning {label}, step {step:,}")

    def trained(label: str, step: int) -> None:
        check_interrupted()
        pace.add(f"training {label}, step {step:,} of {count:,}")

    pace.begin(("tuning", experiment), "step")
    with placed(experiment.made_at):
        count = experiment.tuned(cache, tuned).count_steps(steps)
    pace.begin(("training", experiment), "step")
    return record_all([experiment], steps, cache, trained, {experiment: needs})
