"""A setting: an optimizer with its hyperparameters, and what else a step does."""

from __future__ import annotations

import fnmatch
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from animator.base.checks import is_integer, is_number, quoted
from animator.base.errors import SceneError
from animator.base.quoting import short_repr
from animator.experiments.advice import maker_fix
from animator.experiments.optimizers import matched
from animator.experiments.seeds import check_seeds, seeds_from
from animator.experiments.starts import Start, kept_start

if TYPE_CHECKING:
    import torch

    MakeOptimizer = Callable[[Iterable[Any]], Any]
    MakeScheduler = Callable[[Any], Any]
    StepCallback = Callable[[str, int], None]


@dataclass(frozen=True, slots=True, eq=False)
class Setting:
    """An optimizer with its hyperparameters, and what else is done in each step.

    Attributes:
        optimizer: a function that makes it from a list of parameters, such as
            ``partial(SGD, lr=0.1)``. Several optimizers share the parameters by name,
            where ``*`` stands for anything and the first match counts: ``{"*.bias":
            partial(SGD, lr=0.1), "*": partial(Adam, lr=0.01)}``; or a function returns
            a list of them: ``lambda params: [Muon([p for p in params if p.ndim == 2]),
            AdamW([p for p in params if p.ndim != 2])]``.
        scheduler: a function that makes a learning-rate scheduler for the optimizer,
            such as ``partial(CosineAnnealingLR, T_max=100)``; of several optimizers
            each gets one of its own, or those of a list with one for each. It steps
            after each step of the optimizer, and one that needs a loss gets the loss
            over all data.
        clip_norm: the largest norm of all gradients together, as
            `torch.nn.utils.clip_grad_norm_` has it.
        clip_value: the largest size of each gradient, as
            `torch.nn.utils.clip_grad_value_` has it.
        batch_size: how many of the problem's points a step sees; all if not given.
            They are drawn as a `torch.utils.data.DataLoader` does with
            ``shuffle=True``: all points once, in a random order, then again.
        seed: for that order and for all other random numbers, such as dropout's.
        groups: hyperparameters of some parameters, by their names, in which ``*``
            stands for anything: ``{"bias": {"lr": 0.5}}``. The others have those of
            the optimizer.
        accumulate: how many batches make a step: their losses, each divided by this
            number, give the gradient together.
        closure: whether the optimizer's ``step`` gets a closure. If not given, it gets
            one if it asks for it.
        create_graph: whether ``backward`` keeps the graph of the gradient, as
            optimizers that use the Hessian need. If not given, it does if the optimizer
            needs it.
        start: where it starts, if not where its problem does: two numbers on the map,
            such as ``(-3, 3)``; for a network a state dict, or a function that makes a
            model. A function is called at the beginning of each run, with random
            numbers seeded; it may also return two numbers.
        seeds: how many times it runs, each time with another seed: ``seeds=5`` counts
            from `seed`, ``seeds=[3, 8]`` lists them. The paths of these runs have one
            colour, and curves show their median and a band.

    Raises:
        SceneError: a number is out of its range.
    """

    optimizer: MakeOptimizer | Mapping[str, MakeOptimizer]
    scheduler: MakeScheduler | Sequence[MakeScheduler | None] | None = None
    clip_norm: float | None = None
    clip_value: float | None = None
    batch_size: int | None = None
    seed: int = 0
    groups: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    accumulate: int = 1
    closure: bool | None = None
    create_graph: bool | None = None
    start: Start | None = None
    seeds: int | Sequence[int] | None = None

    __repr__ = short_repr

    def __post_init__(self) -> None:
        self._check_makers()
        for name in ("clip_norm", "clip_value"):
            value = getattr(self, name)
            if value is not None and not (is_number(value) and value > 0):
                raise SceneError(f"Setting: {name} is {value!r}; give a number above 0")
        for name, least in (("batch_size", 1), ("seed", 0), ("accumulate", 1)):
            value = getattr(self, name)
            if value is None and name == "batch_size":
                continue
            if not is_integer(value, least, 2**63 - 1):
                raise SceneError(
                    f"Setting: {name} is {value!r}; give a whole number, at least "
                    f"{least}, below 2**63"
                )
        for name in ("closure", "create_graph"):
            value = getattr(self, name)
            if value is not None and not isinstance(value, bool):
                raise SceneError(
                    f"Setting: {name} is {quoted(value)}; give True or False"
                )
        object.__setattr__(self, "start", kept_start("Setting", self.start))
        check_seeds(self.seeds)

    @property
    def members(self) -> tuple[Setting, ...]:
        """The setting once for each of its seeds."""
        if self.seeds is None:
            return (self,)
        seeds = seeds_from(self.seed, self.seeds)
        return tuple(replace(self, seed=seed, seeds=None) for seed in seeds)

    def _check_makers(self) -> None:
        optimizers = self.optimizer
        if isinstance(optimizers, Mapping):
            good = bool(optimizers) and all(map(callable, optimizers.values()))
        else:
            good = callable(optimizers)
        if not good:
            raise SceneError(
                f"Setting: optimizer is {quoted(optimizers)}; "
                f"{maker_fix(optimizers, 'give what makes one, such as')}"
            )
        if not isinstance(self.groups, Mapping) or not all(
            isinstance(changes, Mapping) for changes in self.groups.values()
        ):
            raise SceneError(
                f"Setting: groups is {quoted(self.groups)}; give hyperparameters by "
                'the names of parameters, such as {"bias": {"lr": 0.5}}'
            )
        if isinstance(self.optimizer, Mapping) and self.groups:
            raise SceneError(
                "Setting: groups are for one optimizer; of several, give each its own "
                "parameters by name"
            )
        for scheduler in self._scheduler_list():
            if scheduler is not None and not callable(scheduler):
                raise SceneError(
                    f"Setting: scheduler is {quoted(scheduler)}; give what makes one, "
                    "such as partial(StepLR, step_size=10)"
                )

    def _scheduler_list(self) -> Sequence[MakeScheduler | None]:
        if isinstance(self.scheduler, Sequence) and not isinstance(self.scheduler, str):
            return self.scheduler
        return [self.scheduler]

    def build(self, model: torch.nn.Module) -> list[Any]:
        """Make the optimizers of a model's parameters.

        Raises:
            SceneError: a group has no parameters, or the optimizer cannot be used.
        """
        if isinstance(self.optimizer, Mapping):
            parts = matched(model, self.optimizer)
            built = [make(params) for make, params in parts]
        else:
            made = self.optimizer(self._groups(model))
            built = list(made) if isinstance(made, list | tuple) else [made]
        for optimizer in built:
            if not callable(getattr(optimizer, "step", None)):
                raise SceneError(
                    f"the optimizer is {quoted(optimizer)}, which has no step(); give "
                    "what makes one, such as partial(SGD, lr=0.1)"
                )
            _check_parameters(optimizer, model)
            if getattr(optimizer, "defaults", {}).get("differentiable"):
                raise SceneError(
                    "torch refuses differentiable=True for the parameters of a model, "
                    "which are leaves; leave it out"
                )
        return built

    def build_schedulers(self, optimizers: Sequence[Any]) -> list[Any]:
        """Make the schedulers of the optimizers.

        Raises:
            SceneError: there are not as many as optimizers.
        """
        makers = self._scheduler_list()
        if len(makers) == 1:
            makers = [makers[0]] * len(optimizers)
        if len(makers) != len(optimizers):
            raise SceneError(
                f"{len(makers)} schedulers for {len(optimizers)} optimizers; give one "
                "for each, or one for all"
            )
        return [
            make(optimizer)
            for make, optimizer in zip(makers, optimizers, strict=True)
            if make is not None
        ]

    def _groups(self, model: torch.nn.Module) -> list[Any]:
        """Return the parameters, in groups if the setting has groups."""
        if not self.groups:
            return list(model.parameters())
        left = dict(model.named_parameters())
        groups: list[dict[str, Any]] = []
        for pattern, changes in self.groups.items():
            names = fnmatch.filter(left, pattern)
            if not names:
                raise SceneError(
                    f"group {pattern!r} has no parameters; give one of "
                    f"{', '.join(left) or 'those that no other group has'}"
                )
            groups.append({"params": [left.pop(name) for name in names], **changes})
        return [{"params": list(left.values())}, *groups] if left else groups


def _check_parameters(optimizer: Any, model: torch.nn.Module) -> None:
    """Raise `SceneError` if an optimizer trains what is no parameter of the model."""
    own = {id(parameter) for parameter in model.parameters()}
    groups = getattr(optimizer, "param_groups", ())
    trained = [id(member) for group in groups for member in group["params"]]
    if own.issuperset(trained):
        return
    name = type(optimizer).__name__
    if own.isdisjoint(trained):
        raise SceneError(
            f"{name} trains other parameters than those that it is given; write "
            f"lambda params: {name}(params, ...)"
        )
    raise SceneError(
        f"{name} also trains a tensor that is no parameter of the model, so that no "
        "run would begin with it as it is now; make it one, as a torch.nn.Parameter"
    )


def setting_of(setting: Setting | MakeOptimizer) -> Setting:
    """Return a setting; a bare optimizer is made into one."""
    return setting if isinstance(setting, Setting) else Setting(setting)
