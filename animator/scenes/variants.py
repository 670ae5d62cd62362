"""Makes variants of a scene: replaces hyperparameters, also in labels and titles."""

from __future__ import annotations

import copy
import dataclasses
import itertools
import re
from collections.abc import Callable, Container, Mapping
from typing import Any

from animator.base.callers import calling_place
from animator.base.errors import SceneError, placed
from animator.experiments.experiment import Experiment
from animator.experiments.hyperparameters import accepts, value_of, with_value
from animator.experiments.own_loop import Recorder
from animator.experiments.setting import Setting, setting_of
from animator.experiments.trajectory import Trajectory
from animator.experiments.tuned import Search, Tuned
from animator.panels import Panel
from animator.scenes.affected import changes_of
from animator.scenes.scene import Scene, check_scene


def vary(scene: Scene, **changes: Any) -> Scene:
    """Return a copy of a scene with other hyperparameters.

    A setting that specifies a hyperparameter gets the new value, and its label and
    titles change accordingly. If no setting of an experiment specifies it, it is added
    to those whose optimizers take it. Captions are dropped, because they may no longer
    be true.

    Args:
        scene: the scene; its optimizers must be written as `functools.partial`.
        changes: new values of arguments of the optimizer, such as ``momentum=0.5``, or
            of a `Setting`, such as ``batch_size=8`` or ``start=(-3, 3)``.

    Raises:
        SceneError: a setting is not a partial, torch rejects a value, or all runs were
            recorded elsewhere.
    """
    check_scene("vary", scene)
    try:
        return varied_scene(scene, changes)
    except SceneError as error:
        error.place = calling_place() or error.place
        raise


def varied_scene(scene: Scene, changes: Mapping[str, Any]) -> Scene:
    """Return a copy of a scene with other hyperparameters, as `vary` does.

    Raises:
        SceneError: as in `vary`; its place is the line that creates the experiment.
    """
    if not changes:
        return scene
    texts = LabelUpdater({name: str(value) for name, value in changes.items()})
    if not any(map(can_vary, scene.experiments)):
        raise SceneError(
            "vary: all runs of the scene were recorded elsewhere, so "
            f"{', '.join(changes)} cannot be set"
        )
    new = {}
    for old in scene.experiments:
        own = changes_of(scene, old, changes)
        with placed(old.made_at):
            new[old] = varied(old, own, texts)
    panels = [replace_experiments(panel, new, texts) for panel in scene.panels]
    return dataclasses.replace(
        scene,
        panels=panels,
        title=texts.updated_title(scene.title),
        caption="",
        captions={},
        sliders={n: v for n, v in scene.sliders.items() if n not in changes},
    )


class LabelUpdater:
    """Rewrites numbers in labels and titles."""

    def __init__(self, shown: Mapping[str, str]) -> None:
        """Take a dict from hyperparameters to the texts of their new values."""
        self._shown = shown
        self._old: dict[str, set[str]] = {name: set() for name in shown}

    def add_replaced(self, name: str, value: object) -> None:
        """Register a value that was replaced."""
        self._old[name].add(str(value))

    def updated(self, text: str) -> str:
        """Return a text with the replaced values updated."""
        for name, olds in self._old.items():
            for old in sorted(olds):
                number = rf"(?<![\d.]){re.escape(old)}(?!\.?\d)"
                named = rf"(\b{name.replace('_', '[ _]')}[ =]*){number}"
                value = self._shown[name]
                text, count = re.subn(named, rf"\g<1>{value}", text)
                if not count:
                    text = re.sub(number, value, text)
        return text

    def updated_title(self, title: str) -> str:
        """Return a title with the new values."""
        new = self.updated(title)
        for name, value in self._shown.items():
            if not re.search(rf"(?<![\d.]){re.escape(value)}(?!\.?\d)", new):
                new = f"{new}, {name.replace('_', ' ')} {value}".removeprefix(", ")
        return new


def can_vary(experiment: Experiment) -> bool:
    """Return whether an experiment has a setting that is not recorded yet."""
    settings = experiment.settings
    return isinstance(settings, Tuned) or any(
        not isinstance(setting, Recorder | Trajectory) for setting in settings.values()
    )


def varied(
    experiment: Experiment,
    changes: Mapping[str, Any],
    texts: LabelUpdater,
    remake: Callable[..., Experiment] = dataclasses.replace,
) -> Experiment:
    """Return an experiment with other hyperparameters.

    Args:
        experiment: the experiment.
        changes: a dict from the names of hyperparameters to new values.
        texts: rewrites the labels; replaced values are registered with it.
        remake: called with the experiment and its new `settings`.
    """
    if isinstance(experiment.settings, Tuned):
        return _vary_tuned(experiment, experiment.settings, changes, texts)
    fixed = {
        label: setting
        for label, setting in experiment.settings.items()
        if isinstance(setting, Recorder | Trajectory)
    }
    settings = {
        label: setting_of(setting)
        for label, setting in experiment.settings.items()
        if not isinstance(setting, Recorder | Trajectory)
    }
    for name, value in changes.items():
        _change_value(settings, name, value, texts, experiment)
    varied = {label: (settings | fixed)[label] for label in experiment.settings}
    renamed: dict[str, Any] = {}
    for label, setting in varied.items():
        renamed[_unique_label(texts.updated(label), renamed)] = setting
    return remake(experiment, settings=renamed)


def _change_value(
    settings: dict[str, Setting],
    name: str,
    value: Any,
    texts: LabelUpdater,
    experiment: Experiment,
) -> None:
    """Change a hyperparameter in the settings that specify it, or else that accept it.

    Raises:
        SceneError: a setting rejects the value.
    """
    named = [
        label
        for label, setting in settings.items()
        if name != "seeds" and value_of(setting, name) is not None
    ]
    accepting = [label for label, own in settings.items() if accepts(own, name)]
    for label in named or accepting or settings:  # each setting has seeds
        old = value_of(settings[label], name)
        if old is not None:
            texts.add_replaced(name, old)
        try:
            settings[label] = with_value(settings[label], name, value)
        except SceneError as error:
            raise SceneError(f"{experiment}: setting {label!r}: {error}") from error


def _vary_tuned(
    experiment: Experiment,
    tuned: Tuned,
    changes: Mapping[str, Any],
    texts: LabelUpdater,
) -> Experiment:
    """Return an experiment with other hyperparameters whose search is repeated.

    A searched hyperparameter that changes is fixed at its new value.
    """
    fixed = {label: search.first() for label, search in tuned.searches.items()}
    searched = {name for each in tuned.searches.values() for name in each.space}
    others = {name: value for name, value in changes.items() if name not in searched}
    plain = dataclasses.replace(experiment, settings=fixed)
    settings = varied(plain, others, texts).settings
    searches = {}
    for (label, setting), old in zip(
        settings.items(), tuned.searches.values(), strict=True
    ):
        new = {name: (changes[name],) for name in old.space if name in changes}
        searches[label] = Search(setting_of(setting), {**old.space, **new})  # type: ignore[arg-type]
    return dataclasses.replace(experiment, settings=tuned.varied(searches))


def _unique_label(label: str, others: Container[str]) -> str:
    """Return a label, with a number appended if it is already used."""
    numbers = (f"{label} ({number})" for number in itertools.count(2))
    return next(
        text for text in itertools.chain([label], numbers) if text not in others
    )


def replace_experiments(
    value: Any, new: Mapping[Experiment, Experiment], texts: LabelUpdater
) -> Any:
    """Return a panel, or a value inside it, with its experiments replaced."""
    if isinstance(value, Experiment):
        return new.get(value, value)
    if isinstance(value, list | tuple):
        return type(value)(replace_experiments(item, new, texts) for item in value)
    if not isinstance(value, Panel):
        return value
    if dataclasses.is_dataclass(value):
        fields = {
            field.name: replace_experiments(getattr(value, field.name), new, texts)
            for field in dataclasses.fields(value)
            if field.init
        }
        if isinstance(fields.get("title"), str):
            fields["title"] = texts.updated(fields["title"])
        return dataclasses.replace(value, **fields)
    copied = copy.copy(value)
    try:
        new_experiment = replace_experiments(value.experiment, new, texts)
        copied.experiment = new_experiment  # type: ignore[misc]
    except AttributeError as error:
        raise SceneError(
            f"{type(value).__name__} cannot be given another experiment; "
            "make it a dataclass"
        ) from error
    return copied
