"""Sweeps: a scene for each combination of the values of its sliders."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from animator.base.errors import SceneError, placed
from animator.experiments.deferred import Deferred
from animator.experiments.experiment import Experiment
from animator.experiments.hyperparameters import value_of
from animator.experiments.own_loop import Recorder
from animator.experiments.setting import Setting, setting_of
from animator.experiments.trajectory import Trajectory
from animator.scenes.affected import changes_of
from animator.scenes.scene import Scene, check_scene
from animator.scenes.sliders import (
    MOST_COMBINATIONS,
    Slider,
    combinations,
    make_sliders,
)
from animator.scenes.variants import LabelUpdater, replace_experiments, varied

_STEP_BYTES = 10
"""The approximate size of a step of a run in a page, in bytes."""
_LARGEST = 100e6
"""The largest size of a page, in bytes."""


@dataclass(frozen=True, slots=True)
class Sweep:
    """A scene for each combination of the values of its sliders.

    Attributes:
        scene: the original scene, without its sliders.
        sliders: the hyperparameters that vary, and their values.
        chosen: for each combination, the index of the value of each slider.
        scenes: for each combination, `scene` with these values.
        variations: for each combination, a dict from the experiments of `scene` to
            those with these values.
    """

    scene: Scene
    sliders: Sequence[Slider]
    chosen: Sequence[tuple[int, ...]]
    scenes: Sequence[Scene]
    variations: Sequence[Mapping[Experiment, Experiment]]

    @property
    def first(self) -> int:
        """The index of the combination nearest to the original scene's values."""
        nearest = [_nearest(self.scene, slider) for slider in self.sliders]
        return self.chosen.index(tuple(nearest))

    def name_of(self, number: int) -> str:
        """Return the names and values of a combination as a text for messages."""
        pairs = zip(self.sliders, self.chosen[number], strict=True)
        return ", ".join(f"{s.name.replace('_', ' ')} {s.texts[k]}" for s, k in pairs)


def sweep_of(
    scene: Scene,
    given: Mapping[str, Iterable[Any]] | None = None,
    *,
    steps: int | None = None,
) -> Sweep:
    """Return the sweep of a scene over all combinations of hyperparameter values.

    Captions are dropped, because they may no longer be true, unless the sliders are
    the scene's own.

    Args:
        scene: the scene; its optimizers must be written as `functools.partial`.
        given: a dict from the names of hyperparameters to their values; defaults to
            the scene's own sliders.
        steps: the number of steps of each run; defaults to the experiments' own.

    Raises:
        SceneError: there are no sliders, there are too many combinations, or a setting
            is not a partial.
    """
    check_scene("sliders", scene)
    values = given or scene.sliders
    if not values:
        raise SceneError(
            "sliders: the scene has none; give values, such as momentum=[0.5, 0.9]"
        )
    sliders = make_sliders(values)
    scene = _with_shared_settings(scene)
    _check_count(scene, sliders, steps)
    chosen = combinations(sliders)
    own = set(values) <= set(scene.sliders)
    scenes, variations = [], []
    for number, indices in enumerate(chosen):
        pairs = list(zip(sliders, indices, strict=True))
        changes = {slider.name: slider.values[at] for slider, at in pairs}
        texts = LabelUpdater({slider.name: slider.texts[at] for slider, at in pairs})
        # Find wrong names, and values that torch rejects, early: try the ends first.
        remake = replace if number in (0, len(chosen) - 1) else with_settings
        new = {
            each: _varied(each, changes_of(scene, each, changes), texts, remake)
            for each in scene.experiments
        }
        variations.append(new)
        scenes.append(_with_experiments(scene, new, texts, captions=own))
    return Sweep(scene, sliders, chosen, scenes, variations)


def _check_count(scene: Scene, sliders: Sequence[Slider], steps: int | None) -> None:
    """Raise `SceneError` if there are more combinations than a page can hold."""
    counts = [len(slider.values) for slider in sliders]
    count = math.prod(counts)
    steps_in_all = sum(
        experiment.count_runs() * (experiment.count_steps(steps) + 1)
        for experiment in scene.experiments
    )
    size = _STEP_BYTES * steps_in_all * count
    if count <= MOST_COMBINATIONS and size <= _LARGEST:
        return
    product = f" ({' × '.join(f'{each:,}' for each in counts)})" if counts[1:] else ""
    raise SceneError(
        f"sliders: {', '.join(s.name for s in sliders)}: {count:,} combinations"
        f"{product} take about {size / 1e6:,.0f} MB; give at most "
        f"{MOST_COMBINATIONS:,} and {_LARGEST / 1e6:,.0f} MB: larger steps between "
        "values, or fewer sliders"
    )


def _varied(
    experiment: Experiment,
    changes: Mapping[str, Any],
    texts: LabelUpdater,
    remake: Callable[..., Experiment],
) -> Experiment:
    with placed(experiment.made_at):
        return varied(experiment, changes, texts, remake)


def with_settings(experiment: Experiment, *, settings: Mapping[str, Any]) -> Experiment:
    """Return an experiment with other settings, without checking them.

    Checking hundreds of settings takes seconds, and a run raises the same errors.
    """
    new = copy.copy(experiment)
    object.__setattr__(new, "settings", dict(settings))
    return new


def _with_shared_settings(scene: Scene) -> Scene:
    """Return a scene whose unchanged settings stay the same objects in all variants.

    Raises:
        SceneError: the settings of an experiment are searched.
    """
    new = {}
    for experiment in scene.experiments:
        if isinstance(experiment.settings, Deferred):
            with placed(experiment.made_at):
                raise SceneError(
                    f"{experiment}: sliders are not for settings that are searched; "
                    "write the optimizer with the values that were found"
                )
        settings = {
            label: given
            if isinstance(given, Recorder | Trajectory)
            else setting_of(given)
            for label, given in experiment.settings.items()
        }
        new[experiment] = with_settings(experiment, settings=settings)
    return _with_experiments(scene, new, LabelUpdater({}))


def _with_experiments(
    scene: Scene,
    new: Mapping[Experiment, Experiment],
    texts: LabelUpdater,
    *,
    captions: bool = True,
) -> Scene:
    """Return a scene, including its parts, with its experiments replaced."""
    changes: dict[str, Any] = {} if captions else {"caption": "", "captions": {}}
    return replace(
        scene,
        panels=[replace_experiments(panel, new, texts) for panel in scene.panels],
        parts=[
            _with_experiments(part, new, texts, captions=captions)
            for part in scene.parts
        ],
        title=texts.updated(scene.title),
        **changes,
    )


def _nearest(scene: Scene, slider: Slider) -> int:
    """Return the index of the slider value nearest to the value in the scene."""
    for experiment in scene.experiments:
        for setting in experiment.settings.values():
            own = (
                value_of(setting, slider.name) if isinstance(setting, Setting) else None
            )
            if own is None and slider.name == "start":
                own = getattr(experiment.problem, "start", None)
            if own is not None:
                return min(
                    range(len(slider.values)),
                    key=lambda index: _distance(slider.values[index], own),
                )
    return 0


def _distance(one: Any, other: Any) -> float:
    """Return the distance between two values; 0 or 1 if they are not numbers."""
    if isinstance(one, tuple) and isinstance(other, tuple | list):
        return sum(map(_distance, one, other))
    try:
        return abs(float(one) - float(other))
    except (TypeError, ValueError):
        return float(one != other)
