"""Splits optimizer steps into the parts of the gradient, momentum and weight decay.

State such as moments is read from torch's optimizer, not computed again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from animator.base.errors import SceneError
from animator.experiments.details import Needs
from animator.experiments.experiment import Experiment
from animator.experiments.optimizers import groups
from animator.experiments.own_loop import Recorder
from animator.experiments.recording import detailed
from animator.experiments.setting import setting_of
from animator.experiments.trajectory import Trajectory
from animator.experiments.update_equations import KINDS, Numbers, split_weight
from animator.problems import Problem, Scalar

_ROUNDINGS = 64
"""The maximum number of rounding errors in a step."""

UPDATE_NEEDS = Needs(
    gradient=True,
    state=(
        *("step", "momentum_buffer", "exp_avg", "exp_avg_sq", "max_exp_avg_sq"),
        *("square_avg", "grad_avg", "sum"),
        *("lr", "momentum", "dampening", "nesterov", "weight_decay", "maximize"),
        *("betas[0]", "betas[1]", "eps", "amsgrad", "alpha", "centered", "lr_decay"),
    ),
)
"""The data that `split_steps` needs."""


@dataclass(frozen=True, slots=True)
class Updates:
    """The parts of each step: ``step = gradient + momentum + decay``, up to rounding.

    If the optimizer has a second moment v, `gradient` and `momentum` are divided by its
    root. `scale` is this root, as the optimizer uses it; otherwise it is 1.
    """

    gradient: Numbers  # (steps, 2)
    momentum: Numbers  # (steps, 2)
    decay: Numbers  # (steps, 2), of AdamW; not divided by the root
    scale: Numbers  # (steps, 2)
    optimizers: tuple[str, str]
    """The classes that train the two drawn numbers."""

    @property
    def step(self) -> Numbers:
        """The sum of the parts (steps, 2)."""
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
        experiment: the experiment of the trajectory.
        trajectory: the trajectory to split, recorded with `UPDATE_NEEDS`.

    Returns:
        The parts of each step; NaN after the end of a run.

    Raises:
        SceneError: the optimizer is not one of these, or its steps differ from the
            equations.
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
        columns.append(split_weight(kind, details, index, values, steps))
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
            if getattr(torch.optim, name, None) is type(optimizer) and name in KINDS:
                return name
            raise SceneError(
                f"Vectors: setting {label!r} is {name}; Vectors supports torch's "
                f"{', '.join(KINDS)}; show others on a Heatmap"
            )
    return "SGD"  # SGD does not change a parameter without a gradient


def _check(updates: Updates, trajectory: Trajectory) -> None:
    """Raise `SceneError` unless the parts add up to the recorded steps."""
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
