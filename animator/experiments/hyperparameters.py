"""Gets and sets the hyperparameters of settings by name."""

from __future__ import annotations

import dataclasses
import functools
import inspect
from collections.abc import Mapping
from typing import Any

from animator.base.errors import SceneError
from animator.experiments.setting import Setting

_OWN = (
    "clip_norm", "clip_value", "batch_size", "seed", "accumulate", "start", "seeds"
)  # fmt: skip


def value_of(setting: Setting, name: str) -> Any:
    """Return the value of a setting's hyperparameter, or None."""
    if name in _OWN:
        return getattr(setting, name)
    makers = setting.optimizer
    for make in makers.values() if isinstance(makers, Mapping) else (makers,):
        value = getattr(make, "keywords", {}).get(name)
        if value is not None:
            return value
    return None


def accepts(setting: Setting, name: str) -> bool:
    """Return whether a setting, or one of its optimizers, has a hyperparameter."""
    makers = setting.optimizer
    each = makers.values() if isinstance(makers, Mapping) else (makers,)
    return name in _OWN or any(_takes(make, name) for make in each)


def _takes(make: Any, name: str) -> bool:
    """Return whether a partial or a class takes an argument of a name."""
    func = make.func if isinstance(make, functools.partial) else make
    try:
        parameters = inspect.signature(func).parameters
    except (TypeError, ValueError):  # its arguments are not known
        return True
    kinds = {parameter.kind for parameter in parameters.values()}
    return name in parameters or inspect.Parameter.VAR_KEYWORD in kinds


def _usual_value(make: Any, name: str) -> Any:
    """Return the value of an argument, or else its default; None if unknown."""
    if name in getattr(make, "keywords", {}):
        return make.keywords[name]
    func = make.func if isinstance(make, functools.partial) else make
    try:
        parameter = inspect.signature(func).parameters.get(name)
    except (TypeError, ValueError):
        return None
    return None if parameter is None else parameter.default


def with_value(setting: Setting, name: str, value: Any) -> Setting:
    """Return a copy of a setting with a new value of a hyperparameter.

    Of several optimizers, those that already set it get the new value; if none does,
    all of them get it.

    Raises:
        SceneError: the optimizer is not a `functools.partial`, or a number would be
            replaced by a bool.
    """
    if name in _OWN:
        return dataclasses.replace(setting, **{name: value})
    makers = setting.optimizer
    if not isinstance(makers, Mapping):
        return dataclasses.replace(setting, optimizer=_replaced(makers, name, value))
    naming = [k for k, make in makers.items() if name in getattr(make, "keywords", {})]
    changed = {
        pattern: _replaced(make, name, value) if pattern in (naming or makers) else make
        for pattern, make in makers.items()
    }
    return dataclasses.replace(setting, optimizer=changed)


def _replaced(make: Any, name: str, value: Any) -> functools.partial[Any]:
    if not (inspect.isclass(make) or isinstance(make, functools.partial)):
        raise SceneError(
            f"is not a functools.partial, so {name} cannot be set; "
            "write it as partial(SGD, lr=0.1)"
        )
    usual = _usual_value(make, name)
    is_number = isinstance(usual, int | float) and not isinstance(usual, bool)
    if isinstance(value, bool) and is_number:  # Python would compute with it
        raise SceneError(f"{name} is {value}; give a number")
    if isinstance(make, functools.partial):  # Python may not merge nested partials
        keywords = {**make.keywords, name: value}
        return functools.partial(make.func, *make.args, **keywords)
    return functools.partial(make, **{name: value})
