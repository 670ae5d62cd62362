"""The plane of the first two principal components of the paths."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch

from animator.base.errors import SceneError
from animator.problems.modules import trainable
from animator.problems.planes.directions import (
    Directions,
    Paths,
    PlaneMethod,
    Vector,
    check_weights,
)

_MOST = 2000
"""The maximum number of weight vectors that a plane is fitted to."""


@dataclass(frozen=True, slots=True)
class _Pca:
    def check(self, model: torch.nn.Module) -> None:
        check_weights("pca", model)

    def fit(self, model: torch.nn.Module, paths: Paths) -> Directions:
        self.check(model)
        vectors = np.concatenate(paths).astype(np.float64)
        stride = max(1, math.ceil(len(vectors) / _MOST))
        free = trainable(model.parameters())
        origin = np.where(free, vectors.mean(axis=0), vectors[0])  # exact where frozen
        away = vectors[::stride] - origin
        # The Gram matrix of the vectors is smaller than the covariance of the weights.
        shares, mixed = np.linalg.eigh(away @ away.T)
        if shares[-1] <= 0:
            raise SceneError(
                "pca: the weights do not change; "
                "train for more steps, or with a larger learning rate"
            )
        axes: list[Vector] = []
        for k in (-1, -2):
            axis = free * (mixed[:, k] @ away)
            length = np.linalg.norm(axis)
            if length <= 1e-9 * math.sqrt(shares[-1]):  # the path is straight
                axis = free * np.random.default_rng(0).standard_normal(len(origin))
                axis -= (axis @ axes[0]) * axes[0]
                length = np.linalg.norm(axis)
            axis /= length
            # The sign of an axis is arbitrary: make its largest component positive.
            axes.append(axis * np.sign(axis[np.argmax(np.abs(axis))]))
        names = [
            f"PC {number}, {100 * max(shares[-number], 0) / shares.sum():.3g} %"
            for number in (1, 2)
        ]
        return Directions(origin, axes[0], axes[1], (names[0], names[1]))


def pca() -> PlaneMethod:
    """Choose the plane of the first two principal components of the paths.

    The components are those of the logged weights of all settings, about their mean.
    Runs that diverge are left out. The axis labels give the explained variance.

    Source: E. Lorch, Visualizing Deep Network Training Trajectories with PCA, 2016.

    Returns:
        The method, for the argument `plane` of `network`.
    """
    return _Pca()
