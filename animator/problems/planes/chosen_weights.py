"""The plane of two chosen weights."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from animator.base.errors import SceneError
from animator.problems.planes.directions import Directions, Paths, PlaneMethod
from animator.problems.scalar import Scalar


@dataclass(frozen=True, slots=True)
class _Weights:
    x: str
    y: str

    def fit(self, model: torch.nn.Module, paths: Paths) -> Directions:
        axes = []
        for name in (self.x, self.y):
            scalar = Scalar(model, name)
            if not scalar.parameter.requires_grad:
                raise SceneError(
                    f"weights: {name!r} is frozen; give one that is trained"
                )
            axes.append(scalar.unit_vector(model))
        origin = np.asarray(paths[0][-1], np.float64)
        origin = np.where(axes[0] + axes[1] > 0, 0.0, origin)  # x and y are the weights
        return Directions(origin, axes[0], axes[1], (self.x, self.y))


def weights(x: str, y: str) -> PlaneMethod:
    """Make the plane of two chosen weights; the others are at the first setting's end.

    Args:
        x: the name of one, such as ``"0.weight[1, 2]"``.
        y: the name of the other.

    Raises:
        SceneError: they are not two different names.
    """
    if not (isinstance(x, str) and isinstance(y, str)) or x == y:
        raise SceneError(f"weights: {x!r} and {y!r}; give the names of two weights")
    return _Weights(x, y)
