"""The error of runs on a quadratic loss along the eigenvectors of its Hessian."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from animator.base.errors import SceneError
from animator.base.seeding import seeded
from animator.experiments.experiment import Experiment
from animator.experiments.recording import detailed
from animator.experiments.trajectory import Trajectory
from animator.problems.modules import evaluation_mode, set_vector, to_vector

MOST_WEIGHTS = 2000
"""The largest number of weights whose Hessian is computed."""
_FLAT = 1e-9
"""Eigenvalues below this fraction of the largest one are treated as zero."""


@dataclass(frozen=True, slots=True)
class EigenSystem:
    """The eigendecomposition of a quadratic loss, and its stationary point.

    Attributes:
        values: the nonzero eigenvalues of the Hessian (n,), in ascending order.
        directions: the unit eigenvectors (P, n).
        optimum: the stationary point (P,).
        flat: the number of directions with eigenvalue zero, which are left out.
    """

    values: NDArray[np.float64]
    directions: NDArray[np.float64]
    optimum: NDArray[np.float64]
    flat: int

    def errors(self, trajectory: Trajectory, steps: int) -> NDArray[np.float64]:
        """Return the error along each eigenvector q at each step k (steps + 1, n).

        The error is ``|qᵀ (θₖ - θ*)|``; NaN after the end of a run.

        Raises:
            SceneError: the weights were not recorded at every step.
        """
        details = detailed(trajectory, "Eigen")
        assert details.weights is not None
        found = np.full((steps + 1, len(self.values)), np.nan)
        away = details.weights.astype(np.float64) - self.optimum
        kept = details.steps <= steps
        found[details.steps[kept]] = np.abs(away @ self.directions)[kept]
        if not details.is_complete:
            raise SceneError("Eigen: not every step was recorded; give it more memory=")
        return found


def eigen_system(experiment: Experiment) -> EigenSystem:
    """Compute the eigendecomposition of an experiment's loss, which must be quadratic.

    The Hessian H is computed with torch's automatic differentiation at the start and at
    a second point, to check that it is constant. The stationary point is
    ``θ* = θ₀ - H⁻¹ ∇f(θ₀)``.

    Raises:
        SceneError: the loss is not quadratic, or there are too many weights.
    """
    problem: Any = experiment.problem
    model = problem.model()
    parameters = list(model.parameters())
    start = to_vector(parameters).astype(np.float64)
    if len(start) > MOST_WEIGHTS:
        raise SceneError(
            f"Eigen: {len(start):,} weights; it shows at most {MOST_WEIGHTS:,}"
        )
    if any(p.is_complex() or not p.requires_grad for p in parameters):
        raise SceneError("Eigen: a weight is complex or frozen; train all of them")
    with evaluation_mode(model), seeded():
        gradient, hessian = _derivatives(problem, model)
        shift = np.random.default_rng(0).normal(size=len(start))
        there = start + (np.linalg.norm(start) + 1) * shift / np.linalg.norm(shift)
        set_vector(parameters, torch.from_numpy(there))
        _, other = _derivatives(problem, model)
    size = np.abs(hessian).max()
    exact = float(torch.finfo(parameters[0].dtype).eps)
    if not np.isfinite(hessian).all() or not size:
        raise SceneError(f"Eigen: {problem.name} has no curvature at its start")
    if np.abs(hessian - other).max() > 1e4 * exact * size:
        raise SceneError(
            f"Eigen: the loss of {problem.name} is not quadratic: its Hessian is not "
            "the same everywhere; show it with LossCurve"
        )
    values, directions = np.linalg.eigh(hessian)
    chosen = np.abs(values) > max(_FLAT, 10 * exact) * size
    values, directions = values[chosen], directions[:, chosen]
    optimum = start - directions @ (directions.T @ gradient / values)
    return EigenSystem(values, directions, optimum, int((~chosen).sum()))


def _derivatives(
    problem: Any, model: torch.nn.Module
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the gradient (P,) and the Hessian (P, P) of the loss."""
    parameters = list(model.parameters())
    loss = problem.loss(model)
    slopes = torch.autograd.grad(loss, parameters, create_graph=True)
    flat = torch.cat([slope.reshape(-1) for slope in slopes])
    rows = []
    for slope in flat:
        if not slope.requires_grad:
            raise SceneError(f"Eigen: the loss of {problem.name} is linear in a weight")
        row = torch.autograd.grad(
            slope, parameters, retain_graph=True, materialize_grads=True
        )
        rows.append(torch.cat([part.reshape(-1) for part in row]))
    hessian = torch.stack(rows).double().numpy()
    gradient = flat.detach().double().numpy()
    return np.asarray(gradient), np.asarray((hessian + hessian.T) / 2)
