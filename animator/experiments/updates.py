"""Splits the steps of optimizers into the gradient's, the momentum's and other parts.

Where an optimizer keeps a number in its state, such as a moment, it is torch's own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from animator.base.errors import SceneError
from animator.experiments.details import Details, Needs
from animator.experiments.experiment import Experiment
from animator.experiments.optimizers import groups
from animator.experiments.own_loop import Recorder
from animator.experiments.recording import detailed
from animator.experiments.setting import setting_of
from animator.experiments.trajectory import Trajectory
from animator.problems import Problem, Scalar

_ROUNDINGS = 64
"""How many roundings may add up in a step."""

Numbers = NDArray[np.float64]

UPDATE_NEEDS = Needs(
    gradient=True,
    state=(
        *("step", "momentum_buffer", "exp_avg", "exp_avg_sq", "max_exp_avg_sq"),
        *("square_avg", "grad_avg", "sum"),
        *("lr", "momentum", "dampening", "nesterov", "weight_decay", "maximize"),
        *("betas[0]", "betas[1]", "eps", "amsgrad", "alpha", "centered", "lr_decay"),
    ),
)
"""What `split_steps` needs of a run."""


@dataclass(frozen=True, slots=True)
class Updates:
    """What each step is made of: ``step = gradient + momentum + decay``, but rounding.

    Where the optimizer has a second moment v, both of the first are divided by its
    root; `scale` is that root, as the optimizer uses it, and else 1.
    """

    gradient: Numbers  # (steps, 2)
    momentum: Numbers  # (steps, 2)
    decay: Numbers  # (steps, 2), AdamW's, which is not divided by the root
    scale: Numbers  # (steps, 2)
    optimizers: tuple[str, str]
    """The classes that train the two drawn numbers."""

    @property
    def step(self) -> Numbers:
        """The step that results (steps, 2)."""
        return self.gradient + self.momentum + self.decay

    @property
    def is_scaled(self) -> bool:
        """Whether an optimizer divides by the root of a second moment."""
        return bool((self.scale != 1).any())


def split_steps(experiment: Experiment, trajectory: Trajectory) -> Updates:
    """Split the steps of an optimizer of torch into parts.

    With learning rate γ, momentum μ, dampening τ, weight decay λ, and gₜ the recorded
    gradient (``-gₜ`` to maximise), ``+ λ θₜ`` except for AdamW.

    SGD (I. Sutskever et al., On the importance of initialization and momentum in deep
    learning, 2013; in torch's formulation)::

        bₜ = μ bₜ₋₁ + (1 - τ) gₜ    (b₀ = g₀)
        gradient: -γ (1 - τ) gₜ     momentum: -γ μ bₜ₋₁
        with Nesterov momentum: -γ gₜ and -γ μ bₜ

    Adam (D. Kingma and J. Ba, Adam: A Method for Stochastic Optimization, 2015; its
    ``amsgrad`` S. Reddi et al., On the Convergence of Adam and Beyond, 2018)::

        mₜ = β₁ mₜ₋₁ + (1 - β₁) gₜ     vₜ = β₂ vₜ₋₁ + (1 - β₂) gₜ²
        s = √(vₜ / (1 - β₂ᵗ)) + ε      a = γ / (1 - β₁ᵗ) / s
        gradient: -a (1 - β₁) gₜ       momentum: -a β₁ mₜ₋₁

    AdamW (I. Loshchilov and F. Hutter, Decoupled Weight Decay Regularization, 2019) is
    Adam, and ``decay: -γ λ θₜ``.

    RMSprop (G. Hinton, Lecture 6e of Neural Networks for Machine Learning, 2012)::

        vₜ = α vₜ₋₁ + (1 - α) gₜ²      s = √vₜ + ε, centered: √(vₜ - ḡₜ²) + ε
        bₜ = μ bₜ₋₁ + gₜ / s
        gradient: -γ gₜ / s            momentum: -γ μ bₜ₋₁

    Adagrad (J. Duchi et al., Adaptive Subgradient Methods for Online Learning and
    Stochastic Optimization, 2011), with the decay η of the learning rate::

        vₜ = vₜ₋₁ + gₜ²                s = √vₜ + ε
        gradient: -γ / (1 + (t - 1) η) gₜ / s

    Args:
        experiment: of the trajectory.
        trajectory: the trajectory to split, recorded with `UPDATE_NEEDS`; after the
            end of a run the parts are NaN.

    Raises:
        SceneError: the optimizer is another one, or its steps are not these.
    """
    problem = experiment.problem
    if not isinstance(problem, Problem):
        raise SceneError(
            "Vectors: a network's steps lie off the plane that is drawn; "
            "show them on a Heatmap"
        )
    given = experiment.settings[trajectory.label]
    if isinstance(given, Trajectory | Recorder):
        raise SceneError(
            f"Vectors: setting {trajectory.label!r} was recorded elsewhere, without "
            "its gradients; show it on a Heatmap"
        )
    model = problem.model()
    optimizers = setting_of(given).build(model)
    steps, columns = len(trajectory.loss) - 1, []
    names = []
    for axis, coordinate in enumerate((problem.x, problem.y)):
        drawn = Scalar(model, coordinate.name)
        kind = _kind(optimizers, drawn.parameter, trajectory.label)
        details = detailed(trajectory, "Vectors")
        index = int(drawn.unit_vector(model).argmax())
        values = trajectory.params[:, axis].astype(np.float64)
        names.append(kind)
        columns.append(_split(kind, details, index, values, steps))
    gradient, momentum, decay, scale = (
        np.column_stack(pair) for pair in zip(*columns, strict=True)
    )
    updates = Updates(gradient, momentum, decay, scale, (names[0], names[1]))
    _check(updates, trajectory)
    return updates


def _kind(optimizers: list[Any], parameter: torch.nn.Parameter, label: str) -> str:
    """Return the class of the optimizer that trains a parameter."""
    for optimizer in optimizers:
        if any(
            p is parameter for group in groups([optimizer]) for p in group["params"]
        ):
            name = type(optimizer).__name__
            if getattr(torch.optim, name, None) is type(optimizer) and name in _KINDS:
                return name
            raise SceneError(
                f"Vectors: setting {label!r} is {name}; it knows the steps of torch's "
                f"{', '.join(_KINDS)}: show others on a Heatmap"
            )
    return "SGD"  # which leaves a parameter as it is, without a gradient


class _Run:
    """The numbers of one weight over the steps of a run."""

    def __init__(
        self, details: Details, index: int, values: Numbers, steps: int
    ) -> None:
        self._details, self._index, self._steps = details, index, steps
        self.values = values[:-1]

    def at(self, name: str, *, later: bool = False) -> Numbers:
        """Return a part of the state before each step, or after it; NaN if missing."""
        rows = self._details.state[name][:, self._index].astype(np.float64)
        return self._fitted(rows[1:] if later else rows)

    def option(self, name: str) -> Numbers:
        """Return a hyperparameter at each step; 0 if the optimizer lacks it."""
        return np.nan_to_num(self.at(name))

    def gradient(self, *, decayed: bool = True) -> Numbers:
        """Return the gradient that the optimizer goes down, with its weight decay."""
        assert self._details.gradient is not None
        slopes = self._fitted(self._details.gradient[:, self._index].astype(np.float64))
        sign = np.where(self.option("maximize") > 0, -1.0, 1.0)
        decay = self.option("weight_decay") * self.values if decayed else 0.0
        return np.asarray(sign * slopes + decay)

    def _fitted(self, rows: Numbers) -> Numbers:
        found = np.full(self._steps, np.nan)
        found[: len(rows)] = rows[: self._steps]
        return found


Parts = tuple[Numbers, Numbers, Numbers, Numbers]
"""Gradient, momentum, decay and scale, each (steps,)."""


def _sgd(run: _Run) -> Parts:
    lr, mu, gradient = run.at("lr"), run.option("momentum"), run.gradient()
    before, after = run.at("momentum_buffer"), run.at("momentum_buffer", later=True)
    share = np.where(np.isnan(before) | (mu == 0), 1.0, 1 - run.option("dampening"))
    kept = np.nan_to_num(before)
    if run.option("nesterov").any():
        share, kept = np.ones_like(mu), after
    momentum = np.where(mu == 0, 0.0, -lr * mu * kept)
    return -lr * share * gradient, momentum, np.zeros_like(lr), np.ones_like(lr)


def _adam(run: _Run, *, decoupled: bool = False) -> Parts:
    lr, beta, beta2 = run.at("lr"), run.at("betas[0]"), run.at("betas[1]")
    count = run.at("step", later=True)
    name = "max_exp_avg_sq" if run.option("amsgrad").any() else "exp_avg_sq"
    second = run.at(name, later=True) / (1 - beta2**count)
    scale = np.sqrt(second) + run.at("eps")
    rate = lr / (1 - beta**count) / scale
    kept = np.nan_to_num(run.at("exp_avg"))
    gradient = run.gradient(decayed=not decoupled)
    decay = -lr * run.option("weight_decay") * run.values * decoupled
    return -rate * (1 - beta) * gradient, -rate * beta * kept, decay, scale


def _adamw(run: _Run) -> Parts:
    return _adam(run, decoupled=True)


def _rmsprop(run: _Run) -> Parts:
    lr, mu = run.at("lr"), run.option("momentum")
    second = run.at("square_avg", later=True)
    if run.option("centered").any():
        second = second - run.at("grad_avg", later=True) ** 2
    scale = np.sqrt(np.maximum(second, 0.0)) + run.at("eps")
    momentum = -lr * mu * np.nan_to_num(run.at("momentum_buffer"))
    return -lr * run.gradient() / scale, momentum, np.zeros_like(lr), scale


def _adagrad(run: _Run) -> Parts:
    count = run.at("step", later=True)
    lr = run.at("lr") / (1 + (count - 1) * run.option("lr_decay"))
    scale = np.sqrt(run.at("sum", later=True)) + run.at("eps")
    nothing = np.zeros_like(lr)
    return -lr * run.gradient() / scale, nothing, nothing.copy(), scale


_KINDS: Mapping[str, Callable[[_Run], Parts]] = {
    "SGD": _sgd,
    "Adam": _adam,
    "AdamW": _adamw,
    "RMSprop": _rmsprop,
    "Adagrad": _adagrad,
}


def _split(
    kind: str, details: Details, index: int, values: Numbers, steps: int
) -> Parts:
    """Return the parts of the steps of one weight, each (steps,)."""
    if not details.is_complete or details.gradient is None:
        raise SceneError(
            "Vectors: not every step was recorded; take fewer steps, or show them on a "
            "Heatmap"
        )
    return _KINDS[kind](_Run(details, index, values, steps))


def _check(updates: Updates, trajectory: Trajectory) -> None:
    """Raise `SceneError` unless the parts add up to the steps that were taken."""
    params = trajectory.params.astype(np.float64)
    off = np.abs(np.diff(params, axis=0) - updates.step)
    size = np.abs(params[:-1]) + np.abs(updates.decay)
    size += np.abs(updates.gradient) + np.abs(updates.momentum)
    rounding = _ROUNDINGS * float(np.finfo(trajectory.params.dtype).eps)
    wrong = (off > rounding * size + 1e-30).any(axis=1)
    if wrong.any():
        raise SceneError(
            f"Vectors: step {int(wrong.argmax())} of {trajectory.label!r} is not what "
            f"the equations of {' and '.join(dict.fromkeys(updates.optimizers))} give; "
            "show it on a Heatmap"
        )
