"""The settings of an experiment: an optimizer and the options of its steps."""

from __future__ import annotations

import fnmatch
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from animator.base.checks import is_integer, is_number, quoted
from animator.base.errors import SceneError
from animator.base.quoting import short_repr
from animator.experiments.advice import factory_fix
from animator.experiments.optimizers import match_parameters
from animator.experiments.seeds import check_seeds, seeds_from
from animator.experiments.starts import Start, check_start

if TYPE_CHECKING:
    import torch

    MakeOptimizer = Callable[[Iterable[Any]], Any]
    MakeScheduler = Callable[[Any], Any]
    StepCallback = Callable[[str, int], None]


@dataclass(frozen=True, slots=True, eq=False)
class Setting:
    """An optimizer with its hyperparameters, and the options of its training loop.

    Attributes:
        optimizer: a function that creates the optimizer from a list of parameters, such
            as ``partial(SGD, lr=0.1)``. For several optimizers, a dict from patterns of
            parameter names to such functions: ``{"*.bias": partial(SGD, lr=0.1), "*":
            partial(Adam, lr=0.01)}``. ``*`` matches any characters, and the first match
            is used. A function may also return a list of optimizers: ``lambda params:
            [Muon([p for p in params if p.ndim == 2]), AdamW([p for p in params if
            p.ndim != 2])]``.
        scheduler: a function that creates a learning-rate scheduler from an optimizer,
            such as ``partial(CosineAnnealingLR, T_max=100)``. With several optimizers,
            it is called for each of them, or a list has one function for each. The
            scheduler steps after each step of the optimizer. A scheduler that needs a
            loss gets the loss over all data.
        clip_norm: the maximum norm of all gradients together, as in
            `torch.nn.utils.clip_grad_norm_`.
        clip_value: the maximum absolute value of each gradient element, as in
            `torch.nn.utils.clip_grad_value_`.
        batch_size: the number of points in a batch. Default: all points. Batches are
            drawn as by a `torch.utils.data.DataLoader` with ``shuffle=True``: every
            epoch uses each point once, in random order.
        seed: the seed of the batch order and of all other random numbers, such as those
            of dropout.
        groups: hyperparameters of some parameters, by patterns of their names, such as
            ``{"bias": {"lr": 0.5}}``. ``*`` matches any characters. Other parameters
            use the hyperparameters of the optimizer.
        accumulate: the number of batches for each step. The gradient is the sum of the
            gradients of their losses, each divided by this number.
        closure: whether ``step`` is called with a closure. Default: if the optimizer
            needs one.
        create_graph: whether ``backward`` keeps the graph of the gradient, for
            optimizers that use the Hessian. Default: if the optimizer needs it.
        start: the start, if it differs from the problem's: two numbers, such as
            ``(-3, 3)``; for a network a state dict, or a function that returns a model.
            A function is called at the beginning of each run, with seeded random
            generators; it may also return two numbers.
        seeds: the seeds of several runs: ``seeds=5`` gives five seeds from `seed` on,
            ``seeds=[3, 8]`` lists them. The paths of these runs have the same colour,
            and curves show their median and a band.

    Raises:
        SceneError: a value is out of its range or has a wrong type.
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
        object.__setattr__(self, "start", check_start("Setting", self.start))
        check_seeds(self.seeds)

    @property
    def members(self) -> tuple[Setting, ...]:
        """The setting with a single seed, once for each of its seeds."""
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
                f"{factory_fix(optimizers, 'give a function that makes one, such as')}"
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
                "Setting: groups are for one optimizer; give several optimizers their "
                "own parameters by name"
            )
        for scheduler in self._scheduler_list():
            if scheduler is not None and not callable(scheduler):
                raise SceneError(
                    f"Setting: scheduler is {quoted(scheduler)}; give a function that "
                    "makes one, such as partial(StepLR, step_size=10)"
                )

    def _scheduler_list(self) -> Sequence[MakeScheduler | None]:
        if isinstance(self.scheduler, Sequence) and not isinstance(self.scheduler, str):
            return self.scheduler
        return [self.scheduler]

    def build(self, model: torch.nn.Module) -> list[Any]:
        """Create the optimizers for the parameters of a model.

        Raises:
            SceneError: a group has no parameters, or the optimizer cannot be used.
        """
        if isinstance(self.optimizer, Mapping):
            parts = match_parameters(model, self.optimizer)
            built = [make(params) for make, params in parts]
        else:
            made = self.optimizer(self._groups(model))
            built = list(made) if isinstance(made, list | tuple) else [made]
        for optimizer in built:
            if not callable(getattr(optimizer, "step", None)):
                raise SceneError(
                    f"the optimizer is {quoted(optimizer)}, which has no step(); give "
                    "a function that makes one, such as partial(SGD, lr=0.1)"
                )
            _check_parameters(optimizer, model)
            if getattr(optimizer, "defaults", {}).get("differentiable"):
                raise SceneError(
                    "torch refuses differentiable=True for the parameters of a model, "
                    "which are leaves; leave it out"
                )
        return built

    def build_schedulers(self, optimizers: Sequence[Any]) -> list[Any]:
        """Create the schedulers of the optimizers.

        Raises:
            SceneError: the number of schedulers differs from that of optimizers.
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
        """Return the parameters, as parameter groups if the setting has groups."""
        if not self.groups:
            return list(model.parameters())
        left = dict(model.named_parameters())
        groups: list[dict[str, Any]] = []
        for pattern, changes in self.groups.items():
            names = fnmatch.filter(left, pattern)
            if not names:
                raise SceneError(
                    f"group {pattern!r} has no parameters; give one of "
                    f"{', '.join(left) or 'the names that no other group matches'}"
                )
            groups.append({"params": [left.pop(name) for name in names], **changes})
        return [{"params": list(left.values())}, *groups] if left else groups


def _check_parameters(optimizer: Any, model: torch.nn.Module) -> None:
    """Raise `SceneError` if an optimizer trains other tensors than the model's."""
    own = {id(parameter) for parameter in model.parameters()}
    groups = getattr(optimizer, "param_groups", ())
    trained = [id(member) for group in groups for member in group["params"]]
    if own.issuperset(trained):
        return
    name = type(optimizer).__name__
    if own.isdisjoint(trained):
        raise SceneError(
            f"{name} trains parameters that were not passed to it; write "
            f"lambda params: {name}(params, ...)"
        )
    raise SceneError(
        f"{name} also trains a tensor that is not a parameter of the model, so its "
        "value would not be reset before each run; make it a torch.nn.Parameter of "
        "the model"
    )


def setting_of(setting: Setting | MakeOptimizer) -> Setting:
    """Return a setting; a function that creates an optimizer is wrapped in one."""
    return setting if isinstance(setting, Setting) else Setting(setting)
