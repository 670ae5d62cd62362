"""Splits the steps of SGD into the gradient's part and the momentum's part."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from animator.base.errors import SceneError
from animator.experiments.experiment import Experiment
from animator.experiments.optimizers import group_of, groups
from animator.experiments.own_loop import Recorder
from animator.experiments.setting import setting_of
from animator.experiments.trajectory import Trajectory
from animator.problems import Problem, Scalar

_ROUNDINGS = 64
"""How many roundings may add up in a step."""


@dataclass(frozen=True, slots=True)
class Updates:
    """What each step is made of: ``step = gradient + momentum``, up to rounding."""

    gradient: NDArray[np.float64]  # (steps, 2)
    momentum: NDArray[np.float64]  # (steps, 2)

    @property
    def step(self) -> NDArray[np.float64]:
        """The step that results (steps, 2)."""
        return self.gradient + self.momentum


def sgd_updates(experiment: Experiment, trajectory: Trajectory) -> Updates:
    """Split the steps of `torch.optim.SGD` into parts, in torch's formulation.

    With learning rate γ (that of step t), momentum μ, dampening τ, weight decay λ and
    the recorded gradient ∇f(θₜ) of the drawn parameters, torch computes::

        gₜ = ∇f(θₜ) + λ θₜ              (-∇f(θₜ) + λ θₜ to maximise)
        bₜ = μ bₜ₋₁ + (1 - τ) gₜ        (b₀ = g₀)
        θₜ₊₁ = θₜ - γ bₜ                (momentum)
        θₜ₊₁ = θₜ - γ (gₜ + μ bₜ)       (Nesterov momentum)

    So the gradient's part of a step is ``-γ (1 - τ) gₜ`` and the momentum's
    ``-γ μ bₜ₋₁``; with Nesterov momentum they are ``-γ gₜ`` and ``-γ μ bₜ``.

    Source: PyTorch's documentation of `torch.optim.SGD`; I. Sutskever, J. Martens,
    G. Dahl and G. Hinton, On the importance of initialization and momentum in deep
    learning, ICML 2013.

    Args:
        experiment: of the trajectory.
        trajectory: the trajectory to split; after the end of a run the parts are NaN.

    Raises:
        SceneError: the setting is not SGD.
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
    setting = setting_of(given)
    optimizers = setting.build(model)
    if {type(optimizer) for optimizer in optimizers} != {torch.optim.SGD}:
        names = " and ".join(type(optimizer).__name__ for optimizer in optimizers)
        raise SceneError(
            f"Vectors: setting {trajectory.label!r} is {names}; "
            "only the steps of torch.optim.SGD can be taken apart"
        )
    parts = []
    for axis, coordinate in enumerate((problem.x, problem.y)):
        drawn = Scalar(model, coordinate.name)
        parts.append(
            _split_steps(
                trajectory.params[:-1, axis].astype(np.float64),
                trajectory.gradient[:-1, axis].astype(np.float64),
                trajectory.lr[:-1, axis].astype(np.float64),
                group_of(optimizers, drawn.parameter),
            )
        )
    gradient, momentum = (
        np.column_stack(columns) for columns in zip(*parts, strict=True)
    )
    updates = Updates(gradient, momentum)
    largest = max(float(group["momentum"]) for group in groups(optimizers))
    _check(updates, trajectory, largest)
    return updates


def _check(updates: Updates, trajectory: Trajectory, momentum: float) -> None:
    """Raise `SceneError` unless the parts add up to the steps that were taken.

    What torch rounds in a step stays in the momentum of the later ones, so the largest
    parts so far, which fade as the momentum does, bound the rounding.
    """
    params = trajectory.params.astype(np.float64)
    off = np.abs(np.diff(params, axis=0) - updates.step)
    rounding = _ROUNDINGS * float(np.finfo(trajectory.params.dtype).eps)
    largest = np.zeros(2)
    wrong = np.zeros(len(off), dtype=bool)
    parts = np.abs(updates.gradient) + np.abs(updates.momentum)
    for step, size in enumerate(parts + np.abs(params[:-1])):
        largest = np.fmax(size, momentum * largest)
        wrong[step] = bool((off[step] > rounding * largest + 1e-30).any())
    if wrong.any():
        raise SceneError(
            f"Vectors: step {int(wrong.argmax())} of {trajectory.label!r} "
            "is not what SGD's equations give, perhaps as its momentum has a schedule; "
            "show it on a Heatmap"
        )


def _split_steps(
    values: NDArray[np.float64],
    slopes: NDArray[np.float64],
    lr: NDArray[np.float64],
    group: dict[str, object],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return what gradient and momentum add to a parameter in each step (steps,)."""
    momentum, dampening, decay = (
        float(group[name])  # type: ignore[arg-type]
        for name in ("momentum", "dampening", "weight_decay")
    )
    sign = -1.0 if group["maximize"] else 1.0
    added = sign * slopes + decay * values
    by_gradient, by_momentum = np.zeros_like(added), np.zeros_like(added)
    buffer = 0.0
    for step, gradient in enumerate(added.tolist()):
        share = 1.0 if step == 0 else 1.0 - dampening
        if group["nesterov"]:
            buffer = momentum * buffer + share * gradient
            by_gradient[step], by_momentum[step] = gradient, momentum * buffer
        else:
            by_momentum[step] = momentum * buffer
            by_gradient[step] = (share if momentum else 1.0) * gradient
            buffer = momentum * buffer + share * gradient
    return -lr * by_gradient, -lr * by_momentum
