"""What a step is made of: an optimizer, and what else is done with it."""

from __future__ import annotations

import dataclasses
import fnmatch
import functools
import inspect
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from animator.base.checks import quoted
from animator.base.errors import SceneError

if TYPE_CHECKING:
    import torch

    MakeOptimizer = Callable[[Iterable[Any]], torch.optim.Optimizer]
    MakeScheduler = Callable[[Any], Any]


@dataclass(frozen=True, slots=True, eq=False)
class Setting:
    """An optimizer with its hyperparameters, and what else is done in each step.

    Attributes:
        optimizer: what makes it of a model's parameters, such as
            ``partial(SGD, lr=0.1)``.
        scheduler: what makes a learning-rate scheduler of the optimizer, such as
            ``partial(CosineAnnealingLR, T_max=100)``; it steps after each step of the
            optimizer, and one that wants a loss gets the step's full one.
        clip_norm: the largest norm of all gradients together, as
            `torch.nn.utils.clip_grad_norm_` has it.
        clip_value: the largest size of each gradient, as
            `torch.nn.utils.clip_grad_value_` has it.
        batch_size: how many of the problem's points a step sees; all if not given.
            They are drawn as a `torch.utils.data.DataLoader` does with
            ``shuffle=True``: all points once, in an order of chance, then again.
        seed: of that order, and of what else is left to chance, such as dropout.
        groups: hyperparameters of some parameters, by their names, in which ``*``
            stands for anything: ``{"bias": {"lr": 0.5}}``. The others have those of
            the optimizer.

    Raises:
        SceneError: a number is out of its range.
    """

    optimizer: MakeOptimizer
    scheduler: MakeScheduler | None = None
    clip_norm: float | None = None
    clip_value: float | None = None
    batch_size: int | None = None
    seed: int = 0
    groups: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("optimizer", "scheduler"):
            make = getattr(self, name)
            if not callable(make) and (name == "optimizer" or make is not None):
                raise SceneError(
                    f"Setting: {name} is {quoted(make)}; give what makes one, such as "
                    "partial(SGD, lr=0.1)"
                )
        for name in ("clip_norm", "clip_value"):
            value = getattr(self, name)
            if value is not None and not (
                isinstance(value, int | float) and 0 < value < math.inf
            ):
                raise SceneError(f"Setting: {name} is {value!r}; give a number above 0")
        for name, least in (("batch_size", 1), ("seed", 0)):
            value = getattr(self, name)
            if (value is None and name == "batch_size") or (
                isinstance(value, int)
                and not isinstance(value, bool)
                and least <= value < 2**63
            ):
                continue
            raise SceneError(
                f"Setting: {name} is {value!r}; give a whole number, at least {least}, "
                "below 2**63"
            )

    def build(self, model: torch.nn.Module) -> torch.optim.Optimizer:
        """Make the optimizer of a model's parameters.

        Raises:
            SceneError: a group has no parameters, or the optimizer cannot be used.
        """
        optimizer = self.optimizer(self._groups(model))
        if type(optimizer).__name__ == "SparseAdam":
            raise SceneError(
                "SparseAdam takes sparse gradients only, which a loss over a map does "
                "not have; give Adam"
            )
        if optimizer.defaults.get("differentiable"):
            raise SceneError(
                "torch refuses differentiable=True for the parameters of a model, "
                "which are leaves; leave it out"
            )
        return optimizer

    def _groups(self, model: torch.nn.Module) -> Iterable[Any]:
        """Return the parameters, in groups if there are such."""
        if not self.groups:
            return model.parameters()
        left = dict(model.named_parameters())
        found: list[dict[str, Any]] = []
        for pattern, changes in self.groups.items():
            names = fnmatch.filter(left, pattern)
            if not names:
                raise SceneError(
                    f"group {pattern!r} has no parameters; give one of "
                    f"{', '.join(left) or 'those that no other group has'}"
                )
            found.append({"params": [left.pop(name) for name in names], **changes})
        return [{"params": list(left.values())}, *found] if left else found


def setting_of(setting: Setting | MakeOptimizer) -> Setting:
    """Return a setting; a bare optimizer is made into one."""
    return setting if isinstance(setting, Setting) else Setting(setting)


_OWN = ("clip_norm", "clip_value", "batch_size", "seed")


def value_of(setting: Setting, name: str) -> Any:
    """Return the value that a setting names for a hyperparameter, or none."""
    if name in _OWN:
        return getattr(setting, name)
    return getattr(setting.optimizer, "keywords", {}).get(name)


def with_value(setting: Setting, name: str, value: Any) -> Setting:
    """Return a setting with another value of a hyperparameter.

    Raises:
        SceneError: the optimizer is written as something that takes no other value.
    """
    if name in _OWN:
        changes = {name: value}
    else:
        make: Any = setting.optimizer
        if not (inspect.isclass(make) or isinstance(make, functools.partial)):
            raise SceneError(
                f"is no functools.partial, so {name} cannot be set; "
                "write it as partial(SGD, lr=0.1)"
            )
        changes = {"optimizer": functools.partial(make, **{name: value})}
    return dataclasses.replace(setting, **changes)
