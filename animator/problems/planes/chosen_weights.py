"""The plane of two chosen weights."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from animator.base.checks import quoted
from animator.base.errors import SceneError
from animator.problems.planes.directions import Directions, Paths, PlaneMethod
from animator.problems.scalar import Scalar


@dataclass(frozen=True, slots=True)
class _Weights:
    x: str
    y: str

    def check(self, model: torch.nn.Module) -> None:
        self._scalars(model)

    def _scalars(self, model: torch.nn.Module) -> list[Scalar]:
        scalars = []
        for name in (self.x, self.y):
            try:
                scalars.append(Scalar(model, name))
            except SceneError as error:
                raise SceneError(f"weights: {error}") from error
            if not scalars[-1].parameter.requires_grad:
                raise SceneError(
                    f"weights: {name!r} is frozen; give one that is trained"
                )
        return scalars

    def fit(self, model: torch.nn.Module, paths: Paths) -> Directions:
        axes = [scalar.unit_vector(model) for scalar in self._scalars(model)]
        origin = np.asarray(paths[0][-1], np.float64)
        origin = np.where(axes[0] + axes[1] > 0, 0.0, origin)  # x and y are the weights
        return Directions(origin, axes[0], axes[1], (self.x, self.y))


def weights(x: str, y: str) -> PlaneMethod:
    """Choose the plane of two weights; the others have their final values.

    The final values are those at the end of the first setting.

    Args:
        x: the name of the weight on the x axis, such as ``"0.weight[1, 2]"``.
        y: the name of the weight on the y axis.

    Returns:
        The method, for the argument `plane` of `network`.

    Raises:
        SceneError: the arguments are not two different names.
    """
    if not (isinstance(x, str) and isinstance(y, str)) or x == y:
        raise SceneError(
            f"weights: {quoted(x)} and {quoted(y)}; give the names of two weights"
        )
    return _Weights(x, y)
